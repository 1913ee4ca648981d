import { FieldError } from '@polyvend/protocols/shared';
import { Type } from 'typebox';
import { refuse } from '../../ledger/errors.ts';
import { findMachineById } from '../../ledger/machines/find-machine.ts';
import { type FrontSlot, readFront } from '../../ledger/machines/read-front.ts';
import { createOpenPickupCode } from '../../ledger/pickup-codes/create-open-pickup-code.ts';
import { requireMachine } from '../caller.ts';
import type { DemoMachine } from '../context.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Cents, Done, done, Id, Nullable } from '../shapes.ts';
import { toWire } from '../to-wire.ts';

const OneMachine = Type.Object({ machine: Id });
const ofSlot = Type.Object({ slot: Id }, { additionalProperties: false });

const FrontView = Type.Object({
  ...{ machine_no: Type.String(), name: Type.String() },
  running: Type.Boolean({ description: 'There is a virtual machine of this number' }),
  connected: Type.Boolean(),
  slots: Type.Array(
    Type.Object({
      ...{ id: Id, name: Type.String(), code: Type.String(), addr: Type.Integer(), cabinet: Type.String() },
      ...{ row: Type.Integer(), column: Type.Integer(), product_id: Id, goods_name: Type.String(), picture_url: Type.String() },
      ...{ price_cents: Cents, on_hand: Type.Integer(), for_sale: Type.Integer(), on_sale: Type.Boolean() },
      ...{ fault_code: Type.Integer(), merged_into_id: Nullable(Id) },
      physical: Nullable(
        Type.Object(
          { stock: Type.Integer(), status: Type.Integer() },
          { description: 'As it is in steel; null: it has no such slot' },
        ),
      ),
    }),
  ),
});

export type AtDemo = Pick<Call<Shape>, 'ledger' | 'context' | 'merchantId' | 'caller'> & { params: { machine: number } };

/** The machine, where there is a demo: without one there are no such addresses. */
async function machineOf({ ledger, context, merchantId, caller, params }: AtDemo) {
  if (!context.demo) refuse('machine.unknown', String(params.machine));
  requireMachine(caller, params.machine);
  return { demo: context.demo, machine: await findMachineById(ledger, merchantId, params.machine) };
}

/** The virtual machine of a machine that the caller may touch. Refuses machine.unknown. */
export async function virtualOf(call: AtDemo): Promise<DemoMachine> {
  const { demo, machine } = await machineOf(call);
  return demo.find(machine.machineNo) ?? refuse('machine.unknown', `${machine.machineNo} is not a virtual machine`);
}

async function slotOf(call: AtDemo, slotId: number): Promise<FrontSlot> {
  const front = await readFront(call.ledger, call.merchantId, call.params.machine);
  return front.find(({ id }) => id === slotId) ?? refuse('slot.unknown', String(slotId));
}

const subject = ({ params }: { params: { machine: number } }) => `machine ${params.machine}`;

