import { Type } from 'typebox';
import type { OrderState } from '../../ledger/orders/order-state.ts';
import { Cents, Id, Nullable, Time } from '../shapes.ts';

const states = ['unpaid', 'paid', 'refunded', 'closed', 'revoked', 'payment_failed', 'expired', 'fetched'] as const;

export const State = Type.Enum([...states] satisfies OrderState[]);
const UnitState = Type.Enum(['reserved', 'queued', 'sent', 'dispensed', 'failed', 'returned', 'held']);
const Machine = Type.Object({ id: Id, no: Type.String(), name: Type.String() });

export const OrderRow = Type.Object({
  ...{ id: Id, trade_id: Type.String(), state: State, created_at: Time, paid_at: Nullable(Time), amount_cents: Cents },
  pay_style: Nullable(Type.String()),
  machine: Machine,
  channel: Nullable(Type.Object({ id: Id, name: Type.String() })),
  paid_elsewhere: Type.Boolean({ description: 'At another platform, which pays it back' }),
  goods: Type.String(),
  units: Type.Object({
    ...{ asked: Type.Integer(), dropped: Type.Integer(), failed: Type.Integer(), held: Type.Integer() },
    due: Type.Integer({ description: 'Did not drop, or nobody knows, and nothing was given for it' }),
  }),
});

export const SaleRow = Type.Object({
  ...{ trade_id: Id, order_no: Type.String(), machine: Machine, goods: Type.String(), amount_cents: Cents, at: Time },
  ...{ deliver_state: Type.String(), refund_state: Type.String() },
});

const Code = Nullable(Type.String({ description: 'Null for whoever may not issue codes' }));

const UnitView = Type.Object({
  ...{ id: Id, line_id: Id, slot_id: Id, slot: Type.String(), goods: Type.String(), state: UnitState },
  paid_cents: Cents,
  refunded: Type.Boolean(),
  code: Nullable(Type.Object({ code: Code, state: Type.String(), expires_at: Nullable(Time) })),
  is_due: Type.Boolean({ description: 'Neither dropped nor on its way, and nothing was given for it' }),
});

const StepView = Type.Object({
  ref: Type.String({ description: 'Names it within the order: GET /orders/{order}/steps/{ref}' }),
  at: Time,
  what: Type.Enum([
    ...['event', 'payment', 'stock', 'command', 'answer', 'outcome', 'code', 'notification', 'attempt', 'bill', 'import'],
  ] as const),
  title: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
  by: Type.String({ description: 'http, mqtt, sweep, person; empty where nobody in particular' }),
  call: Type.String(),
  has_message: Type.Boolean(),
});

export const TraceView = Type.Object({
  ...{ id: Id, trade_id: Type.String(), state: State, amount_cents: Cents, refunded_cents: Cents },
  ...{ created_at: Time, paid_at: Nullable(Time), pay_style: Nullable(Type.String()), channel: Nullable(Type.String()) },
  machine: Machine,
  ...{ paid_elsewhere: Type.Boolean(), is_foreign: Type.Boolean() },
  made_good_order_id: Nullable(Type.Integer({ description: 'Of an order that a code fetched: what it was issued for' })),
  bills: Type.Array(
    Type.Object({
      ...{ shop_id: Nullable(Id), shop: Type.String(), set_id: Nullable(Id), set: Type.String() },
      ...{ key: Type.String(), record_id: Nullable(Id) },
    }),
  ),
  units: Type.Array(UnitView),
  due: Type.Object({
    units: Type.Integer(),
    amount_cents: Cents,
    refund: Type.Boolean({ description: 'It can be written down as paid back' }),
    pickup_code: Type.Boolean({ description: 'Codes can be issued instead' }),
  }),
  made_good: Type.Array(
    Type.Object({
      ...{ kind: Type.Enum(['refund', 'pickup-code']), amount_cents: Cents, at: Time, by: Type.String(), slot: Type.String() },
      ...{ code: Code, code_state: Nullable(Type.String()), expires_at: Nullable(Time), fetched_order_id: Nullable(Id) },
    }),
  ),
  steps: Type.Array(StepView),
});

export const MessageView = Type.Object({
  ...{ at: Time, by: Type.String(), call: Type.String(), request_id: Type.String() },
  raw: Type.String({ description: 'Word for word; cut where it was long' }),
});

export const MadeGoodView = Type.Object({
  kind: Type.Enum(['refund', 'pickup-code']),
  amount_cents: Cents,
  expires_at: Nullable(Type.String({ description: 'Of codes' })),
  units: Type.Array(
    Type.Object({
      ...{ line_id: Id, slot: Type.String(), goods: Type.String(), amount_cents: Cents, code: Nullable(Type.String()) },
    }),
  ),
});
