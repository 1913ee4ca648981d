import { type Static, Type } from 'typebox';
import { refuse } from '../../ledger/errors.ts';
import { listRefillPlaces } from '../../ledger/refills/list-refill-places.ts';
import { listVisits } from '../../ledger/refills/list-visits.ts';
import { pickGoods } from '../../ledger/refills/pick-goods.ts';
import { planRefills, readMachineNeeds } from '../../ledger/refills/plan-refills.ts';
import { recordVisit } from '../../ledger/refills/record-visit.ts';
import { slotNeeds } from '../../ledger/refills/slot-needs.ts';
import { takeOutReasons } from '../../ledger/refills/visit.ts';
import { salesSinceRefill } from '../../ledger/sales/sales-since-refill.ts';
import { type Caller, requireMachine } from '../caller.ts';
import { changing, reading } from '../route.ts';
import { Cents, Id, limitOf, Nullable, PageOf, PageQuery, pageOf, TextIn, Time, TimeIn } from '../shapes.ts';
import { toWire } from '../to-wire.ts';

const Count = Type.Integer({ minimum: 0 });

const needQuery = {
  horizon_days: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 30,
      description: 'Until somebody may come again: what is lost is reckoned for so long. 3',
    }),
  ),
  enough_for_days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 90, description: 'Bring enough for so many days; else all that fits' }),
  ),
};

const needOptions = (query: { horizon_days?: number; enough_for_days?: number }) => ({
  horizonDays: query.horizon_days,
  enoughForDays: query.enough_for_days,
});

const machineColumns = {
  ...{ id: Id, machine_no: Type.String(), name: Type.String(), address: Type.String() },
  ...{ site_id: Nullable(Id), site_name: Type.String(), line_id: Nullable(Id), line_name: Type.String() },
  sold_slots: Type.Integer({ description: 'Slots that are on sale' }),
  ...{ sold_out_slots: Count, soon_slots: Count, low_slots: Count, faulty_slots: Count },
  last_refilled_at: Nullable(Time),
  wanted: Type.Integer({ description: 'Pieces to bring' }),
  wanted_goods: Type.Integer({ description: 'Of so many goods' }),
  lost_cents: Type.Integer({ description: 'Minor units: what would be sold within the horizon, and is not there' }),
  days_left: Nullable(Type.Number({ description: 'Until the next slot is sold out; null: nothing is sold' })),
};

const Slot = Type.Object({
  ...{ id: Id, machine_id: Id },
  product_id: Type.Integer({ description: 'Of the good in this slot: another good has another number' }),
  ...{ name: Type.String(), cabinet_id: Id },
  x: Type.Integer({ description: 'Row' }),
  y: Type.Integer({ description: 'Column' }),
  span: Type.Integer({ description: 'Columns that it takes' }),
  goods: Nullable(
    Type.Object({ id: Id, number: Type.String(), name: Type.String(), unit: Type.String(), picture_url: Type.String() }),
  ),
  ...{ price_cents: Cents, capacity: Count, on_hand: Count },
  counted_at: Nullable({ ...Time, description: 'When it was last counted, or given another good' }),
  reserved: Type.Integer({ description: 'Promised to open orders' }),
  ...{ for_sale: Count, on_sale: Type.Boolean(), is_faulty: Type.Boolean() },
  sold_per_day: Type.Number({ description: 'Of the last 28 days, on average of those in which there was something to sell' }),
  ...{ days_left: Nullable(Type.Number()), wanted: Count, need: Type.Enum([...slotNeeds]), lost_cents: Cents },
});

const PlannedMachine = Type.Object(machineColumns);

const VisitView = Type.Object({
  ...{ id: Id, machine_id: Id, key: Type.String(), visitor: Type.String(), begun_at: Time, done_at: Time },
  refill_id: Nullable(Type.Integer({ description: 'Null: nothing was added, so that nothing is settled' })),
  slots: Type.Array(
    Type.Object({
      ...{ slot_id: Id, name: Type.String(), before: Count, counted: Nullable(Count) },
      taken_out: Type.Array(
        Type.Object({ quantity: Count, reason: Type.Enum([...takeOutReasons]), note: Type.Optional(Type.String()) }),
      ),
      ...{ added: Count, on_hand: Count },
    }),
  ),
});

const Settled = Type.Object({ previous_at: Nullable(Time), units: Count, amount_cents: Cents });

