import { Type } from 'typebox';
import { changePlanogram, mostChanges } from '../../ledger/planogram/change-planogram.ts';
import { copyPlanogram, previewCopy } from '../../ledger/planogram/copy-planogram.ts';
import { getPlanogram } from '../../ledger/planogram/get-planogram.ts';
import { listCopyTargets } from '../../ledger/planogram/list-copy-targets.ts';
import type { SlotChange } from '../../ledger/planogram/plan-slots.ts';
import { previewPlanogram } from '../../ledger/planogram/preview-planogram.ts';
import { type Caller, requireMachine } from '../caller.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Cents, Id, limitOf, Nullable, PageOf, PageQuery, pageOf, TextIn, Time } from '../shapes.ts';
import { toWire } from '../to-wire.ts';

const Pieces = Type.Integer();
const Version = Type.String({ description: 'Of what can be changed: as it was looked at' });
const VersionIn = Type.String({ minLength: 1, maxLength: 64, description: 'As it was looked at; else planogram.stale' });

const GoodsView = Type.Object({
  ...{ id: Id, number: Type.String(), name: Type.String(), spec: Type.String(), picture_url: Type.String(), price_cents: Cents },
});

const SlotView = Type.Object({
  ...{ id: Id, name: Type.String(), code: Type.String(), row: Type.Integer(), column: Type.Integer(), product_id: Id },
  span: Type.Integer({ description: 'In lanes, with its own' }),
  merged_into: Nullable(Type.String({ description: 'The slot of the wide lane that covers this one' })),
  goods: Nullable(GoodsView),
  price_cents: Cents,
  original_price_cents: Nullable(Cents),
  ...{ capacity: Pieces, alert_threshold: Pieces, on_hand: Pieces, reserved: Pieces, for_sale: Pieces, on_sale: Type.Boolean() },
  reported: Type.Object({
    on_hand: Nullable(Pieces),
    at: Nullable(Time),
    fault_code: Type.Integer({ description: '1 works' }),
    fault_at: Nullable(Time),
    stock: Type.Enum(['none', 'same', 'since', 'differs'], {
      description: 'Against the books: since, by what dropped since then; differs, by what a person filled, took or counted',
    }),
  }),
});

const PlanogramView = Type.Object({
  ...{ machine_id: Id, machine_no: Type.String(), machine_name: Type.String(), version: Version },
  own: Type.Boolean({ description: 'False: another platform’s, which says itself what it holds' }),
  cabinets: Type.Array(
    Type.Object({ id: Id, name: Type.String(), addr: Type.Integer(), kind: Type.String(), slots: Type.Array(SlotView) }),
  ),
});

const ChangeIn = Type.Object(
  {
    slot: Type.String({ minLength: 1, maxLength: 100, description: 'Its name at the machine' }),
    goods_id: Type.Optional(Nullable(Id)),
    price_cents: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e9 })),
    original_price_cents: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 1e9 }))),
    capacity: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    alert_threshold: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    on_sale: Type.Optional(Type.Boolean()),
    span: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Lanes with its own, to the right; 1 splits it' })),
  },
  { additionalProperties: false, description: 'What is not said stays' },
);
const ChangesIn = Type.Array(ChangeIn, { minItems: 1, maxItems: mostChanges });

const Terms = Type.Object({
  ...{ goods_id: Nullable(Id), price_cents: Cents, original_price_cents: Nullable(Cents), capacity: Pieces },
  ...{ alert_threshold: Pieces, on_sale: Type.Boolean(), merged_into: Nullable(Type.String()), span: Type.Integer() },
});
const preview = {
  machine_id: Id,
  version: Version,
  slots: Type.Array(
    Type.Object({
      ...{ slot: Type.String(), before: Terms, after: Terms },
      is_new_product: Type.Boolean({ description: 'It gets a new product number' }),
      taken_out: Type.Integer({ description: 'Pieces of the old good that are booked out' }),
      void_codes: Type.Integer({ description: 'Pickup codes for the old good that end' }),
      forgotten_prices: Type.Integer({ description: 'Channels’ own prices of the old good that end' }),
    }),
  ),
  taken_out: Pieces,
  problems: Type.Array(Type.Object({ slot: Type.String(), code: Type.String(), detail: Type.String() })),
  goods: Type.Array(Type.Object({ id: Id, number: Type.String(), name: Type.String() })),
};
const Changed = Type.Object({ version: Version, slots: Type.Array(Type.String()), taken_out: Pieces });

const Part = Type.Enum(['goods', 'prices', 'capacities']);
const CopyIn = { from: Id, parts: Type.Array(Part, { minItems: 1, maxItems: 3 }) };

const oneMachine = Type.Object({ machine: Id });
type OfMachine = Pick<Call<Shape>, 'ledger' | 'merchantId'> & { params: { machine: number } };
const subject = ({ params }: { params: { machine: number } }) => `machine ${params.machine}`;

/** Names of the wire to those of the code. */
function toChange({ goods_id, price_cents, original_price_cents, alert_threshold, ...same }: ChangeBody): SlotChange {
  return {
    ...same,
    goodsId: goods_id,
    priceCents: price_cents,
    originalPriceCents: original_price_cents,
    alertThreshold: alert_threshold,
  };
}
type ChangeBody = Omit<SlotChange, 'goodsId' | 'priceCents' | 'originalPriceCents' | 'alertThreshold'> & {
  goods_id?: number | null | undefined;
  price_cents?: number | undefined;
  original_price_cents?: number | null | undefined;
  alert_threshold?: number | undefined;
};

