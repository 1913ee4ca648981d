import type { Trx } from '../ledger.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { moveStock } from '../stock/move-stock.ts';

/**
 * Gives back what an order that is left has not sent to a machine: cancels its queued commands, returns its reserved and
 * queued units. Units in flight or held stay so until their outcome. The caller holds the orders. Answers how many units.
 */
export async function releaseUnits(trx: Trx, merchantId: number, orderIds: readonly number[], at: Date): Promise<number> {
  if (orderIds.length === 0) return 0;
  const candidates = await trx
    .selectFrom('dispenses')
    .select('slot_id')
    .distinct()
    .where('merchant_id', '=', merchantId)
    .where('order_id', 'in', [...orderIds])
    .where('state', 'in', ['reserved', 'queued'])
    .execute();
  await lockSlots(
    trx,
    merchantId,
    candidates.map(({ slot_id }) => slot_id),
  );
  await trx
    .updateTable('dispense_commands')
    .set({ state: 'cancelled', finished_at: at })
    .where('merchant_id', '=', merchantId)
    .where('order_id', 'in', [...orderIds])
    .where('state', '=', 'queued')
    .execute();
  const units = await trx
    .updateTable('dispenses')
    .set({ state: 'returned', changed_at: at })
    .where('merchant_id', '=', merchantId)
    .where('order_id', 'in', [...orderIds])
    .where('state', 'in', ['reserved', 'queued'])
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
  return units.length;
}