const ListedVisit = Type.Object({
  ...VisitView.properties,
  settlement: Nullable({
    ...Settled,
    description: 'Null until it is reckoned, a moment after the visit; and where nothing was added',
  }),
});

const VisitBody = Type.Object(
  {
    key: Type.String({
      minLength: 8,
      maxLength: 80,
      description: 'Made when the visit begins, unique for the merchant: told again, it is done once',
    }),
    begun_at: TimeIn,
    ended_at: Type.Optional({
      ...TimeIn,
      description:
        'When the last was done, by the clock of the hub (`as_of`), where it is told later: what fell since is taken off, whenever that is told. Now',
    }),
    lines: Type.Array(
      Type.Object(
        {
          slot_id: Id,
          product_id: Type.Integer({
            description: 'What the slot had when it was done; where it has another by now, planogram.stale',
          }),
          counted: Type.Optional(Type.Integer({ description: 'What was physically there' })),
          taken_out: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  quantity: Type.Integer(),
                  reason: Type.Enum([...takeOutReasons], { description: '`returned`: back to the warehouse' }),
                  note: Type.Optional(TextIn()),
                },
                { additionalProperties: false },
              ),
              { maxItems: 10 },
            ),
          ),
          added: Type.Optional(
            Type.Union([Type.Integer(), Type.Literal('full')], { description: 'Pieces, or up to the capacity' }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 1_000 },
    ),
  },
  { additionalProperties: false },
);

const oneMachine = Type.Object({ machine: Id });

const toLine = ({
  slot_id: slotId,
  product_id: productId,
  counted,
  taken_out: takenOut,
  added,
}: Static<typeof VisitBody>['lines'][number]) => ({
  ...{ slotId, productId, counted, takenOut, added },
});

/** Ids as `1,2,3`; without those that are not the caller's. */
function machinesIn(ids: string | undefined, { machineIds: own }: Caller): readonly number[] | undefined {
  if (ids === undefined) return own;
  const asked = [...new Set(ids.split(',').map(Number))];
  return own ? asked.filter((id) => own.includes(id)) : asked;
}

const Machines = Type.String({ pattern: '^[0-9]{1,15}(,[0-9]{1,15}){0,99}$', description: 'Up to 100 ids: `1,2,3`' });

