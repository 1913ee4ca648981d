import { type Static, Type } from 'typebox';
import { decideHeld } from '../../ledger/dispensing/decide-held.ts';
import { refuse } from '../../ledger/errors.ts';
import { makeGood } from '../../ledger/making-good/make-good.ts';
import { takeBackCodes } from '../../ledger/making-good/take-back-codes.ts';
import { findOrders } from '../../ledger/orders/find-orders.ts';
import { listChannels } from '../../ledger/orders/list-channels.ts';
import { listOrders } from '../../ledger/orders/list-orders.ts';
import { readOrderSummaries } from '../../ledger/orders/read-order-summaries.ts';
import { readSteps } from '../../ledger/orders/read-steps.ts';
import { type OrderTrace, readTrace } from '../../ledger/orders/trace-order.ts';
import { type Caller, requireMachine } from '../caller.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Id, IdOf, limitOf, Nullable, PageOf, PageQuery, pageOf, TextIn, Time, TimeIn } from '../shapes.ts';
import { toWire, Verbatim } from '../to-wire.ts';
import { MadeGoodView, MessageView, OrderRow, SaleRow, State, TraceView } from './order-shapes.ts';

const oneOrder = Type.Object({ order: Id });
type OfOrder = Pick<Call<Shape>, 'ledger' | 'merchantId' | 'caller'> & { params: { order: number } };

/** As it stands in lists. Refuses order.unknown: of a machine that is not the caller's too. */
async function orderOf({ ledger, merchantId, caller, params }: OfOrder) {
  const [order] = await readOrderSummaries(ledger.db, merchantId, [params.order]);
  if (!order || (caller.machineIds && !caller.machineIds.includes(order.machine.id)))
    refuse('order.unknown', `order ${params.order}`);
  return order;
}

/** As the audit log keeps it. */
async function readFields(call: OfOrder) {
  const { state, amountCents, units } = await orderOf(call);
  return { state, amount_cents: amountCents, units };
}

function traceView({ caller }: OfOrder, trace: OrderTrace): Static<typeof TraceView> {
  const { id, tradeId, state, amountCents, refundedCents, createdAt, paidAt, payStyle, channel, paidElsewhere, isForeign } =
    trace;
  const mayIssue = caller.permissions.has('orders.make-good');
  const due = trace.units.filter(({ isDue }) => isDue);
  // What is paid back elsewhere, or by itself, is nobody's to make good.
  const isOpen = state === 'paid' && !paidElsewhere && due.length > 0;
  return toWire({
    ...{ id, tradeId, state, amountCents, refundedCents, createdAt, paidAt, payStyle, channel, paidElsewhere, isForeign },
    machine: { id: trace.machineId, no: trace.machineNo, name: trace.machineName },
    ...{ madeGoodOrderId: trace.madeGoodOrderId, bills: trace.bills },
    units: trace.units.map(({ id: unit, lineId, slotId, slot, goods, state: unitState, paidCents, refundId, code, isDue }) => ({
      ...{ id: unit, lineId, slotId, slot, goods, state: unitState, paidCents, refunded: refundId !== null },
      code: code && { code: mayIssue ? code.code : null, state: code.state, expiresAt: code.expiresAt },
      isDue: isDue && isOpen,
    })),
    due: {
      units: isOpen ? due.length : 0,
      amountCents: isOpen ? due.reduce((sum, { paidCents }) => sum + paidCents, 0) : 0,
      refund: isOpen && !(isForeign && due.some(({ state: unitState }) => unitState === 'held')),
      pickupCode: isOpen && !isForeign && caller.merchant.pickupCodesEnabled,
    },
    madeGood: trace.madeGood.map((one) => ({ ...one, code: mayIssue ? one.code : null })),
    steps: trace.steps.map(({ detail, cause, raw, ...step }) => ({
      ...step,
      ...{ detail: new Verbatim(detail), by: cause?.by ?? '', call: cause?.call ?? '' },
      hasMessage: Boolean(raw ?? cause?.raw),
    })),
  }) as Static<typeof TraceView>;
}

const machineIdsOf = (caller: Caller, machine: number | undefined): readonly number[] | null => {
  if (machine === undefined) return caller.machineIds ?? null;
  requireMachine(caller, machine);
  return [machine];
};

