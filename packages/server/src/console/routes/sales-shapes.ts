import { type Static, type TSchema, Type } from 'typebox';
import { Refusal } from '../../dialects/native/index.ts';
import { payStyles } from '../../ledger/sales/pay-style.ts';
import { salesDimensions } from '../../ledger/sales/sales-dimension.ts';
import type { SalesFilter } from '../../ledger/sales/sales-filter.ts';
import { salesSorts } from '../../ledger/sales/sum-sales.ts';
import type { Caller } from '../caller.ts';
import { tableFormats } from '../export/write-table.ts';
import { Id } from '../shapes.ts';

/** What the routes of sales, trades and settlements are asked with. */

export const Day = Type.String({
  format: 'date',
  pattern: '^(19|20|21)\\d{2}-\\d{2}-\\d{2}$',
  description: '`YYYY-MM-DD` by the merchant’s clocks',
});

/** One, or as many as the name is repeated. */
export const Many = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Array(schema, { maxItems: 100 })]));

export const listOf = <T>(value: T | T[] | undefined): T[] | undefined =>
  value === undefined ? undefined : ([value].flat() as T[]);

export const PayStyleIn = Type.Enum([...payStyles]);

export const FilterQuery = {
  machine: Many(Id),
  site: Many(Id),
  line: Many(Id),
  goods: Many(Id),
  pay_style: Many(PayStyleIn),
  channel: Many(Id),
};
const Filters = Type.Object(FilterQuery);

export function filterOf(query: Static<typeof Filters>, { machineIds: scope }: Caller): SalesFilter {
  const filter: SalesFilter = {
    machineIds: listOf(query.machine),
    siteIds: listOf(query.site),
    lineIds: listOf(query.line),
    goodsIds: listOf(query.goods),
    payStyles: listOf(query.pay_style),
    channelIds: listOf(query.channel),
    scope,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

export const SalesQueryIn = {
  from: Day,
  to: Day,
  by: Type.Enum([...salesDimensions]),
  sort: Type.Optional(Type.Enum([...salesSorts])),
  descending: Type.Optional(Type.Boolean()),
  ...FilterQuery,
};

export const ExportQuery = {
  format: Type.Enum([...tableFormats]),
  language: Type.Optional(Type.Enum(['en', 'zh'])),
};

/** Refuses a period that ends before it begins. */
export function requirePeriod({ from, to }: { from?: string | undefined; to?: string | undefined }): void {
  if (from !== undefined && to !== undefined && from > to) throw new Refusal('request.field', 'to: is before from', 'to');
}

/** Most rows of sums in one file: they are summed in one go. */
export const mostExported = 20_000;

/** Refuses what would be a longer file. */
export function requireFits(count: number): void {
  if (count > mostExported)
    throw new Refusal('request.field', `to: more than ${mostExported} rows; choose a shorter period or a filter`, 'to');
}

/** The number of decimals of a currency. */
export const moneyDigitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** As the merchant's clocks show it: `YYYY-MM-DD HH:mm:ss`. */
export function clockFaces(timeZone: string): (at: Date) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (at) => format.format(at);
}
