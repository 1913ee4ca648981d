import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { givenInstead } from '../making-good/given-instead.ts';
import { insertLine, insertOrder } from '../orders/insert-single-order.ts';
import { asProduct, pastProducts } from '../planogram/past-products.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { moveStock } from '../stock/move-stock.ts';
import { movesBeforeDrop } from '../stock/moves-before-drop.ts';

export interface MachineUse {
  merchantId: number;
  machineId: number;
  pickupCodeId: number;
  /** By the machine's clock. */
  usedAt: Date;
  cause: Cause;
}

/**
 * A machine gave out a good for a code that it knew. That is a fact and takes one unit, whatever the ledger thought of the
 * code; when the code had been used by a call already, it is recorded as a conflict. Told again, it changes nothing.
 */
export async function recordMachineUse(ledger: Ledger, use: MachineUse): Promise<'used' | 'conflict' | 'repeated' | 'unknown'> {
  const { merchantId, machineId, pickupCodeId, usedAt, cause } = use;
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const code = await trx
      .selectFrom('pickup_codes')
      .select(['id', 'state', 'slot_id', 'product_id', 'used_by', 'conflict_at', 'order_id', 'fee_cents'])
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .where('id', '=', pickupCodeId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!code?.slot_id) return 'unknown';
    if (code.used_by === 'machine' || code.conflict_at) return 'repeated';
    const slot = (await lockSlots(trx, merchantId, [code.slot_id])).get(code.slot_id);
    if (!slot) return 'unknown';
    const conflict = code.state === 'used' || code.state === 'taken';
    const priceCents = code.fee_cents ?? slot.priceCents;
    let orderId = code.order_id;
    let unitIds: number[] = [];
    if (!conflict) {
      orderId =
        (await insertOrder(trx, {
          merchantId,
          machineId,
          integrationId: null,
          // A colon is in no merchant's trade id.
          tradeId: `pickup-code:${code.id}`,
          state: 'fetched',
          amountCents: priceCents,
          notifyUrl: '',
          createdAt: now,
          paidAt: null,
          pickupCodeId: code.id,
          payStyle: 'pickup-code',
        })) ?? null;
      if (orderId !== null) {
        const units = [{ state: 'dispensed' as const }];
        // What it was good for then, where another good lies there now.
        const productId = code.product_id ?? slot.productId;
        const as = asProduct(slot, productId, await pastProducts(trx, merchantId, [productId]));
        ({ unitIds } = await insertLine(trx, { merchantId, orderId, slot: as, priceCents, units, at: now }));
      }
    }
    const move = { slotId: slot.id, orderId, dispenseId: unitIds[0] ?? null };
    await moveStock(trx, merchantId, now, [
      ...movesBeforeDrop(slot, { fellAt: usedAt }, move),
      { ...move, onHand: -1, reserved: 0, reason: 'pickup-code', note: conflict ? 'used twice' : '', fellAt: usedAt },
    ]);
    await trx
      .updateTable('pickup_codes')
      .set(conflict ? { conflict_at: now } : { state: 'used', used_at: now, used_by: 'machine', order_id: orderId })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', code.id)
      .execute();
    const kind = conflict ? 'conflict.pickup-code' : 'pickup-code.used';
    const data = { pickupCodeId: code.id, usedBy: 'machine' };
    await recordEvent(ledger, trx, { merchantId, kind, orderId, machineId, data }, cause);
    // It had been taken back, or had ended, while the machine did not hear of it, and the buyer was given something else instead.
    const instead = conflict ? undefined : await givenInstead(trx, merchantId, code.id);
    if (instead !== undefined) {
      const twice = { merchantId, kind: 'conflict.pickup-code' as const, orderId: instead, machineId, data };
      await recordEvent(ledger, trx, twice, cause);
    }
    return conflict ? 'conflict' : 'used';
  });
}
