import type { Sku } from '@polyvend/protocols/owitho';
import type { ForeignGoods } from '../../../ledger/upstream/put-foreign-goods.ts';
import { Refusal } from '../errors.ts';

/** Products of a third party by its own codes. Of a code with two contents nobody knows which is meant: refused. */
export function goodsOf(skus: readonly Sku[]): (ForeignGoods & { number: string })[] {
  const seen = new Map<string, string>();
  skus.forEach((sku, index) => {
    const content = JSON.stringify(sku);
    if ((seen.get(sku.skuCode) ?? content) !== content) {
      throw new Refusal('skuSyncFailed', `skuList[${index}].skuCode is listed with another content before`);
    }
    seen.set(sku.skuCode, content);
  });
  return skus.map(({ skuCode, skuName, skuUnit, skuSpec, originalPrice, purchasePrice, skuPic }) => ({
    number: skuCode,
    name: skuName,
    unit: skuUnit,
    spec: skuSpec,
    priceCents: originalPrice,
    costCents: purchasePrice,
    pictureUrl: skuPic,
  }));
}
