import { Type } from 'typebox';
import { getTestDispense } from '../../ledger/dispensing/get-test-dispense.ts';
import { requestTestDispense } from '../../ledger/dispensing/request-test-dispense.ts';
import { refuse } from '../../ledger/errors.ts';
import { listMachineCommands } from '../../ledger/machine-commands/list-machine-commands.ts';
import { requestMachineCommand } from '../../ledger/machine-commands/request-machine-command.ts';
import { clearSlotFault } from '../../ledger/machines/clear-slot-fault.ts';
import { findMachineById } from '../../ledger/machines/find-machine.ts';
import { getSlot } from '../../ledger/machines/get-slot.ts';
import { listSlotHistory } from '../../ledger/machines/list-slot-history.ts';
import { setSlotOnSale } from '../../ledger/machines/set-slot-on-sale.ts';
import { type Caller, requireMachine, requirePermission } from '../caller.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Cents, Done, done, Id, limitOf, Nullable, PageOf, PageQuery, pageOf, Time } from '../shapes.ts';
import { toWire, Verbatim } from '../to-wire.ts';

const OneMachine = Type.Object({ machine: Id });
const OneSlot = Type.Object({ machine: Id, slot: Id });
const Percent = Type.Integer({ minimum: 0, maximum: 100 });
const Seconds = Type.Integer({ minimum: 5, maximum: 3_600 });

