import { type Static, Type } from 'typebox';
import { Day, Quantity, Text, Yuan } from './values.ts';

/** A row of the summary. The value is a text: `162.67`, `4.35%`. */
export const SummaryRow = Type.Object({ key: Text, item: Text, value: Text });
export type SummaryRow = Static<typeof SummaryRow>;

const rowFields = { key: Text, item: Text, count: Quantity, amount: Yuan };

/** A row of the other sections, with what it is made of below it. */
export interface StatisticRow extends Static<Type.TObject<typeof rowFields>> {
  subdetail: StatisticRow[];
}
export const StatisticRow = Type.Cyclic({ Row: Type.Object({ ...rowFields, subdetail: Type.Array(Type.Ref('Row')) }) }, 'Row');

const sections = {
  summary: Type.Array(SummaryRow),
  detail: Type.Array(StatisticRow),
  waive: Type.Array(StatisticRow),
  sale: Type.Array(StatisticRow),
  member: Type.Array(StatisticRow),
  goods: Type.Array(StatisticRow),
  waimai: Type.Array(StatisticRow),
  waimaiGoods: Type.Array(StatisticRow),
};

/** `json` of handover.stat (交接): all eight sections, each with every row of `statisticRows`, at zero too. */
export const Handover = Type.Object(sections);
export type Handover = Record<Exclude<keyof typeof sections, 'summary'>, StatisticRow[]> & { summary: SummaryRow[] };

/** `json` of dayend.stat (日结): the same, and the business day. */
export const DayEnd = Type.Object({ businessDay: Day, ...sections });
export type DayEnd = Handover & { businessDay: string };
