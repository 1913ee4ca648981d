import type { ReadRecord } from './read-record.ts';

export interface ShopNames {
  brand_id: number;
  brand_name: string;
  shop_id: number;
  shop_name: string;
}

/**
 * A record's `json` as it is served by whoever knows the shop under `shop.shop_id`: a bill names that number, and what else it leaves out of
 * brand and shop; the other kinds name none. Everything else stays as it came.
 */
export function nameShop({ bohType, json }: Pick<ReadRecord, 'bohType' | 'json'>, shop: ShopNames): object {
  if (bohType !== 'cashier.finish') return json;
  return {
    ...json,
    brand_id: json.brand_id ?? shop.brand_id,
    brand_name: json.brand_name ?? shop.brand_name,
    shop_id: shop.shop_id,
    shop_name: json.shop_name ?? shop.shop_name,
  };
}
