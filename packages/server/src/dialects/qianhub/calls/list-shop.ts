import { listVisibleShops } from '../../../ledger/pos/list-visible-shops.ts';
import { shopOf } from '../map.ts';
import { type Handler, viewerOf } from './call.ts';

/** 查询门店: the shops that the app sees. */
export const listShop: Handler = async (call) => {
  const shops = await listVisibleShops(call.ledger, viewerOf(call));
  return JSON.stringify({ shops: shops.map(shopOf) });
};
