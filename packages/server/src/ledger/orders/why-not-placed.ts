import { LedgerError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { findMachine } from '../machines/find-machine.ts';
import { expireOrders } from './expire-orders.ts';
import type { OrderDraft } from './place-order.ts';

/**
 * The slow look, only when an order was refused. Undefined when nothing speaks against it any more: try again.
 * Stock that overdue orders still hold is given back here, so that the 20 minutes hold by the clock and not by a sweeper.
 */
export async function whyNotPlaced(ledger: Ledger, draft: OrderDraft): Promise<LedgerError | undefined> {
  const earlier = await ledger.db
    .selectFrom('orders')
    .select('id')
    .where('merchant_id', '=', draft.merchantId)
    .where('trade_id', '=', draft.tradeId)
    .executeTakeFirst();
  if (earlier) return new LedgerError('order.duplicate', draft.tradeId, { orderId: earlier.id });

  const machine = await findMachine(ledger, draft.merchantId, draft.machineNo);
  if (!machine.operational) return new LedgerError('machine.not-operational', draft.machineNo);

  const lookAtSlots = () =>
    ledger.db
      .selectFrom('slots')
      .select(['product_id', 'goods_id', 'on_sale', 'fault_code', 'on_hand', 'reserved'])
      .where('merchant_id', '=', draft.merchantId)
      .where('machine_id', '=', machine.id)
      .where('product_id', 'in', [...new Set(draft.lines.map(({ productId }) => productId))])
      .execute();
  const slots = await lookAtSlots();
  const wanted = new Map<number, number>();
  for (const { productId, quantity } of draft.lines) wanted.set(productId, (wanted.get(productId) ?? 0) + quantity);

  for (const [productId, quantity] of wanted) {
    const slot = slots.find((one) => one.product_id === productId);
    if (!slot) return new LedgerError('product.unknown', `product_id ${productId}`);
    if (slot.goods_id === null || !slot.on_sale || slot.fault_code !== 1) {
      return new LedgerError('product.off-sale', `product_id ${productId}`);
    }
    if (slot.on_hand - slot.reserved < quantity) {
      const freed = await expireOrders(ledger, { merchantId: draft.merchantId, machineId: machine.id, waiting: true });
      if (freed > 0) return undefined;
      // Somebody else may have given it back meanwhile.
      const now = (await lookAtSlots()).find((one) => one.product_id === productId);
      return now && now.on_hand - now.reserved >= quantity
        ? undefined
        : new LedgerError('stock.insufficient', `product_id ${productId}`);
    }
  }
  return undefined;
}
