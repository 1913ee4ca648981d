import { readSkuSync } from '@polyvend/protocols/owitho';
import { putForeignCatalogue } from '../../../ledger/upstream/put-foreign-catalogue.ts';
import { goodsOf } from '../map/catalogue.ts';
import type { Handler } from './call.ts';

/** Products of a third party, by its own codes: all of them are taken, or none. */
export const takeProducts: Handler = async ({ ledger, integration, merchantId, data, cause }) => {
  const goods = goodsOf(readSkuSync(data));
  await putForeignCatalogue(ledger, { merchantId, upstreamIntegrationId: integration.id, goods, cause });
  return '';
};
