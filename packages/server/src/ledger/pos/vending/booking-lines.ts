import type { Shop } from '../shop.ts';
import { paymentCodeOf } from './payment-code.ts';
import type { Sale, SaleAmounts } from './sale.ts';

/** What a bill adds to the sums of a handover and of a business day. */
export interface BookingLine {
  part: 'bill' | 'goods' | 'payment' | 'promotion' | 'surcharge' | 'channel' | 'channel-goods';
  /** Of goods the category, of a payment the code's id, of a channel its name. */
  key: string;
  name: string;
  count: number;
  amountCents: number;
}

/** A bill as it stands, in lines; nothing of what was given back. */
export function linesOf(shop: Pick<Shop, 'paymentCodes'>, sale: Sale, amounts: SaleAmounts): BookingLine[] {
  const { paidCents, promotionCents, surchargeCents, shares } = amounts;
  const standing = sale.lines.filter((line) => line.standing > 0);
  const goods = standing.map(({ categoryTitle, standing: count, priceCents }) => ({
    part: 'goods' as const,
    key: categoryTitle || noCategory,
    name: '',
    count,
    amountCents: count * priceCents,
  }));
  const payments = shares.map(({ style, givenCents, backCents }) => {
    const { id, name } = paymentCodeOf(shop, style);
    return {
      part: 'payment' as const,
      key: String(id),
      name,
      count: standing.length > 0 ? 1 : 0,
      amountCents: givenCents - backCents,
    };
  });
  const one = (part: BookingLine['part'], amountCents: number, key = '') => ({ part, key, name: '', count: 1, amountCents });
  const { channel } = sale;
  const all: BookingLine[] = [
    ...(standing.length > 0 ? [one('bill', paidCents)] : []),
    ...goods,
    ...payments,
    ...(promotionCents > 0 ? [one('promotion', promotionCents)] : []),
    ...(surchargeCents > 0 ? [one('surcharge', surchargeCents)] : []),
    ...(channel !== null && standing.length > 0 ? [one('channel', paidCents, channel)] : []),
    ...(channel === null
      ? []
      : standing.map(({ goodsName, standing: count, priceCents }) => ({
          part: 'channel-goods' as const,
          key: goodsName,
          name: '',
          count,
          amountCents: count * priceCents,
        }))),
  ];
  return difference(all, []);
}

export const noCategory = '未分类';

const nameOf = ({ part, key, name }: BookingLine): string => JSON.stringify([part, key, name]);

/** What `now` has beyond `before`, line by line; what is the same is left out. */
export function difference(now: readonly BookingLine[], before: readonly BookingLine[]): BookingLine[] {
  const sums = new Map<string, BookingLine>();
  const add = (line: BookingLine, sign: 1 | -1): void => {
    const sum = sums.get(nameOf(line)) ?? { ...line, count: 0, amountCents: 0 };
    sums.set(nameOf(line), {
      ...sum,
      count: sum.count + sign * line.count,
      amountCents: sum.amountCents + sign * line.amountCents,
    });
  };
  for (const line of now) add(line, 1);
  for (const line of before) add(line, -1);
  return [...sums.values()].filter(({ count, amountCents }) => count !== 0 || amountCents !== 0);
}
