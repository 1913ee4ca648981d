import { fromSeconds, type ReceivedPaySale, type ReceivedRefill, refillSums } from '@polyvend/protocols/smart-vending';
import type { StyleSales } from '../../../ledger/sales/list-settlements.ts';
import { type PayStyle, payStyles } from '../../../ledger/sales/pay-style.ts';
import type { ForeignSettlement } from '../../../ledger/upstream/record-foreign-settlement.ts';
import { toldGoods, toldSite } from './told-machine.ts';
import { payWordsOf } from './values.ts';

type Sums = Map<PayStyle, { units: number; amountCents: number }>;

/** The first of the styles that share a name: those without one of their own come together as `other`. */
const stylesByName = new Map<string, PayStyle>(
  [...payStyles]
    .reverse()
    .filter((style) => style === 'other' || payWordsOf(style).refill !== 'other')
    .map((style) => [payWordsOf(style).refill, style]),
);

/** §8.1, with its sums under the ledger's styles. */
export function toldRefill(refill: ReceivedRefill): Omit<ForeignSettlement, 'merchantId' | 'upstreamIntegrationId' | 'cause'> {
  const { assetId, siteName, lineName, lastRefillTime, refillTime, shelfPaySales, paySales } = refill;
  const slots = shelfPaySales.map((shelf) => ({
    cabinet: shelf.cid,
    code: shelf.locationId,
    goods: toldGoods({ id: shelf.goodsId, number: shelf.goodsNumber, name: shelf.goodsName }),
    priceCents: shelf.price,
    stock: shelf.stock,
    refilled: shelf.refillCount,
    sales: salesOf(sumsOf(shelf.paySales)),
  }));
  // What the machine sold out of shelves that are not told of.
  const others = sumsOf(paySales);
  for (const { payStyle, units, amountCents } of slots.flatMap(({ sales }) => sales)) add(others, payStyle, -units, -amountCents);
  return {
    machineNo: assetId,
    site: toldSite(siteName, lineName),
    refilledAt: fromSeconds(refillTime),
    previousAt: lastRefillTime === undefined ? null : fromSeconds(lastRefillTime),
    slots,
    otherSales: salesOf(others),
  };
}

/** total and cashless are sums: what they have beyond the styles that are named was paid in some other way. */
function sumsOf(paySales: readonly ReceivedPaySale[]): Sums {
  const sums: Sums = new Map();
  const named = paySales.filter(({ name }) => name === 'cash' || !refillSums.some((sum) => sum === name));
  for (const { name, units, sales } of named) add(sums, stylesByName.get(name) ?? 'other', units, sales);
  const total = paySales.find(({ name }) => name === 'total');
  if (!total) return sums;
  const [units, amount] = [...sums.values()].reduce(([u, a], one) => [u + one.units, a + one.amountCents], [0, 0]);
  add(sums, 'other', total.units - units, total.sales - amount);
  return sums;
}

function add(sums: Sums, style: PayStyle, units: number, amountCents: number): void {
  const before = sums.get(style) ?? { units: 0, amountCents: 0 };
  sums.set(style, { units: before.units + units, amountCents: before.amountCents + amountCents });
}

const salesOf = (sums: Sums): StyleSales[] =>
  [...sums].flatMap(([payStyle, sum]) => (sum.units === 0 && sum.amountCents === 0 ? [] : [{ payStyle, ...sum }]));
