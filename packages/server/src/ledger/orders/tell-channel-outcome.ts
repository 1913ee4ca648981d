import type { Cause } from '../events/event.ts';
import { type EventDraft, recordEvents } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { type ChannelUnit, readChannelUnits } from './channel-units.ts';

/** What was told of a unit. */
export interface ToldUnit {
  slot: string;
  goods: string;
  dispensed: boolean;
}

/**
 * Tells once what became of an order that another platform took, when none of its units is under way any more, and what that
 * platform has to give back. What contradicts it later is a conflict for a person, and is not told there.
 *
 * To be called after whatever may have ended its last unit. The order's row of the channel is locked last of all, so that of two
 * last answers in different slots the second sees the first.
 */
export async function tellChannelOutcome(
  ledger: Ledger,
  trx: Trx,
  merchantId: number,
  orderId: number,
  cause: Cause,
): Promise<void> {
  const row = await trx
    .selectFrom('channel_orders')
    .select(['outcome_at', 'outcome', 'truth'])
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) return;
  const units = await readChannelUnits(trx, merchantId, orderId);
  if (units.some(({ status }) => status === 'pending')) return;
  const now = units.map(({ slot, goods, status }): ToldUnit => ({ slot, goods, dispensed: status === 'dispensed' }));
  const order = await trx
    .selectFrom('orders')
    .select(['machine_id', 'channel_id', 'trade_id'])
    .where('merchant_id', '=', merchantId)
    .where('id', '=', orderId)
    .executeTakeFirstOrThrow();
  const known = { integrationId: order.channel_id, channelNo: order.trade_id };
  const event = (kind: EventDraft['kind'], data: Record<string, unknown>): EventDraft => ({
    merchantId,
    kind,
    orderId,
    machineId: order.machine_id,
    data: { ...known, ...data },
  });
  const change = trx.updateTable('channel_orders').where('merchant_id', '=', merchantId).where('order_id', '=', orderId);

  if (row.outcome_at) {
    const told = row.outcome as unknown as ToldUnit[];
    if (isSame((row.truth as unknown as ToldUnit[] | null) ?? told, now)) return;
    await change.set({ truth: JSON.stringify(now) }).execute();
    await recordEvents(ledger, trx, [event('conflict.channel-outcome', { told, units: now })], cause);
    return;
  }
  await change.set({ outcome_at: ledger.clock.now(), outcome: JSON.stringify(now) }).execute();
  const events = [event('order.outcome', { units: now })];
  const failed = units.filter(({ status }) => status === 'failed');
  const dueCents = sumOf(failed) - (await refundedCents(trx, merchantId, orderId));
  if (dueCents > 0) events.push(event('order.refund-due', { units: failed.length, amountCents: dueCents }));
  await recordEvents(ledger, trx, events, cause);
}

function isSame(before: readonly ToldUnit[], now: readonly ToldUnit[]): boolean {
  return before.every(({ dispensed }, n) => dispensed === now[n]?.dispensed);
}

function sumOf(units: readonly ChannelUnit[]): number {
  return units.reduce((sum, { priceCents }) => sum + priceCents, 0);
}

async function refundedCents(trx: Trx, merchantId: number, orderId: number): Promise<number> {
  const refunds = await trx
    .selectFrom('payments')
    .select('amount_cents')
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('kind', '=', 'refund')
    .execute();
  return refunds.reduce((sum, { amount_cents }) => sum + amount_cents, 0);
}
