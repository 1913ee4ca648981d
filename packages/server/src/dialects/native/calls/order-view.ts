import { Type } from 'typebox';
import { refuse } from '../../../ledger/errors.ts';
import type { WantedUnits } from '../../../ledger/remote-orders/choose-slots.ts';
import type { ForeignOrder } from '../../../ledger/remote-orders/get-foreign-order.ts';

/** What a program wants. */
export interface OrderWish {
  machine: string;
  container: string | undefined;
  items: WantedUnits[];
  discountCents: number;
}

const Time = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);

export const OrderView = Type.Object({
  id: Type.Integer(),
  idempotency_key: Type.String(),
  state: Type.String({ description: 'unpaid, paid, refunded, closed, revoked, payment_failed or expired' }),
  machine: Type.String(),
  integration: Type.Integer({ description: 'Through which the machine is known' }),
  container: Type.String(),
  original_cents: Type.Integer({ description: 'Fen, before the discount' }),
  amount_cents: Type.Integer({ description: 'To be paid' }),
  refunded_cents: Type.Integer(),
  created_at: Time,
  expires_at: Time,
  paid_at: Time,
  dispensing: Type.Union([Type.String({ description: 'queued, sent, accepted, unsure, done or cancelled' }), Type.Null()]),
  reason: Type.String({ description: 'Why it was cancelled' }),
  units: Type.Array(
    Type.Object({
      id: Type.Integer(),
      slot: Type.String(),
      goods: Type.String(),
      name: Type.String(),
      original_cents: Type.Integer(),
      price_cents: Type.Integer({ description: 'Its part of the amount' }),
      state: Type.String(),
      error: Type.String(),
      refunded: Type.Boolean(),
    }),
  ),
  refunds: Type.Array(Type.Object({ id: Type.Integer(), amount_cents: Type.Integer(), at: Time })),
  conflicts: Type.Array(Type.Object({ at: Time, source: Type.String(), known: Type.Unknown(), told: Type.Unknown() })),
});

export function orderView(order: ForeignOrder) {
  const { id, tradeId, state, machineNo, upstreamIntegrationId, cabinet, remote, lines } = order;
  return {
    ...{ id, idempotency_key: tradeId, state, machine: machineNo, integration: upstreamIntegrationId, container: cabinet },
    original_cents: order.originalCents,
    amount_cents: order.amountCents,
    refunded_cents: order.refundedCents,
    created_at: order.createdAt,
    expires_at: order.expiresAt,
    paid_at: order.paidAt,
    dispensing: remote?.state ?? null,
    reason: remote?.reason ?? '',
    units: lines.flatMap(({ slot, goods, goodsName, originalPriceCents, priceCents, units }) =>
      units.map((unit) => ({
        ...{ id: unit.id, slot, goods, name: goodsName, original_cents: originalPriceCents, price_cents: priceCents },
        ...{ state: unit.state, error: unit.error, refunded: unit.refundId !== null },
      })),
    ),
    refunds: order.refunds.map(({ id, amountCents, at }) => ({ id, amount_cents: amountCents, at })),
    conflicts: order.conflicts.map(({ at, data: { source, known, told } }) => ({ at, source, known, told })),
  };
}

/** Refuses order.unknown. */
export function orderIdOf({ sale_id = '' }: Readonly<Record<string, string>>): number {
  return /^[1-9]\d{0,14}$/.test(sale_id) ? Number(sale_id) : refuse('order.unknown', `order ${sale_id}`);
}

/** Whether this order is what was wanted, wherever its units were taken from. */
export function isSameOrder(order: ForeignOrder, { machine, container, items, discountCents }: OrderWish): boolean {
  if (order.machineNo !== machine || (container ?? order.cabinet) !== order.cabinet) return false;
  if (order.originalCents - order.amountCents !== discountCents) return false;
  const left = order.lines.map(({ slot, goods, quantity }) => ({ slot, goods, quantity }));
  // What must come from one slot is looked for before what may come from several.
  for (const item of items.toSorted((a, b) => Number(a.slot === undefined) - Number(b.slot === undefined))) {
    let missing = item.quantity;
    for (const line of left) {
      if ((item.slot ?? line.slot) !== line.slot || (item.goods ?? line.goods) !== line.goods) continue;
      const taken = Math.min(missing, line.quantity);
      line.quantity -= taken;
      missing -= taken;
    }
    if (missing > 0) return false;
  }
  return left.every(({ quantity }) => quantity === 0);
}
