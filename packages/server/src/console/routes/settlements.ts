import { type Static, Type } from 'typebox';
import { refuse } from '../../ledger/errors.ts';
import { browseSettlements } from '../../ledger/sales/browse-settlements.ts';
import { listSettlements } from '../../ledger/sales/list-settlements.ts';
import { periodOf } from '../../ledger/sales/period.ts';
import { requireMachine } from '../caller.ts';
import { mostExported, type TableColumn, writeTable } from '../export/write-table.ts';
import { type Call, reading, type Shape } from '../route.ts';
import { Cents, Id, limitOf, Nullable, PageOf, PageQuery, pageOf, Time } from '../shapes.ts';
import { toWire, type Wire } from '../to-wire.ts';
import { salesWords, wordStyles } from '../words/sales.ts';
import {
  clockFaces,
  Day,
  ExportQuery,
  listOf,
  Many,
  moneyDigitsOf,
  PayStyleIn,
  requireFits,
  requirePeriod,
} from './sales-shapes.ts';
import { cursorAt, readCursor } from './time-cursor.ts';

const StyleSales = Type.Object({ pay_style: PayStyleIn, units: Type.Integer(), amount_cents: Cents });

const SettlementView = Type.Object({
  ...{ refill_id: Id, machine_id: Id, machine_no: Type.String(), machine_name: Type.String(), site_name: Type.String() },
  previous_at: Nullable(Type.String({ description: 'The refill before; null: it is the first' })),
  ...{ refilled_at: Time, refilled: Type.Integer({ description: 'Filled into all slots' }) },
  ...{ units: Type.Integer(), amount_cents: Cents, sales: Type.Array(StyleSales) },
});

const SettlementsAsked = { from: Type.Optional(Day), to: Type.Optional(Day), machine: Many(Id), site: Many(Id) };
const Asked = Type.Object(SettlementsAsked);

async function settlementsOf(
  { ledger, merchantId, caller, query }: Pick<Call<Shape>, 'ledger' | 'merchantId' | 'caller'> & { query: Static<typeof Asked> },
  page: { cursor?: string | undefined; limit: number },
) {
  requirePeriod(query);
  const place = readCursor(page.cursor);
  return await browseSettlements(ledger, {
    merchantId,
    ...(await periodOf(ledger, merchantId, query)),
    machineIds: listOf(query.machine),
    siteIds: listOf(query.site),
    scope: caller.machineIds,
    after: place && { refilledAt: place.at, refillId: place.id },
    limit: page.limit,
  });
}

export const settlementRoutes = {
  'GET /settlements': reading({
    summary: 'What refills settled, the latest first',
    needs: 'sales.read',
    shape: { query: Type.Object({ ...SettlementsAsked, ...PageQuery }), answer: PageOf(SettlementView) },
    async handle(call) {
      const limit = limitOf(call.query);
      const rows = await settlementsOf(call, { cursor: call.query.cursor, limit: limit + 1 });
      const { items, next_cursor } = pageOf(rows, limit, ({ refilledAt, refillId }) =>
        cursorAt({ at: refilledAt, id: refillId }),
      );
      return { items: toWire(items), next_cursor };
    },
  }),

  'GET /settlements/export': reading({
    summary: 'The same as a file, all of its rows',
    description: `CSV or XLSX, with the heads and words of the language. More than ${mostExported} rows are refused.`,
    needs: 'sales.read',
    shape: { query: Type.Object({ ...SettlementsAsked, ...ExportQuery }), answer: Type.Unknown() },
    async handle(call) {
      const { format, language = 'en', from = '', to = '' } = call.query;
      const settlements = await settlementsOf(call, { limit: mostExported + 1 });
      requireFits(settlements.length);
      const { currency, timeZone } = call.caller.merchant;
      const [words, face, moneyDigits] = [salesWords[language], clockFaces(timeZone), moneyDigitsOf(currency)];
      const money = (cents: number) => (cents / 10 ** moneyDigits).toFixed(moneyDigits);
      type Row = Wire<(typeof settlements)[number]>;
      const columns: TableColumn<Row>[] = [
        { head: words.refill, kind: 'count', of: ({ refill_id }) => refill_id },
        { head: words.machineNo, kind: 'text', of: ({ machine_no }) => machine_no },
        { head: words.machine, kind: 'text', of: ({ machine_name }) => machine_name },
        { head: words.site, kind: 'text', of: ({ site_name }) => site_name },
        { head: words.since, kind: 'text', of: ({ previous_at }) => (previous_at === null ? '' : face(new Date(previous_at))) },
        { head: words.settledAt, kind: 'text', of: ({ refilled_at }) => face(new Date(refilled_at)) },
        { head: words.filled, kind: 'count', of: ({ refilled }) => refilled },
        { head: words.units, kind: 'count', of: ({ units }) => units },
        { head: words.amount, kind: 'money', of: ({ amount_cents }) => amount_cents },
        { head: words.byStyle, kind: 'text', of: ({ sales }) => wordStyles(sales, money, language) },
      ];
      const name = ['settlements', from, to].filter(Boolean).join(' ');
      return await writeTable({ name, columns, rows: toWire(settlements), moneyDigits }, format);
    },
  }),

  'GET /settlements/{refill}': reading({
    summary: 'One settlement: each slot as the refill left it, and what was sold out of it since the refill before',
    needs: 'sales.read',
    shape: {
      params: Type.Object({ refill: Id }),
      answer: Type.Object({
        ...{ refill_id: Id, machine_id: Id, machine_no: Type.String(), previous_at: Nullable(Time), refilled_at: Time },
        slots: Type.Array(
          Type.Object({
            ...{
              slot_id: Id,
              slot_name: Type.String(),
              cabinet_name: Type.String(),
              goods_id: Nullable(Id),
              goods_number: Type.String(),
            },
            ...{
              goods_name: Type.String(),
              price_cents: Cents,
              stock: Type.Integer(),
              refilled: Type.Integer(),
              sales: Type.Array(StyleSales),
            },
          }),
        ),
        sales: Type.Array(StyleSales),
      }),
    },
    async handle({ ledger, merchantId, caller, params: { refill } }) {
      const [settlement] = await listSettlements(ledger, merchantId, { refillIds: [refill] });
      if (!settlement) refuse('delivery.unknown', String(refill));
      requireMachine(caller, settlement.machineId);
      return toWire(settlement);
    },
  }),
};
