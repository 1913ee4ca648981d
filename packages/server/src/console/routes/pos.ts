import { Type } from 'typebox';
import { refuse } from '../../ledger/errors.ts';
import { browseChecks } from '../../ledger/pos/browse-checks.ts';
import { browseRecords, getRecord } from '../../ledger/pos/browse-records.ts';
import { browseShops } from '../../ledger/pos/browse-shops.ts';
import { findOwnShop } from '../../ledger/pos/find-shop.ts';
import { posKinds } from '../../ledger/pos/pos-record.ts';
import { checkDay } from '../../ledger/pos/vending/check-day.ts';
import { recordCheck } from '../../ledger/pos/vending/record-check.ts';
import { periodOf } from '../../ledger/sales/period.ts';
import { changing, reading } from '../route.ts';
import { Cents, Id, limitOf, Nullable, PageOf, PageQuery, pageOf, Time } from '../shapes.ts';
import { toWire, Verbatim } from '../to-wire.ts';
import { Day, requirePeriod } from './sales-shapes.ts';
import { cursorAt, readCursor } from './time-cursor.ts';

const ShopView = Type.Object({
  ...{ id: Id, sn: Type.String(), name: Type.String(), site_name: Type.String(), time_zone: Type.String() },
  source: Type.Enum(['ledger', 'register', 'mirror'], { description: 'A site’s own sales, cash registers, or another platform' }),
  ...{ day_closes_at: Type.String(), open_day: Nullable(Type.String()), closed_until: Nullable(Time) },
  latest_business_day: Nullable(Type.String()),
  ...{ failing_since: Nullable(Time), last_error: Type.String() },
  differing: Type.Integer({ description: 'Days whose bills, handovers, day end and trades do not agree' }),
  checked_at: Nullable(Time),
});

const RecordView = Type.Object({
  ...{ id: Id, kind: Type.Enum([...posKinds]), key: Type.String(), version: Type.Integer(), at: Time, staff_name: Type.String() },
  ...{ business_day: Nullable(Type.String()), amount_cents: Cents, source: Type.Enum(['ledger', 'register', 'mirror']) },
  ...{ doubts: Type.Array(Type.String()), received_at: Time },
});

const Difference = Type.Object({
  between: Type.Enum(['bill', 'day-end', 'handover', 'trades']),
  subject: Type.String({ description: '`order 12`, `refill 5`, `day 2025-06-01`' }),
  told: Nullable(Type.Integer({ description: 'Cents; null: it is not there' })),
  due: Nullable(Type.Integer()),
  cause: Type.String(),
});

const CheckView = Type.Object({
  ...{ shop_id: Id, shop_name: Type.String(), business_day: Type.String(), checked_at: Time, differs_since: Nullable(Time) },
  differences: Type.Array(Difference),
});

export const posRoutes = {
  'GET /pos/shops': reading({
    summary: 'Shops whose sales are told as those of cash registers; those with something wrong first',
    needs: 'books.read',
    everyMachine: true,
    shape: {
      query: Type.Object({
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless told' })),
      }),
      answer: Type.Object({ items: Type.Array(ShopView), total: Type.Integer() }),
    },
    async handle({ ledger, merchantId, query: { offset = 0, limit = 50 } }) {
      const { shops, total } = await browseShops(ledger, merchantId, { offset, limit });
      return { items: toWire(shops), total };
    },
  }),

  'GET /pos/records': reading({
    summary: 'Bills, handovers, day ends or take-out orders of a shop, the latest first, as they are now',
    needs: 'books.read',
    everyMachine: true,
    shape: {
      query: Type.Object({
        ...{ shop: Id, kind: Type.Enum([...posKinds]), from: Type.Optional(Day), to: Type.Optional(Day) },
        ...PageQuery,
      }),
      answer: PageOf(RecordView),
    },
    async handle({ ledger, merchantId, query }) {
      requirePeriod(query);
      const limit = limitOf(query);
      const { from, until } = await periodOf(ledger, merchantId, query);
      const { shop: shopId, kind, cursor } = query;
      const rows = await browseRecords(ledger, {
        merchantId,
        shopId,
        kind,
        from,
        until,
        after: readCursor(cursor),
        limit: limit + 1,
      });
      const { items, next_cursor } = pageOf(rows, limit, cursorAt);
      return { items: toWire(items), next_cursor };
    },
  }),

  'GET /pos/records/{record}': reading({
    summary: 'One of them with its document, as third parties have it',
    needs: 'books.read',
    everyMachine: true,
    shape: {
      params: Type.Object({ record: Id }),
      answer: Type.Object({ ...RecordView.properties, shop_id: Id, latest: Type.Boolean(), document: Type.Unknown() }),
    },
    async handle({ ledger, merchantId, params: { record } }) {
      const found = (await getRecord(ledger, merchantId, record)) ?? refuse('delivery.unknown', String(record));
      return toWire({ ...found, document: new Verbatim<unknown>(JSON.parse(found.document)) });
    },
  }),

  'GET /pos/checks': reading({
    summary: 'What the checks of business days found, the latest days first',
    needs: 'books.read',
    everyMachine: true,
    shape: {
      query: Type.Object({
        shop: Type.Optional(Id),
        differing: Type.Optional(Type.Boolean({ description: 'Only days that do not agree' })),
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless told' })),
      }),
      answer: Type.Object({ items: Type.Array(CheckView), more: Type.Boolean() }),
    },
    async handle({ ledger, merchantId, query: { shop: shopId, differing, offset = 0, limit = 50 } }) {
      const rows = await browseChecks(ledger, merchantId, { shopId, differing, offset, limit: limit + 1 });
      return { items: toWire(rows.slice(0, limit)), more: rows.length > limit };
    },
  }),

  'POST /pos/checks': changing({
    summary: 'Check a business day of a shop now',
    description:
      'Holds its bills, handovers, day end and the trades against one another; what is found takes the place of what was found before.',
    needs: 'books.write',
    everyMachine: true,
    apart: true,
    shape: {
      body: Type.Object({ shop: Id, day: Day }, { additionalProperties: false }),
      answer: Type.Object({
        ...{ business_day: Type.String(), closed: Type.Boolean(), bills_cents: Cents, handed_over_cents: Cents },
        day_end_cents: Nullable(Type.Integer()),
        differences: Type.Array(Difference, { description: 'The first hundred' }),
        pending: Type.Integer({ description: 'Orders that are still on their way into the books' }),
      }),
    },
    audit: {
      subject: ({ body: { shop, day } }) => `shop ${shop} day ${day}`,
      after: ({ closed, differences }) => ({ closed, differences: differences.length }),
    },
    async handle({ ledger, merchantId, body: { shop, day } }) {
      const { id: shopId } = await findOwnShop(ledger, merchantId, { id: shop });
      const { pending, ...check } = await checkDay(ledger, { merchantId, shopId, businessDay: day });
      await recordCheck(ledger, merchantId, shopId, { ...check, pending });
      return toWire({ ...check, differences: check.differences.slice(0, 100), pending: pending.length });
    },
  }),
};