export const orderRoutes = {
  'GET /orders': reading({
    summary: 'Orders, newest first',
    needs: 'orders.read',
    shape: {
      query: Type.Object({
        ...PageQuery,
        ...{ machine: Type.Optional(Id), state: Type.Optional(State) },
        channel: Type.Optional(IdOf('The integration through which they came')),
        from: Type.Optional(TimeIn),
        to: Type.Optional({ ...TimeIn, description: 'Before then' }),
        trouble: Type.Optional(Type.Boolean({ description: 'Those alone that were paid for and neither dropped nor made good' })),
      }),
      answer: PageOf(OrderRow),
    },
    async handle({ ledger, merchantId, caller, query }) {
      const { machine, state, channel, from, to, trouble, cursor } = query;
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) refuse('request.invalid', 'cursor');
      const limit = limitOf(query);
      const orders = await listOrders(ledger, {
        ...{ merchantId, machineIds: machineIdsOf(caller, machine), state, integrationId: channel, trouble, limit: limit + 1 },
        ...{ from: from === undefined ? undefined : new Date(from), to: to === undefined ? undefined : new Date(to) },
        after: cursor === undefined ? undefined : Number(cursor),
      });
      return pageOf(toWire(orders), limit, ({ id }) => String(id));
    },
  }),

  'GET /order-channels': reading({
    summary: 'Through which integrations orders came',
    needs: 'orders.read',
    shape: { answer: Type.Object({ items: Type.Array(Type.Object({ id: Id, name: Type.String(), dialect: Type.String() })) }) },
    handle: async ({ ledger, merchantId, caller }) => ({ items: await listChannels(ledger, merchantId, caller.machineIds) }),
  }),

  'GET /order-search': reading({
    summary: 'Orders by whatever number somebody has of them, or by a place and a time',
    description:
      'Our number or the seller’s, the machine’s own, that of a trade, of another platform, of a payment, of an import, or a pickup code, with whatever came along: a label, spaces, other letters; at least six letters of the beginning of the seller’s number, where no other is found. Or a machine or a site, a day, a time, or some of these, in either order: `10000001 2025-06-01 14:30`, `昨天 17点39`. Of a machine alone its latest. Days and times are of the merchant’s zone.',
    needs: 'orders.read',
    shape: {
      query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 200 }) }),
      answer: Type.Object({
        orders: Type.Array(Type.Object({ matched: Type.String(), order: OrderRow })),
        sales: Type.Array(SaleRow, { description: 'That another platform told of, and for which there is no order here' }),
        around: Nullable(
          Type.Object(
            { place: Type.String(), machine_id: Nullable(Id), at: Nullable(Time), day: Nullable(Type.String()) },
            { description: 'Where and when was looked: an hour around `at`, on a day, or for the latest' },
          ),
        ),
      }),
    },
    async handle({ ledger, merchantId, caller, query: { q: text } }) {
      const { timeZone } = caller.merchant;
      return toWire(await findOrders(ledger, { merchantId, machineIds: caller.machineIds ?? null, text, timeZone }));
    },
  }),

  'GET /orders/{order}/trace': reading({
    summary: 'The whole life of an order, and what is due of it',
    needs: 'orders.read',
    shape: { params: oneOrder, answer: TraceView },
    async handle(call) {
      const trace = await readTrace(call.ledger, call.merchantId, (await orderOf(call)).id);
      return traceView(call, trace ?? refuse('order.unknown'));
    },
  }),

  'GET /orders/{order}/steps/{step}': reading({
    summary: 'The message behind a step, word for word',
    needs: 'orders.read',
    shape: { params: Type.Object({ order: Id, step: Type.String({ maxLength: 60 }) }), answer: MessageView },
    async handle(call) {
      const { id: orderId } = await orderOf(call);
      const steps = await readSteps(call.ledger.db, { merchantId: call.merchantId, orderId });
      const step = steps.find(({ ref }) => ref === call.params.step) ?? refuse('line.unknown', call.params.step);
      const { at, cause, raw } = step;
      return toWire({
        ...{ at, by: cause?.by ?? '', call: cause?.call ?? '', requestId: cause?.requestId ?? '', raw: raw ?? cause?.raw ?? '' },
      });
    },
  }),

  'POST /orders/{order}/make-good': changing({
    summary: 'Pay back what did not drop, or issue a pickup code for each unit of it: once',
    description:
      'Of all units that are due. A refund is written down: whoever took the money pays it. Not of what was paid at another platform (order.paid-elsewhere), and never twice (order.made-good).',
    needs: 'orders.make-good',
    shape: {
      params: oneOrder,
      body: Type.Object(
        {
          kind: Type.Enum(['refund', 'pickup-code']),
          expires_at: Type.Optional({ ...TimeIn, description: 'Of codes; seven days unless told' }),
        },
        { additionalProperties: false },
      ),
      answer: MadeGoodView,
    },
    audit: {
      subject: ({ params }) => `order ${params.order}`,
      read: readFields,
      after: ({ kind, amount_cents, units }) => ({ made_good: kind, amount_cents, units: units.length }),
    },
    async handle(call) {
      const { ledger, merchantId, caller, params, body, cause } = call;
      await orderOf(call);
      const expiresAt = body.expires_at === undefined ? undefined : new Date(body.expires_at);
      return toWire(
        await makeGood(ledger, { merchantId, orderId: params.order, kind: body.kind, expiresAt, by: caller.who, cause }),
      );
    },
  }),

  'DELETE /orders/{order}/make-good': changing({
    summary: 'Take back the pickup codes that were issued for an order and not used',
    needs: 'orders.make-good',
    shape: { params: oneOrder, answer: Type.Object({ codes: Type.Integer() }) },
    audit: { subject: ({ params }) => `order ${params.order}`, after: ({ codes }) => ({ codes_taken_back: codes }) },
    async handle(call) {
      const { ledger, merchantId, caller, params, cause } = call;
      await orderOf(call);
      return { codes: await takeBackCodes(ledger, { merchantId, orderId: params.order, by: caller.who, cause }) };
    },
  }),

  'POST /orders/{order}/lines/{line}/decide': changing({
    summary: 'Say what became of the held units of a line: somebody has looked',
    needs: 'orders.make-good',
    shape: {
      params: Type.Object({ order: Id, line: Id }),
      body: Type.Object({ dropped: Type.Boolean(), note: Type.Optional(TextIn(500)) }, { additionalProperties: false }),
      answer: Type.Object({ units: Type.Integer() }),
    },
    audit: {
      subject: ({ params }) => `order ${params.order}`,
      read: readFields,
      after: (answer, { params, body }) => ({ ...answer, line: params.line, ...body }),
    },
    async handle(call) {
      const { ledger, merchantId, params, body, cause } = call;
      await orderOf(call);
      const { order: orderId, line: lineId } = params;
      return { units: await decideHeld(ledger, { merchantId, orderId, lineId, dropped: body.dropped, cause }) };
    },
  }),
};