/** In the demo alone, whose virtual machines can be seen and touched in the page. */
export const demoRoutes = {
  'GET /demo/machines/{machine}': reading({
    summary: 'The front of a virtual machine (demo)',
    needs: 'machines.command',
    shape: { params: OneMachine, answer: FrontView },
    async handle(call) {
      const { demo, machine } = await machineOf(call);
      const virtual = demo.find(machine.machineNo);
      const physical = new Map(virtual?.slots.map((slot) => [`${slot.addr} ${slot.code}`, slot]));
      const front = await readFront(call.ledger, call.merchantId, machine.id);
      const slots = front.map((slot) => {
        const steel = physical.get(`${slot.addr} ${slot.code}`);
        return { ...slot, physical: steel ? { stock: steel.stock, status: steel.status } : null };
      });
      const { machineNo, name } = machine;
      return toWire({ machineNo, name, running: virtual !== undefined, connected: virtual?.connected ?? false, slots });
    },
  }),

  'POST /demo/machines/{machine}/type': changing({
    summary: 'Type at the keypad of a virtual machine (demo)',
    needs: 'machines.command',
    apart: true,
    shape: {
      params: OneMachine,
      body: Type.Object({ digits: Type.String({ pattern: '^\\d{4,20}$' }) }, { additionalProperties: false }),
      answer: Type.Object({ result: Type.String({ description: 'dispensed, failed, no-answer, or why it is refused' }) }),
    },
    audit: { subject, after: (answer) => answer },
    handle: async (call) => ({ result: await (await virtualOf(call)).type(call.body.digits) }),
  }),

  'POST /demo/machines/{machine}/code': changing({
    summary: 'A pickup code to try at the keypad, good for one of whatever the machine has (demo)',
    needs: 'machines.command',
    shape: { params: OneMachine, answer: Type.Object({ code: Type.String() }) },
    audit: { subject, after: () => ({ code: 'new' }) },
    async handle(call) {
      await virtualOf(call);
      const { ledger, merchantId, cause } = call;
      const { code } = await createOpenPickupCode(ledger, {
        merchantId,
        machineId: call.params.machine,
        integrationId: null,
        cause,
      });
      return { code };
    },
  }),

  'POST /demo/machines/{machine}/buy': changing({
    summary: 'Buy at a virtual machine: by phone, through the mall of the demo, or for cash (demo)',
    needs: 'machines.command',
    apart: true,
    shape: {
      params: OneMachine,
      body: Type.Object({ slot: Id, how: Type.Enum(['phone', 'cash']) }, { additionalProperties: false }),
      answer: Type.Object({ order_id: Nullable(Id), dropped: Type.Boolean(), why: Type.String({ description: 'Why not' }) }),
    },
    audit: { subject, after: (answer) => answer },
    async handle(call) {
      const virtual = await virtualOf(call);
      const slot = await slotOf(call, call.body.slot);
      return toWire(await virtual.buy(slot, call.body.how, slot.priceCents));
    },
  }),

  'POST /demo/machines/{machine}/jam': changing({
    summary: 'Something gets stuck in a slot of a virtual machine (demo)',
    needs: 'machines.command',
    apart: true,
    shape: { params: OneMachine, body: ofSlot, answer: Done },
    audit: { subject, after: (_, { body }) => ({ jammed: body.slot }) },
    async handle(call) {
      const virtual = await virtualOf(call);
      if (!virtual.jam(await slotOf(call, call.body.slot))) refuse('slot.unknown', String(call.body.slot));
      return done;
    },
  }),

  'POST /demo/machines/{machine}/mend': changing({
    summary: 'Somebody frees a slot of a virtual machine by hand (demo)',
    needs: 'machines.command',
    apart: true,
    shape: { params: OneMachine, body: ofSlot, answer: Done },
    audit: { subject, after: (_, { body }) => ({ mended: body.slot }) },
    async handle(call) {
      const virtual = await virtualOf(call);
      if (!virtual.mend(await slotOf(call, call.body.slot))) refuse('slot.unknown', String(call.body.slot));
      return done;
    },
  }),

  'POST /demo/machines/{machine}/power': changing({
    summary: 'Pull the plug of a virtual machine, or put it in (demo)',
    needs: 'machines.command',
    apart: true,
    shape: { params: OneMachine, body: Type.Object({ on: Type.Boolean() }, { additionalProperties: false }), answer: Done },
    audit: { subject, after: (_, { body }) => ({ power: body.on }) },
    async handle(call) {
      await (await virtualOf(call)).power(call.body.on);
      return done;
    },
  }),

  'POST /demo/machines/{machine}/connect': changing({
    summary: 'Start a virtual machine for a machine that was added (demo)',
    description: 'It signs in at the broker as the machine would, with the password that was told when it was added.',
    needs: 'machines.command',
    apart: true,
    shape: {
      params: OneMachine,
      body: Type.Object({ broker_password: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false }),
      answer: Done,
    },
    audit: { subject, after: () => ({ connected: true }) },
    async handle(call) {
      const { demo, machine } = await machineOf(call);
      const { id: machineId, machineNo, merchantId } = machine;
      const brokerPassword = call.body.broker_password;
      await demo.connect({ merchantId, machineId, machineNo, brokerPassword }).catch((error: unknown) => {
        throw new FieldError('broker_password', error instanceof Error ? error.message : String(error));
      });
      return done;
    },
  }),
};
