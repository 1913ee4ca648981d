import type { NotNull } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { readOffers } from '../listings/read-offers.ts';
import { tellMachine } from '../machines/tell-machine.ts';
import { droppedOrder, slotsIssuedFor } from '../making-good/dropped-order.ts';
import { insertLine, insertOrder } from '../orders/insert-single-order.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { moveStock } from '../stock/move-stock.ts';
import { requirePickupCodes } from './require-pickup-codes.ts';

export interface UsePickupCode {
  merchantId: number;
  integrationId: number;
  machineId: number;
  code: string;
  productId: number;
  tradeId: string;
  notifyUrl: string;
  cause: Cause;
}

/**
 * Turns a live code into an order that needs no payment, and takes the stock for it; answers the order's id. Dispensing is asked
 * for as for any order. Of two uses of one code the first committed wins.
 * Refuses pickup-code.disabled, .unknown, .used (with orderId), .expired, order.duplicate, product.unknown, stock.insufficient.
 */
export async function usePickupCode(ledger: Ledger, use: UsePickupCode): Promise<number> {
  const { merchantId, machineId, code, productId, cause } = use;
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    await requirePickupCodes(trx, merchantId);
    const found = await trx
      .selectFrom('pickup_codes')
      .select(['id', 'state', 'expires_at', 'slot_id', 'order_id', 'fee_cents'])
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .where('product_id', '=', productId)
      .where('code', '=', code)
      .where('slot_id', 'is not', null)
      .where('state', '!=', 'deleted')
      // Digits come back after a code's end: the live one is meant, else the latest.
      .orderBy((eb) => eb('state', 'in', ['unused', 'taken']), 'desc')
      .orderBy('id', 'desc')
      .forNoKeyUpdate()
      .$narrowType<{ slot_id: NotNull }>()
      .executeTakeFirst();
    if (!found) refuse('pickup-code.unknown');
    if (found.state === 'taken') refuse('pickup-code.used', '', { orderId: found.order_id });
    if (found.state === 'used') refuse('pickup-code.used', '', { orderId: found.order_id });
    if (found.state === 'expired' || (found.expires_at && found.expires_at <= now)) refuse('pickup-code.expired');

    const slots = await lockSlots(trx, merchantId, [found.slot_id, ...(await slotsIssuedFor(trx, merchantId, found.id))]);
    const dropped = await droppedOrder(trx, merchantId, found.id);
    if (dropped !== undefined) refuse('pickup-code.used', '', { orderId: dropped });
    const slot = slots.get(found.slot_id);
    // A code made while the good of the slot was changed.
    if (slot && (slot.productId !== productId || slot.goodsId === null)) refuse('product.unknown', `product_id ${productId}`);
    const offer = (await readOffers(trx, merchantId, use.integrationId, [found.slot_id])).get(found.slot_id);
    if (!slot || !offer || offer.forSale < 1) refuse('stock.insufficient', `product_id ${productId}`);
    const priceCents = found.fee_cents ?? slot.priceCents;
    const orderId = await insertOrder(trx, {
      merchantId,
      machineId,
      integrationId: use.integrationId,
      tradeId: use.tradeId,
      state: 'fetched',
      amountCents: priceCents,
      notifyUrl: use.notifyUrl,
      createdAt: now,
      paidAt: null,
      pickupCodeId: found.id,
      payStyle: 'pickup-code',
    });
    if (orderId === undefined) {
      const earlier = await trx
        .selectFrom('orders')
        .select('id')
        .where('merchant_id', '=', merchantId)
        .where('trade_id', '=', use.tradeId)
        .where('channel_id', 'is', null)
        .executeTakeFirstOrThrow();
      refuse('order.duplicate', use.tradeId, { orderId: earlier.id });
    }
    const { lineId, unitIds } = await insertLine(trx, {
      merchantId,
      orderId,
      slot,
      priceCents,
      units: [{ state: 'reserved' }],
      at: now,
    });
    await moveStock(
      trx,
      merchantId,
      now,
      unitIds.map((dispenseId) => ({
        slotId: slot.id,
        onHand: 0,
        reserved: 1,
        reason: 'pickup-code' as const,
        orderId,
        dispenseId,
      })),
    );
    await trx
      .updateTable('pickup_codes')
      .set({ state: 'used', used_at: now, used_by: 'call', order_id: orderId })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', found.id)
      .execute();
    await tellMachine(ledger, trx, { merchantId, machineId, method: 'pickup-code.deleted', fields: { id: found.id } });
    const data = { pickupCodeId: found.id, lineId, usedBy: 'call' };
    await recordEvent(ledger, trx, { merchantId, kind: 'pickup-code.used', orderId, machineId, data }, cause);
    return orderId;
  });
}
