import { listProducts } from '../../ledger/machines/list-products.ts';
import { recordSlotReport } from '../../ledger/machines/record-slot-report.ts';
import { recordMachineRefill } from '../../ledger/refills/record-machine-refill.ts';
import { type Handler, isAlive } from '../heard.ts';

/** Someone filled the slots to their capacity at the machine, or (operation 0) took them off sale as they are. */
export const restock: Handler<'client.product.restock'> = async (heard, { product_ids, operation }) => {
  const { ledger, machine, saidAt, cause } = heard;
  const known = { merchantId: machine.merchantId, machineId: machine.id };
  const { products } = await listProducts(ledger, { ...known, productIds: product_ids.length > 0 ? product_ids : undefined });
  if (operation !== false) {
    await recordMachineRefill(ledger, { ...known, slotIds: products.map(({ slotId }) => slotId), saidAt, cause });
  }
  if (operation !== undefined) {
    for (const { productId } of products) {
      const slot = { productId };
      await recordSlotReport(ledger, { ...known, slot, onSale: operation, source: 'machine-report', saidAt, cause });
    }
  }
  await isAlive(heard);
};
