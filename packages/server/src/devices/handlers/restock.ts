import { listProducts } from '../../ledger/machines/list-products.ts';
import { recordSlotReport } from '../../ledger/machines/record-slot-report.ts';
import { refillSlots } from '../../ledger/refills/refill-slots.ts';
import { type Handler, isAlive } from '../heard.ts';

/** Someone filled the slots to their capacity at the machine, or (operation 0) took them off sale as they are. */
export const restock: Handler<'client.product.restock'> = async (heard, { product_ids, operation }) => {
  const { ledger, machine, saidAt, cause } = heard;
  const known = { merchantId: machine.merchantId, machineId: machine.id };
  const { products } = await listProducts(ledger, { ...known, productIds: product_ids.length > 0 ? product_ids : undefined });
  if (operation !== false) {
    const slots = products.map(({ slotId }) => ({ slotId, quantity: 'full' as const }));
    await refillSlots(ledger, { ...known, slots, source: 'machine', cause });
  }
  if (operation !== undefined) {
    for (const { productId, onSale } of products) {
      if (onSale !== operation)
        await recordSlotReport(ledger, { ...known, slot: { productId }, onSale: operation, saidAt, cause });
    }
  }
  await isAlive(heard);
};
