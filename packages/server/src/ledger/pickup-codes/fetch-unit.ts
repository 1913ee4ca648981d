import { queueCommands } from '../dispensing/queue-commands.ts';
import { wakeMachine } from '../dispensing/wake-machine.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { insertLine, insertOrder } from '../orders/insert-single-order.ts';
import type { LockedSlot } from '../stock/lock-slots.ts';
import { moveStock } from '../stock/move-stock.ts';

export interface FetchUnit {
  merchantId: number;
  machineId: number;
  integrationId: number | null;
  /** With a unit for sale. */
  slot: LockedSlot;
  /** A colon is in no merchant's trade id. */
  tradeId: `${string}:${string}`;
  /** What was paid for it elsewhere; null: the slot's price. */
  feeCents: number | null;
  pickupCodeId: number | null;
  cause: Cause;
}

/** An order that needs no payment, for one unit that the machine dispenses at once. */
export async function fetchUnit(ledger: Ledger, trx: Trx, fetch: FetchUnit): Promise<{ orderId: number; lineId: number }> {
  const { merchantId, machineId, integrationId, slot } = fetch;
  const at = ledger.clock.now();
  const priceCents = fetch.feeCents ?? slot.priceCents;
  const orderId = await insertOrder(trx, {
    merchantId,
    machineId,
    integrationId,
    tradeId: fetch.tradeId,
    state: 'fetched',
    amountCents: priceCents,
    notifyUrl: '',
    createdAt: at,
    paidAt: null,
    pickupCodeId: fetch.pickupCodeId,
    payStyle: 'pickup-code',
  });
  if (orderId === undefined) throw new Error(`There is an order ${fetch.tradeId}.`);
  const { lineId, unitIds } = await insertLine(trx, {
    merchantId,
    orderId,
    slot,
    priceCents,
    units: [{ state: 'reserved' }],
    at,
  });
  const move = { slotId: slot.id, onHand: 0, reserved: 1, reason: 'pickup-code' as const, orderId };
  await moveStock(
    trx,
    merchantId,
    at,
    unitIds.map((dispenseId) => ({ ...move, dispenseId })),
  );
  const queued = { merchantId, machineId, slotId: slot.id, orderId, lineId, unitIds, integrationId, notifyUrl: '', at };
  const batchId = await queueCommands(trx, queued);
  const data = { batchId, lineId, quantity: 1 };
  await recordEvent(ledger, trx, { merchantId, kind: 'dispense.queued', orderId, machineId, data }, fetch.cause);
  await wakeMachine(trx, merchantId, machineId);
  return { orderId, lineId };
}
