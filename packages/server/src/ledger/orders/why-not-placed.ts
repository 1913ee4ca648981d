import { LedgerError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { findMachine } from '../machines/find-machine.ts';
import { listProducts } from '../machines/list-products.ts';
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
    .where('channel_id', 'is', null)
    .executeTakeFirst();
  if (earlier) return new LedgerError('order.duplicate', draft.tradeId, { orderId: earlier.id });

  const { merchantId, integrationId } = draft;
  const machine = await findMachine(ledger, merchantId, draft.machineNo, integrationId);
  if (!machine.operational) return new LedgerError('machine.not-operational', draft.machineNo);

  const productIds = [...new Set(draft.lines.map(({ productId }) => productId))];
  const lookAtSlots = async () =>
    (await listProducts(ledger, { merchantId, integrationId, machineId: machine.id, productIds, withEmptySlots: true })).products;
  const slots = await lookAtSlots();
  const wanted = new Map<number, number>();
  for (const { productId, quantity } of draft.lines) wanted.set(productId, (wanted.get(productId) ?? 0) + quantity);

  for (const [productId, quantity] of wanted) {
    const slot = slots.find((one) => one.productId === productId);
    if (!slot) return new LedgerError('product.unknown', `product_id ${productId}`);
    if (slot.goods === null || !slot.onSale || slot.faultCode !== 1) {
      return new LedgerError('product.off-sale', `product_id ${productId}`);
    }
    if (slot.forSale < quantity) {
      const freed = await expireOrders(ledger, { merchantId: draft.merchantId, machineId: machine.id, waiting: true });
      if (freed > 0) return undefined;
      // Somebody else may have given it back meanwhile.
      const now = (await lookAtSlots()).find((one) => one.productId === productId);
      return now && now.forSale >= quantity ? undefined : new LedgerError('stock.insufficient', `product_id ${productId}`);
    }
  }
  return undefined;
}