const Settings = Type.Object(
  {
    price_digits: Type.Optional(Type.Integer({ minimum: 0, maximum: 4, description: 'Decimals of prices' })),
    language: Type.Optional(Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$', maxLength: 5, description: '"zh-CN"' })),
    idle_timeout: Type.Optional(Seconds),
    payment_wait_timeout: Type.Optional(Seconds),
    brightness: Type.Optional(Percent),
    volume: Type.Optional(Percent),
  },
  { additionalProperties: false, minProperties: 1 },
);

const CommandView = Type.Object({
  ...{ id: Id, kind: Type.Enum(['restart', 'shutdown', 'refresh', 'configure', 'clear-fault', 'test-dispense']) },
  state: Type.Enum(['queued', 'sent', 'confirmed', 'failed', 'void']),
  reason: Type.String({
    description: 'Why it failed or is void: silent, differs, still-faulty, unreachable; of a test, what the machine said',
  }),
  ...{ slot_id: Nullable(Id), slot: Nullable(Type.String()), settings: Type.Unknown() },
  reported: Type.Unknown({ description: 'What the machine reported of these settings, or of the slot' }),
  ...{ asked_by: Type.String(), queued_at: Time, sent_at: Nullable(Time), finished_at: Nullable(Time) },
  due_at: Nullable(Type.String({ description: 'While it is open: when it is void, or has failed' })),
});

const SlotView = Type.Object({
  ...{ id: Id, machine_id: Id, name: Type.String(), code: Type.String(), cabinet: Type.String(), product_id: Id },
  ...{ goods_id: Nullable(Id), goods_name: Type.String(), picture_url: Type.String(), price_cents: Cents },
  ...{ capacity: Type.Integer(), on_hand: Type.Integer(), reserved: Type.Integer(), on_sale: Type.Boolean() },
  ...{ fault_code: Type.Integer({ description: '1: it works' }), fault_said_at: Nullable(Time), merged_into_id: Nullable(Id) },
});

const HappeningView = Type.Object({
  ...{ at: Time, kind: Type.Enum(['stock', 'slot.fault', 'slot.fault-cleared', 'slot.listed']), reason: Type.String() },
  ...{ on_hand_change: Type.Integer(), reserved_change: Type.Integer(), order_id: Nullable(Id), note: Type.String() },
  ...{ fault_code: Nullable(Type.Integer()), on_sale: Nullable(Type.Boolean()), by: Type.String() },
});

const TestView = Type.Object({
  ...{ batch_id: Id, slot_id: Id, slot: Type.String(), queued_at: Time },
  state: Type.Enum(['queued', 'sent', 'dispensed', 'failed', 'held', 'cancelled']),
  ...{ sent_at: Nullable(Time), deadline: Nullable(Time), finished_at: Nullable(Time) },
  ...{ fault_code: Nullable(Type.Integer()), error: Type.String({ description: 'What the machine said' }) },
});

type AtMachine = Pick<Call<Shape>, 'ledger' | 'merchantId' | 'caller'> & { params: { machine: number } };
type AtSlot = AtMachine & { params: { slot: number } };

/** Of this merchant, and of this caller's machines. */
async function machineOf({ ledger, merchantId, caller, params }: AtMachine) {
  requireMachine(caller, params.machine);
  return await findMachineById(ledger, merchantId, params.machine);
}

async function slotOf(call: AtSlot) {
  const machine = await machineOf(call);
  return { machine, slot: await getSlot(call.ledger, call.merchantId, machine.id, call.params.slot) };
}

const termsOf = async (call: AtSlot) => {
  const { slot } = await slotOf(call);
  return { on_sale: slot.onSale, fault_code: slot.faultCode };
};

/** What stops a machine, or changes how it meets its buyers, is not for everybody who may be at it. */
function requireKind(caller: Caller, kind: string): void {
  if (kind === 'shutdown' || kind === 'configure') requirePermission(caller, 'machines.write');
}

const cursorForm = /^\d{1,16}(\.\d{1,16}){1,2}$/;

function cursorOf({ cursor }: { cursor?: string | undefined }): string | undefined {
  if (cursor !== undefined && !cursorForm.test(cursor)) refuse('request.invalid', 'cursor');
  return cursor;
}

export const commandRoutes = {
  'GET /machines/{machine}/commands': reading({
    summary: 'What a machine was told to do, tests of its slots among it, the latest first',
    description:
      'queued → sent → confirmed (by what the machine told afterwards) or failed (it told nothing of the kind in time); void: it could not be sent in time.',
    needs: 'machines.read',
    shape: { params: OneMachine, query: Type.Object(PageQuery), answer: PageOf(CommandView) },
    async handle(call) {
      const { id: machineId } = await machineOf(call);
      const limit = limitOf(call.query);
      const filter = { merchantId: call.merchantId, machineId, limit: limit + 1, before: cursorOf(call.query) };
      const { items, next_cursor } = pageOf(await listMachineCommands(call.ledger, filter), limit, ({ cursor }) => cursor);
      const views = items.map(({ cursor: _, settings, reported, ...one }) => ({
        ...one,
        settings: new Verbatim(settings),
        reported: new Verbatim(reported),
      }));
      return { items: toWire(views), next_cursor };
    },
  }),

  'POST /machines/{machine}/commands': changing({
    summary: 'Tell a machine to restart, to refresh, to take over settings or to switch itself off',
    description:
      'Asked again while the same is under way it is that one. An offline machine gets a restart within two minutes or never, settings within a week. Settings and switching off need `machines.write` as well.',
    needs: 'machines.command',
    shape: {
      params: OneMachine,
      body: Type.Object(
        { kind: Type.Enum(['restart', 'refresh', 'configure', 'shutdown']), settings: Type.Optional(Settings) },
        { additionalProperties: false },
      ),
      answer: Type.Object({ id: Id }),
    },
    audit: { subject: ({ params }) => `machine ${params.machine}`, after: ({ id }, { body }) => ({ command: id, ...body }) },
    async handle(call) {
      const { ledger, merchantId, caller, body, cause } = call;
      requireKind(caller, body.kind);
      const { id: machineId } = await machineOf(call);
      const request = { merchantId, machineId, kind: body.kind, askedBy: caller.who, cause };
      return { id: await requestMachineCommand(ledger, { ...request, ...(body.settings && { settings: body.settings }) }) };
    },
  }),

  'GET /machines/{machine}/slots/{slot}': reading({
    summary: 'A slot: what lies in it, whether it works and sells',
    needs: 'machines.read',
    shape: { params: OneSlot, answer: SlotView },
    handle: async (call) => toWire((await slotOf(call)).slot),
  }),

  'GET /machines/{machine}/slots/{slot}/history': reading({
    summary: 'What befell a slot: moves of its stock, faults, on and off sale, the latest first',
    needs: 'machines.read',
    shape: { params: OneSlot, query: Type.Object(PageQuery), answer: PageOf(HappeningView) },
    async handle(call) {
      const { slot } = await slotOf(call);
      const limit = limitOf(call.query);
      const filter = { merchantId: call.merchantId, slotId: slot.id, limit: limit + 1, before: cursorOf(call.query) };
      const { items, next_cursor } = pageOf(await listSlotHistory(call.ledger, filter), limit, ({ cursor }) => cursor);
      return { items: toWire(items.map(({ cursor: _, ...one }) => one)), next_cursor };
    },
  }),

  'POST /machines/{machine}/slots/{slot}/test': changing({
    summary: 'Dispense one unit from a slot, as a test',
    description: 'Also from a slot that is at fault or off sale. While a test of the slot is under way it is that one.',
    needs: 'machines.command',
    shape: { params: OneSlot, answer: Type.Object({ batch_id: Id }) },
    audit: { subject: ({ params }) => `slot ${params.slot}`, after: (answer) => answer },
    async handle(call) {
      const { machine, slot } = await slotOf(call);
      const { ledger, merchantId, cause } = call;
      const request = { merchantId, machine, slotName: slot.name, integrationId: null, notifyUrl: '', once: true, cause };
      return { batch_id: await requestTestDispense(ledger, request) };
    },
  }),

  'GET /machines/{machine}/slots/{slot}/test': reading({
    summary: 'Where a test stands',
    needs: 'machines.read',
    shape: { params: OneSlot, query: Type.Object({ batch: Id }), answer: TestView },
    async handle(call) {
      const { machine, slot } = await slotOf(call);
      const life = await getTestDispense(call.ledger, call.merchantId, machine.id, call.query.batch);
      if (life.slotId !== slot.id) refuse('delivery.unknown', String(call.query.batch));
      return toWire(life);
    },
  }),

  'POST /machines/{machine}/slots/{slot}/clear-fault': changing({
    summary: 'The slot is mended: its fault is cleared, and the machine is told to take it as mended',
    description: 'While the machine is still to be told so of the slot, or to answer, it is that command.',
    needs: 'machines.command',
    shape: { params: OneSlot, answer: Type.Object({ command: Id }) },
    audit: { subject: ({ params }) => `slot ${params.slot}`, read: termsOf },
    async handle(call) {
      const { machine, slot } = await slotOf(call);
      const { ledger, merchantId, caller, cause } = call;
      const request = { merchantId, machineId: machine.id, slotId: slot.id, askedBy: caller.who, cause };
      return { command: await clearSlotFault(ledger, request) };
    },
  }),

  'PUT /machines/{machine}/slots/{slot}/on-sale': changing({
    summary: 'Put a slot on sale, or take it off',
    needs: 'machines.command',
    shape: {
      params: OneSlot,
      body: Type.Object({ on_sale: Type.Boolean() }, { additionalProperties: false }),
      answer: Done,
    },
    audit: { subject: ({ params }) => `slot ${params.slot}`, read: termsOf },
    async handle(call) {
      const { machine, slot } = await slotOf(call);
      const { ledger, merchantId, body, cause } = call;
      await setSlotOnSale(ledger, { merchantId, machineId: machine.id, slotId: slot.id, onSale: body.on_sale, cause });
      return done;
    },
  }),
};
