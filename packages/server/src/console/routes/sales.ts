import { Type } from 'typebox';
import { comparedDimensions, compareToday } from '../../ledger/sales/compare-today.ts';
import { findNames, namedKinds } from '../../ledger/sales/find-names.ts';
import { type SalesQuery, type SalesRow, type SalesSums, sumSales } from '../../ledger/sales/sum-sales.ts';
import { type TableColumn, writeTable } from '../export/write-table.ts';
import { type Call, reading, type Shape } from '../route.ts';
import { Cents, Id, Nullable, Time } from '../shapes.ts';
import { toWire } from '../to-wire.ts';
import { codeHead, nameSales, salesWords, wordFile } from '../words/sales.ts';
import {
  ExportQuery,
  filterOf,
  listOf,
  Many,
  moneyDigitsOf,
  mostExported,
  requireFits,
  requirePeriod,
  SalesQueryIn,
} from './sales-shapes.ts';

const Sums = {
  units: Type.Integer({ description: 'That count: sold, dropped, and not given back' }),
  gross_cents: Cents,
  refunded_units: Type.Integer(),
  refund_cents: Cents,
  net_cents: Type.Integer({ description: 'Gross less refunds' }),
  mean_cents: Nullable(Type.Integer({ description: 'Of one unit that counts; null where there is none' })),
};
const Name = {
  key: Type.String({ description: 'An id, a day, an hour, a pay style; empty for none' }),
  name: Type.String({ description: 'What it is called now' }),
  code: Type.String({ description: 'The machine’s, the site’s or the good’s number' }),
};
const Sales = Type.Object({ units: Type.Integer(), amount_cents: Cents });
const Mover = Type.Object({ ...Name, today: Sales, last_week: Type.Object({ units: Type.Integer(), amount_cents: Cents }) });

const Asked = Type.Object(SalesQueryIn);

function queryOf({
  merchantId,
  caller,
  query,
}: Pick<Call<Shape>, 'merchantId' | 'caller'> & { query: Type.Static<typeof Asked> }) {
  requirePeriod(query);
  const { from, to, by: dimension, sort, descending } = query;
  const asked: Omit<SalesQuery, 'offset' | 'limit'> = { merchantId, from, to, dimension, filter: filterOf(query, caller) };
  return { ...asked, ...(sort !== undefined && { sort: { by: sort, descending: descending ?? sort !== 'name' } }) };
}

export const salesRoutes = {
  'GET /sales': reading({
    summary: 'What was sold in a period, by one thing',
    description:
      'Gross is what was paid and dropped; net is what counts of it; refunds are the units of it that were given back whole: what never dropped is in none of them. The total is that of all rows, whichever are asked for. Days and hours are those of the merchant’s clocks.',
    needs: 'sales.read',
    shape: {
      query: Type.Object({
        ...SalesQueryIn,
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '50 unless told' })),
      }),
      answer: Type.Object({
        items: Type.Array(Type.Object({ ...Name, ...Sums })),
        count: Type.Integer({ description: 'How many rows there are in all' }),
        total: Type.Object(Sums),
      }),
    },
    async handle(call) {
      const { offset = 0, limit = 50 } = call.query;
      const { rows, count, total } = await sumSales(call.ledger, { ...queryOf(call), offset, limit });
      return { items: toWire(rows), count, total: toWire(total) };
    },
  }),

  'GET /sales/export': reading({
    summary: 'The same as a file, all of its rows and their total',
    description: `CSV or XLSX, with the heads and names of the language. More than ${mostExported} rows are refused.`,
    needs: 'sales.read',
    shape: { query: Type.Object({ ...SalesQueryIn, ...ExportQuery }), answer: Type.Unknown() },
    async handle(call) {
      const { by, from, to, format, language = 'en' } = call.query;
      const asked = { ...queryOf(call), offset: 0, limit: mostExported };
      const { rows, total, count } = await sumSales(call.ledger, asked);
      requireFits(count);
      const words = salesWords[language];
      const named = rows.map((row) => ({ ...row, name: nameSales(by, row, language) }));
      const code = codeHead(by, language);
      type Row = SalesSums & Pick<SalesRow, 'name' | 'code'>;
      const columns: TableColumn<Row>[] = [
        { head: words[by], kind: by === 'day' ? 'day' : 'text', of: ({ name }) => name },
        ...(code === undefined ? [] : [{ head: code, kind: 'text' as const, of: (row: Row) => row.code }]),
        { head: words.units, kind: 'count', of: ({ units }) => units },
        { head: words.gross, kind: 'money', of: ({ grossCents }) => grossCents },
        { head: words.refunds, kind: 'money', of: ({ refundCents }) => refundCents },
        { head: words.net, kind: 'money', of: ({ netCents }) => netCents },
        { head: words.mean, kind: 'money', of: ({ meanCents }) => meanCents },
      ];
      const pages = [[...named, { ...total, name: words.total, code: '' }]];
      const moneyDigits = moneyDigitsOf(call.caller.merchant.currency);
      return writeTable(
        { name: wordFile('sales', [from, to, words[by].toLowerCase()], language), columns, pages, moneyDigits },
        format,
      );
    },
  }),

  'GET /sales/today': reading({
    summary: 'Today so far against the same weekday last week, by the hour, and what sells',
    needs: 'sales.read',
    shape: {
      query: Type.Object({
        order: Type.Optional(Type.Enum(['sales', 'change'], { description: 'Those that sell most, or that changed most' })),
        most: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'Of each list; 5 unless told' })),
      }),
      answer: Type.Object({
        ...{ day: Type.String(), at: Time, today: Sales },
        last_week_so_far: Type.Object(
          { units: Type.Integer(), amount_cents: Cents },
          { description: 'Until the same time of day' },
        ),
        last_week: Type.Object({ units: Type.Integer(), amount_cents: Cents }, { description: 'The whole day' }),
        hours: Type.Array(Type.Object({ hour: Type.Integer(), today: Sales, last_week: Sales })),
        movers: Type.Object(
          Object.fromEntries(comparedDimensions.map((one) => [one.replace('-', '_'), Type.Array(Mover)])) as Record<
            'machine' | 'goods' | 'channel' | 'pay_style',
            ReturnType<typeof Type.Array<typeof Mover>>
          >,
        ),
      }),
    },
    async handle({ ledger, merchantId, caller, query: { order = 'sales', most = 5 } }) {
      const { movers, ...rest } = await compareToday(ledger, { merchantId, order, most, scope: caller.machineIds });
      const { 'pay-style': payStyle, ...others } = movers;
      return toWire({ ...rest, movers: { ...others, payStyle } });
    },
  }),

  'GET /sales/names': reading({
    summary: 'Machines, sites, lines, goods or channels by which sales can be filtered',
    needs: 'sales.read',
    shape: {
      query: Type.Object({
        kind: Type.Enum([...namedKinds]),
        find: Type.Optional(Type.String({ maxLength: 100, description: 'Any part of the name or the number' })),
        id: Many(Id),
      }),
      answer: Type.Object({ items: Type.Array(Type.Object({ id: Id, name: Type.String(), code: Type.String() })) }),
    },
    async handle({ ledger, merchantId, caller, query: { kind, find = '', id } }) {
      const ids = listOf(id) ?? [];
      return { items: await findNames(ledger, merchantId, kind, { find, ids, scope: caller.machineIds, limit: 20 }) };
    },
  }),
};