export const refillRoutes = {
  'GET /refill-plan': reading({
    summary: 'What to bring to which machine, the one at which most is lost first',
    description:
      'Reckoned from what is in the slots and what each sold in the last 28 days. Of more than 200 machines, those at which most seems to be lost come first, 200 by 200. `limit` is 10, 20, 50, 100 or 200, and `offset` a multiple of it.',
    needs: 'machines.read',
    shape: {
      query: Type.Object({
        ...needQuery,
        ...{ area: Type.Optional(Id), line: Type.Optional(Id), site: Type.Optional(Id) },
        machines: Type.Optional(Machines),
        search: Type.Optional(Type.String({ maxLength: 100, description: 'Part of a number, a name, or a name of a site' })),
        urgency: Type.Optional(
          Type.Enum(['sold-out', 'low'], { description: 'Only machines with a slot that is sold out; or sold out, or low' }),
        ),
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      }),
      answer: Type.Object({ items: Type.Array(PlannedMachine), total: Count }),
    },
    async handle({ ledger, merchantId, caller, query }) {
      const { area: areaId, line: lineId, site: siteId, search, urgency, offset, limit } = query;
      const machineIds = machinesIn(query.machines, caller);
      const filter = { merchantId, machineIds, areaId, lineId, siteId, search, urgency, ...needOptions(query) };
      const { machines, total } = await planRefills(ledger, filter, { offset, limit });
      return { items: toWire(machines), total };
    },
  }),

  'GET /refill-places': reading({
    summary: 'Lines and sites where machines stand, to choose from',
    needs: 'machines.read',
    shape: {
      answer: Type.Object({
        lines: Type.Array(Type.Object({ id: Id, name: Type.String(), machines: Count })),
        sites: Type.Array(Type.Object({ id: Id, name: Type.String(), line_id: Nullable(Id), machines: Count })),
      }),
    },
    async handle({ ledger, merchantId, caller: { machineIds } }) {
      return toWire(await listRefillPlaces(ledger, { merchantId, machineIds }));
    },
  }),

  'GET /pick-list': reading({
    summary: 'What to take along for some machines: by goods for the warehouse, by machine and slot for the way',
    needs: 'machines.read',
    shape: {
      query: Type.Object({ ...needQuery, machines: Machines }),
      answer: Type.Object({
        goods: Type.Array(
          Type.Object({
            ...{ id: Id, number: Type.String(), name: Type.String(), unit: Type.String(), picture_url: Type.String() },
            ...{ wanted: Count, machines: Type.Integer({ description: 'In so many machines' }) },
          }),
        ),
        machines: Type.Array(Type.Object({ ...machineColumns, slots: Type.Array(Slot) })),
        wanted: Count,
      }),
    },
    async handle({ ledger, merchantId, caller, query }) {
      const machineIds = machinesIn(query.machines, caller) ?? [];
      return toWire(await pickGoods(ledger, { merchantId, machineIds, ...needOptions(query) }));
    },
  }),

  'GET /machines/{machine}/refill-plan': reading({
    summary: 'A machine as it looks to who fills it: cabinets, slots, what each lacks',
    needs: 'machines.read',
    shape: {
      params: oneMachine,
      query: Type.Object(needQuery),
      answer: Type.Object({
        ...machineColumns,
        as_of: Type.String({ description: 'ISO 8601, UTC: now, by the clock of the hub' }),
        cabinets: Type.Array(Type.Object({ id: Id, name: Type.String(), slots: Type.Array(Slot) })),
        since_refill: Type.Object({ units: Count, amount_cents: Cents }, { description: 'Sold, and settled by no refill yet' }),
      }),
    },
    async handle({ ledger, merchantId, caller, params: { machine: machineId }, query }) {
      requireMachine(caller, machineId);
      const needs = await readMachineNeeds(ledger, { merchantId, machineId, ...needOptions(query) });
      const sold = await salesSinceRefill(ledger, merchantId, machineId);
      const sinceRefill = {
        units: sold.reduce((sum, { units }) => sum + units, 0),
        amountCents: sold.reduce((sum, { amountCents }) => sum + amountCents, 0),
      };
      return toWire({ ...needs, sinceRefill, asOf: ledger.clock.now() });
    },
  }),

  'GET /machines/{machine}/visits': reading({
    summary: 'Who was at a machine and what they did, the latest first',
    needs: 'machines.read',
    shape: { params: oneMachine, query: Type.Object(PageQuery), answer: PageOf(ListedVisit) },
    async handle({ ledger, merchantId, caller, params: { machine: machineId }, query }) {
      requireMachine(caller, machineId);
      const before = query.cursor === undefined ? undefined : Number(query.cursor);
      if (before !== undefined && !Number.isSafeInteger(before)) refuse('request.invalid', 'cursor');
      const limit = limitOf(query);
      const visits = await listVisits(ledger, { merchantId, machineId, before, limit: limit + 1 });
      return pageOf(toWire(visits), limit, ({ id }) => String(id));
    },
  }),

  'POST /machines/{machine}/visits': changing({
    summary: 'Record a visit whole: in each slot counted, then taken out, then added',
    description:
      'All of it or nothing. What was added is one refill, which settles what was sold since the one before, a moment later; a visit that added nothing settles nothing, and `settles` says so. The same `key` with the same content answers what was recorded then. A slot that has another good by now, or was counted after the visit ended, is refused as planogram.stale and named: leave it out, or look and enter it anew.',
    needs: 'stock.write',
    shape: {
      params: oneMachine,
      body: VisitBody,
      answer: Type.Object({
        visit: VisitView,
        is_new: Type.Boolean({ description: 'False: it was recorded before' }),
        settles: Type.Boolean(),
      }),
    },
    audit: {
      subject: ({ params }) => `machine ${params.machine}`,
      after: ({ visit, is_new: isNew }) => (isNew ? visit : { visit: visit.id, told: 'again' }),
    },
    async handle({ ledger, merchantId, caller, params: { machine: machineId }, body, cause }) {
      requireMachine(caller, machineId);
      const { visit, isNew } = await recordVisit(ledger, {
        ...{ merchantId, machineId, key: body.key, lines: body.lines.map(toLine), begunAt: new Date(body.begun_at) },
        ...{ visitor: caller.who, cause, ...(body.ended_at !== undefined && { endedAt: new Date(body.ended_at) }) },
      });
      return toWire({ visit, isNew, settles: visit.refillId !== null });
    },
  }),
};
