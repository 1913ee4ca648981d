import { type Static, Type } from 'typebox';
import { refuse } from '../../ledger/errors.ts';
import { browseSettlements, type SettlementHead } from '../../ledger/sales/browse-settlements.ts';
import { listSettlements } from '../../ledger/sales/list-settlements.ts';
import { periodOf } from '../../ledger/sales/period.ts';
import { readPages } from '../export/read-pages.ts';
import { type TableColumn, writeTable } from '../export/write-table.ts';
import { type Call, reading, type Shape } from '../route.ts';
import { Cents, Id, limitOf, Nullable, PageOf, PageQuery, pageOf, Time } from '../shapes.ts';
import { toWire } from '../to-wire.ts';
import { salesWords, wordFile, wordStyles } from '../words/sales.ts';
import { clockFaces, Day, ExportQuery, listOf, Many, moneyDigitsOf, PayStyleIn, requirePeriod } from './sales-shapes.ts';
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

const cursorOf = ({ refilledAt, refillId }: SettlementHead): string => cursorAt({ at: refilledAt, id: refillId });

export const settlementRoutes = {
  'GET /settlements': reading({
    summary: 'What refills settled, the latest first',
    needs: 'sales.read',
    shape: { query: Type.Object({ ...SettlementsAsked, ...PageQuery }), answer: PageOf(SettlementView) },
    async handle(call) {
      const limit = limitOf(call.query);
      const rows = await settlementsOf(call, { cursor: call.query.cursor, limit: limit + 1 });
      const { items, next_cursor } = pageOf(rows, limit, cursorOf);
      return { items: toWire(items), next_cursor };
    },
  }),

  'GET /settlements/export': reading({
    summary: 'The same as a file, all of its rows',
    description: 'CSV or XLSX, with the heads and words of the language.',
    needs: 'sales.read',
    shape: { query: Type.Object({ ...SettlementsAsked, ...ExportQuery }), answer: Type.Unknown() },
    async handle(call) {
      const { format, language = 'en', from, to } = call.query;
      const pages = await readPages({ read: (page) => settlementsOf(call, page), cursorOf });
      const { currency, timeZone } = call.caller.merchant;
      const [words, face, moneyDigits] = [salesWords[language], clockFaces(timeZone), moneyDigitsOf(currency)];
      const money = (cents: number) => (cents / 10 ** moneyDigits).toFixed(moneyDigits);
      const columns: TableColumn<SettlementHead>[] = [
        { head: words.refill, kind: 'count', of: ({ refillId }) => refillId },
        { head: words.machineNo, kind: 'text', of: ({ machineNo }) => machineNo },
        { head: words.machine, kind: 'text', of: ({ machineName }) => machineName },
        { head: words.site, kind: 'text', of: ({ siteName }) => siteName },
        { head: words.since, kind: 'time', of: ({ previousAt }) => (previousAt === null ? '' : face(previousAt)) },
        { head: words.settledAt, kind: 'time', of: ({ refilledAt }) => face(refilledAt) },
        { head: words.filled, kind: 'count', of: ({ refilled }) => refilled },
        { head: words.units, kind: 'count', of: ({ units }) => units },
        { head: words.amount, kind: 'money', of: ({ amountCents }) => amountCents },
        { head: words.byStyle, kind: 'text', of: ({ sales }) => wordStyles(sales, money, language) },
      ];
      const name = wordFile('settlements', [from, to], language);
      return writeTable({ name, columns, pages, moneyDigits }, format);
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
      // What is of another's machine is not there, and tells nothing of that machine.
      const theirs = settlement && (caller.machineIds?.includes(settlement.machineId) ?? true);
      if (!theirs) refuse('delivery.unknown', String(refill));
      return toWire(settlement);
    },
  }),
};
