import { type Fields, optionalText, readInteger, readText } from '../../shared/fields.ts';
import { each, moment, whole, words } from './received.ts';

export interface ReceivedRefill {
  readonly assetId: string;
  readonly siteName: string;
  readonly siteNumber: string;
  readonly lineName: string;
  /** Seconds; undefined for a machine's first. */
  readonly lastRefillTime: number | undefined;
  readonly refillTime: number;
  readonly shelfPaySales: readonly ReceivedShelfSales[];
  readonly paySales: readonly ReceivedPaySale[];
}

export interface ReceivedPaySale {
  readonly name: string;
  /** Fen. */
  readonly sales: number;
  readonly units: number;
}

export interface ReceivedShelfSales {
  readonly cid: string;
  readonly locationId: string;
  readonly goodsId: string;
  readonly goodsName: string;
  readonly goodsNumber: string;
  /** Fen. */
  readonly price: number;
  readonly stock: number;
  readonly refillCount: number;
  readonly paySales: readonly ReceivedPaySale[];
}

const readPaySale = (sale: Fields): ReceivedPaySale => ({
  name: readText(sale, 'name', { max: 64 }),
  sales: readInteger(sale, 'sales'),
  units: readInteger(sale, 'units'),
});

export function readRefillPush(params: Fields): ReceivedRefill {
  const assetId = readText(params, 'assetId', { max: 128 });
  return {
    assetId,
    siteName: words(params, 'siteName'),
    siteNumber: words(params, 'siteNumber'),
    lineName: words(params, 'lineName'),
    lastRefillTime: moment(params, 'lastRefillTime'),
    refillTime: readInteger(params, 'refillTime', { min: 1, max: 9_999_999_999 }),
    shelfPaySales: each(params, 'shelfPaySales', (shelf) => ({
      cid: optionalText(shelf, 'cid', { max: 128 }) ?? assetId,
      locationId: readText(shelf, 'locationId', { max: 64 }),
      goodsId: words(shelf, 'goodsId'),
      goodsName: words(shelf, 'goodsName'),
      goodsNumber: words(shelf, 'goodsNumber'),
      price: whole(shelf, 'price'),
      stock: whole(shelf, 'stock'),
      refillCount: whole(shelf, 'refillCount'),
      paySales: each(shelf, 'paySales', readPaySale),
    })),
    paySales: each(params, 'paySales', readPaySale),
  };
}
