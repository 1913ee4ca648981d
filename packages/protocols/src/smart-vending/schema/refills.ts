import { type Static, Type } from 'typebox';
import { type PaySaleName, refillStyles, refillSums } from './pay-styles.ts';
import { exact, fen, int, list, seconds, signatureFields, text } from './types.ts';

const names: PaySaleName[] = [...new Set<PaySaleName>([...refillSums, ...refillStyles])];

/** Sales by one way of paying. total, cash and cashless are always there; a way without sales may be left out. */
export const PaySale = exact({
  name: Type.Enum(names, { description: '支付名称' }),
  sales: fen('销售额'),
  units: int('销量, pieces'),
});
export type PaySale = Static<typeof PaySale>;

export const ShelfPaySale = exact({
  cid: text('货柜编号'),
  locationId: text('货道编号'),
  goodsId: text('商品 id'),
  goodsName: text('商品名称'),
  goodsNumber: text('商品编号'),
  price: fen('价格'),
  stock: int('库存, after the refill'),
  refillCount: int('补货数量'),
  paySales: list(PaySale),
});
export type ShelfPaySale = Static<typeof ShelfPaySale>;

const refillFields = {
  assetId: text('售货机编号'),
  siteName: text('点位名称'),
  siteNumber: text('点位编号'),
  lineName: text('线路名称'),
  lastRefillTime: seconds('上次补货时间'),
  refillTime: seconds('本次补货时间'),
  shelfPaySales: list(ShelfPaySale, '各个货道的结账和补货、库存情况'),
  paySales: list(PaySale, '售货机售卖情况'),
} as const;

/** A settlement (§8.2): the sales from the last refill to this one. */
export const Refill = exact(refillFields, '补货记录');
export type Refill = Static<typeof Refill>;

/** A refill was settled (§8.1). Received when the answer says `"result":"SUCCESS"`. */
export const RefillPush = exact({ clientId: text('身份标识'), ...refillFields, ...signatureFields }, '补货通知');
export type RefillPush = Static<typeof RefillPush>;

/** refill/message: those that could not be delivered, by refillTime. Asking does not clear them. */
export const RefillMessages = exact({ message: list(Refill) });
export type RefillMessages = Static<typeof RefillMessages>;

export interface Sold {
  /** Fen. */
  readonly sales: number;
  readonly units: number;
}

/** paySales of what was sold by each way of paying: total, cash and cashless first, then every way that sold anything. */
export function paySalesOf(sold: Readonly<Partial<Record<PaySaleName, Sold>>>): PaySale[] {
  const none: Sold = { sales: 0, units: 0 };
  const ways = refillStyles.filter((name) => name !== 'cash' && sold[name] !== undefined);
  const cash = sold.cash ?? none;
  const cashless = ways.map((name) => sold[name] ?? none).reduce(plus, none);
  const rows: [PaySaleName, Sold][] = [
    ['total', plus(cash, cashless)],
    ['cash', cash],
    ['cashless', cashless],
  ];
  for (const name of ways) rows.push([name, sold[name] ?? none]);
  return rows.map(([name, { sales, units }]) => ({ name, sales, units }));
}

const plus = (a: Sold, b: Sold): Sold => ({ sales: a.sales + b.sales, units: a.units + b.units });