/** What the audit shows of slots: those that are named, or all. */
async function termsOf({ ledger, merchantId, params }: OfMachine, names?: ReadonlySet<string>): Promise<Record<string, unknown>> {
  const { cabinets } = await getPlanogram(ledger, { merchantId, machineId: params.machine });
  const slots = cabinets.flatMap((cabinet) => cabinet.slots).filter(({ name }) => names?.has(name) ?? true);
  return Object.fromEntries(
    slots.map((slot) => [
      slot.name,
      {
        goods: slot.goods?.number ?? null,
        ...{ price_cents: slot.priceCents, original_price_cents: slot.originalPriceCents, capacity: slot.capacity },
        ...{ alert_threshold: slot.alertThreshold, on_sale: slot.onSale, span: slot.span, merged_into: slot.mergedInto },
      },
    ]),
  );
}

const keyOf = ({
  merchantId,
  params,
  caller,
}: Pick<Call<Shape>, 'merchantId'> & { params: { machine: number }; caller: Caller }) => {
  requireMachine(caller, params.machine);
  return { merchantId, machineId: params.machine };
};

export const planogramRoutes = {
  'GET /machines/{machine}/planogram': reading({
    summary: 'A machine as it looks, and what it last said of its slots',
    needs: 'machines.read',
    shape: { params: oneMachine, answer: PlanogramView },
    handle: async (call) => toWire(await getPlanogram(call.ledger, keyOf(call))),
  }),

  'POST /machines/{machine}/planogram/preview': reading({
    summary: 'What a change would do, and what speaks against it',
    needs: 'planogram.write',
    shape: {
      params: oneMachine,
      body: Type.Object({ changes: ChangesIn }, { additionalProperties: false }),
      answer: Type.Object(preview),
    },
    handle: async (call) => toWire(await previewPlanogram(call.ledger, keyOf(call), call.body.changes.map(toChange))),
  }),

  'PUT /machines/{machine}/planogram': changing({
    summary: 'Change what slots are for, all or nothing',
    description:
      'A slot whose good changes has a new product number: what was left of the old good is booked out, its pickup codes are void, and channels’ own prices of it are forgotten. The good of a slot is not changed while units of it are promised.',
    needs: 'planogram.write',
    shape: {
      params: oneMachine,
      body: Type.Object({ version: VersionIn, changes: ChangesIn }, { additionalProperties: false }),
      answer: Changed,
    },
    audit: { subject, read: (call) => termsOf(call, new Set(call.body.changes.map(({ slot }) => slot))) },
    async handle(call) {
      const { version, changes } = call.body;
      const change = { ...keyOf(call), version, changes: changes.map(toChange), cause: call.cause };
      return toWire(await changePlanogram(call.ledger, change));
    },
  }),

  'GET /machines/{machine}/planogram/copy-targets': reading({
    summary: 'Machines to which this planogram may be copied',
    needs: 'planogram.write',
    shape: {
      params: oneMachine,
      query: Type.Object({ ...PageQuery, q: Type.Optional(TextIn(100)) }),
      answer: PageOf(
        Type.Object({
          ...{ machine_id: Id, machine_no: Type.String(), name: Type.String(), site: Type.String() },
          same_slots: Type.Integer({ description: 'That both have, by their names' }),
          slots: Type.Integer(),
        }),
      ),
    },
    async handle(call) {
      const limit = limitOf(call.query);
      const rows = await listCopyTargets(call.ledger, {
        ...keyOf(call),
        text: call.query.q,
        machineIds: call.caller.machineIds,
        after: Number(call.query.cursor) || undefined,
        limit: limit + 1,
      });
      return pageOf(rows.map(toWire), limit, ({ machine_id }) => String(machine_id));
    },
  }),

  'POST /machines/{machine}/planogram/copy/preview': reading({
    summary: 'What it would do to make this machine like another',
    needs: 'planogram.write',
    shape: {
      params: oneMachine,
      body: Type.Object(CopyIn, { additionalProperties: false }),
      answer: Type.Object({
        ...preview,
        from_version: Version,
        missing: Type.Array(Type.String(), { description: 'Slots that this machine has not' }),
        extra: Type.Array(Type.String(), { description: 'Slots that only this machine has: they stay' }),
      }),
    },
    async handle(call) {
      const { merchantId, machineId: to } = keyOf(call);
      const { from, parts } = call.body;
      requireMachine(call.caller, from);
      return toWire(await previewCopy(call.ledger, { merchantId, from, to, parts }));
    },
  }),

  'POST /machines/{machine}/planogram/copy': changing({
    summary: 'Make this machine like another, where they have slots of the same names; all or nothing',
    description: 'Whether slots are on sale is not copied. Without `goods`, prices go only to slots that have the same good.',
    needs: 'planogram.write',
    shape: {
      params: oneMachine,
      body: Type.Object({ ...CopyIn, from_version: VersionIn, version: VersionIn }, { additionalProperties: false }),
      answer: Changed,
    },
    audit: { subject, read: (call) => termsOf(call) },
    async handle(call) {
      const { merchantId, machineId: to } = keyOf(call);
      const { from, parts, from_version: fromVersion, version } = call.body;
      requireMachine(call.caller, from);
      return toWire(await copyPlanogram(call.ledger, { merchantId, from, to, parts, fromVersion, version, cause: call.cause }));
    },
  }),
};
