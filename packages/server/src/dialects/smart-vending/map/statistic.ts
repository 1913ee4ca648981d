import { doubledSpellings, type Statistic, statisticStyles } from '@polyvend/protocols/smart-vending';
import type { MachineSales } from '../../../ledger/sales/sales-statistic.ts';
import { payWordsOf } from './values.ts';

/** §5.1: a machine's row. Both spellings of what has two, with equal values. */
export function statisticOf(assetId: string, period: { startTime: number; endTime: number }, sales: MachineSales): Statistic {
  const row: Record<string, number> = { onlineCount: 0, onlineAmount: 0, outlineCount: 0, outlineAmount: 0 };
  const add = (name: string, units: number, amount: number): void => {
    row[`${name}Count`] = (row[`${name}Count`] ?? 0) + units;
    row[`${name}Amount`] = (row[`${name}Amount`] ?? 0) + amount;
  };
  for (const style of statisticStyles) add(style, 0, 0);
  for (const [style, { units, amountCents }] of sales.byStyle) {
    const { statistic, side } = payWordsOf(style);
    add(statistic, units, amountCents);
    add(side, units, amountCents);
  }
  for (const [other, name] of Object.entries(doubledSpellings)) row[other] = row[name] ?? 0;
  return { assetId, ...period, amount: sales.amountCents, count: sales.units, ...row } as Statistic;
}
