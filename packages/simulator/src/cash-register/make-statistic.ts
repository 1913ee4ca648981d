import {
  type Bill,
  type Handover,
  type StatisticRow,
  type StatisticSection,
  statisticRows,
  yuanOf,
} from '@polyvend/protocols/qianhub';
import { tills } from './menu.ts';

interface Count {
  count: number;
  fen: number;
}

const fen = (yuan: number): number => Math.round(yuan * 100);

/** A handover, or a day end without its day: all sections and rows, at zero too, of the bills as they are now. */
export function makeStatistic(bills: readonly Bill[]): Handover {
  const settled = bills.filter(({ payments }) => payments.length > 0);
  const persons = sum(settled, ({ orders }) => sum(orders, ({ person_count }) => person_count));
  const receivable = sum(settled, ({ real_amount }) => fen(real_amount));
  const payments = settled.flatMap((bill) => bill.payments);
  const detail = Object.fromEntries(
    tills.map(({ id, row }) => [
      row,
      countOf(
        payments.filter(({ payment_type_id }) => payment_type_id === id),
        ({ value }) => fen(value),
      ),
    ]),
  );
  const lines = settled.flatMap(({ orders }) => orders).flatMap(({ details }) => details);
  const goods = { count: sum(lines, ({ quantity }) => quantity), fen: sum(lines, ({ real_amount }) => fen(real_amount ?? 0)) };
  const discount = countOf(
    settled.flatMap(({ discounts }) => discounts),
    ({ value }) => -fen(value),
  );
  const mean = (parts: number): string => (parts === 0 ? '0.00' : (receivable / 100 / parts).toFixed(2));
  const summary: Record<keyof (typeof statisticRows)['summary'], string> = {
    order: String(settled.length),
    person: String(persons),
    avgOfPerson: mean(persons),
    avgOfOrder: mean(settled.length),
    turnRate: '0.00%',
    personRate: '0.00%',
    bill: String(settled.length),
  };
  return {
    summary: Object.entries(statisticRows.summary).map(([key, item]) => ({
      key,
      item,
      value: summary[key as keyof typeof summary],
    })),
    detail: rows('detail', { ...detail, cashierSum: total(Object.values(detail)) }),
    waive: rows('waive', { discount, waiveSum: discount }),
    sale: rows('sale', { goodsSubGroup: goods, saleSum: goods }),
    member: rows('member', {}),
    goods: [...groupsOf(lines), ...rows('goods', { expectValue: goods })],
    waimai: [],
    waimaiGoods: [],
  };
}

type Line = Bill['orders'][number]['details'][number];

function groupsOf(lines: readonly Line[]): StatisticRow[] {
  const countLines = (some: readonly Line[]): Count => ({
    count: sum(some, ({ quantity }) => quantity),
    fen: sum(some, ({ real_amount }) => fen(real_amount ?? 0)),
  });
  return [...Map.groupBy(lines, ({ goods }) => goods.goods_group_name)].map(([group, ofGroup]) => ({
    ...row(group, group, countLines(ofGroup)),
    subdetail: [...Map.groupBy(ofGroup, ({ goods }) => goods.goods_subgroup_name)].map(([name, some]) =>
      row(name, name, countLines(some)),
    ),
  }));
}

function rows(section: StatisticSection, counts: Readonly<Record<string, Count>>): StatisticRow[] {
  return Object.entries(statisticRows[section]).map(([key, item]) => row(key, item, counts[key] ?? { count: 0, fen: 0 }));
}

const row = (key: string, item: string, { count, fen }: Count): StatisticRow => ({
  key,
  item,
  count,
  amount: yuanOf(fen),
  subdetail: [],
});

const countOf = <T>(items: readonly T[], fenOf: (item: T) => number): Count => ({ count: items.length, fen: sum(items, fenOf) });
const total = (counts: readonly Count[]): Count => ({
  count: sum(counts, ({ count }) => count),
  fen: sum(counts, ({ fen }) => fen),
});
const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, item) => all + of(item), 0);
