import { type Static, Type } from 'typebox';
import { type Fields, readText } from '../../shared/fields.ts';
import { yuan } from '../../shared/money.ts';
import { MoneyText, mostSkus, nameRule, optionalMoney, parseData, readCode, readMoney, readRows } from './reading.ts';

export const SkuSyncData = Type.Object(
  {
    skuList: Type.Array(
      Type.Object({
        skuCode: Type.String({ description: '商品编号: unique within the third party' }),
        skuName: Type.String({ description: '商品名称' }),
        skuUnit: Type.String({ description: '商品单位: 瓶, 罐' }),
        skuSpec: Type.String({ description: '商品规格: 100ml' }),
        originalPrice: MoneyText('商品原始售价'),
        purchasePrice: Type.Optional(MoneyText('商品进价')),
        skuPic: Type.String({ description: '商品图片: a URL that the public reaches' }),
      }),
      { description: '商品列表' },
    ),
  },
  { description: 'Products that are new or have changed (增量同步第三方商品信息)' },
);
export type SkuSyncData = Static<typeof SkuSyncData>;

/** A product of a third party. Money in fen. */
export interface Sku {
  readonly skuCode: string;
  readonly skuName: string;
  readonly skuUnit: string;
  readonly skuSpec: string;
  readonly originalPrice: number;
  readonly purchasePrice?: number | undefined;
  readonly skuPic: string;
}

function readSku(row: Fields): Sku {
  return {
    skuCode: readCode(row, 'skuCode'),
    skuName: readText(row, 'skuName', nameRule),
    skuUnit: readCode(row, 'skuUnit'),
    skuSpec: readText(row, 'skuSpec', nameRule),
    originalPrice: readMoney(row, 'originalPrice'),
    purchasePrice: optionalMoney(row, 'purchasePrice'),
    skuPic: readText(row, 'skuPic', { max: 2_048, pattern: /^https?:\/\/\S+$/, shape: 'an http or https URL' }),
  };
}

/**
 * The data of `/sku/sync`, an object or its JSON text. A skuCode that is listed twice comes out twice.
 * @throws FieldError such as `skuList[3].originalPrice must be an amount in yuan such as 3.00`.
 */
export const readSkuSync = (data: unknown): Sku[] => readRows(parseData(data), 'skuList', readSku, mostSkus);

export function writeSkuSync(skus: readonly Sku[]): SkuSyncData {
  return {
    skuList: skus.map(({ originalPrice, purchasePrice, ...rest }) => ({
      ...rest,
      originalPrice: yuan(originalPrice),
      ...(purchasePrice === undefined ? {} : { purchasePrice: yuan(purchasePrice) }),
    })),
  };
}
