import { commandMoves, unitMoves } from '../dispensing/dispense-state.ts';
import { settleLine } from '../dispensing/settle-line.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { moveStock } from '../stock/move-stock.ts';

/**
 * Gives back what an order that is left has not sent to a machine: cancels its queued commands, returns its reserved and
 * queued units. Units in flight or held stay so until their outcome; a record of which a part was sent may be final now.
 * The caller holds the orders. Answers how many units.
 */
export async function releaseUnits(
  ledger: Ledger,
  trx: Trx,
  merchantId: number,
  orderIds: readonly number[],
  cause: Cause,
): Promise<number> {
  if (orderIds.length === 0) return 0;
  const at = ledger.clock.now();
  const candidates = await trx
    .selectFrom('dispenses')
    .select('slot_id')
    .distinct()
    .where('merchant_id', '=', merchantId)
    .where('order_id', 'in', [...orderIds])
    .where('state', 'in', unitMoves.giveBack.from)
    .execute();
  await lockSlots(
    trx,
    merchantId,
    candidates.map(({ slot_id }) => slot_id),
  );
  const cancelled = await trx
    .updateTable('dispense_commands')
    .set({ state: commandMoves.cancel.to, finished_at: at })
    .where('merchant_id', '=', merchantId)
    .where('order_id', 'in', [...orderIds])
    .where('state', 'in', commandMoves.cancel.from)
    .returning([
      'merchant_id as merchantId',
      'machine_id as machineId',
      'batch_id as batchId',
      'order_id as orderId',
      'line_id as lineId',
      'integration_id as integrationId',
      'notify_url as notifyUrl',
    ])
    .execute();
  const units = await trx
    .updateTable('dispenses')
    .set({ state: unitMoves.giveBack.to, changed_at: at })
    .where('merchant_id', '=', merchantId)
    .where('order_id', 'in', [...orderIds])
    .where('state', 'in', unitMoves.giveBack.from)
    .returning(['id', 'slot_id', 'order_id'])
    .execute();
  await moveStock(
    trx,
    merchantId,
    at,
    units.map(({ id, slot_id, order_id }) => ({
      slotId: slot_id,
      onHand: 0,
      reserved: -1,
      reason: 'returned' as const,
      orderId: order_id,
      dispenseId: id,
    })),
  );
  for (const [batchId, [command]] of Map.groupBy(cancelled, (one) => one.batchId)) {
    if (command && (await wasSentInPart(trx, merchantId, batchId))) await settleLine(ledger, trx, command, cause);
  }
  return units.length;
}

/** What never went to the machine has no outcome to be told: who left the order knows. */
async function wasSentInPart(trx: Trx, merchantId: number, batchId: number): Promise<boolean> {
  const sent = await trx
    .selectFrom('dispense_commands')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('batch_id', '=', batchId)
    .where('sent_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return sent !== undefined;
}
