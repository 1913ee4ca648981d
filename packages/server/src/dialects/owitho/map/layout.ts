import { type MachineLayout, machineStatuses, type Slot, slotNormal } from '@polyvend/protocols/owitho';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { findMachine } from '../../../ledger/machines/find-machine.ts';
import { getMachineOverview, type MachineOverview } from '../../../ledger/machines/list-machine-overviews.ts';
import { listProducts, type Product, type ProductGoods } from '../../../ledger/machines/list-products.ts';
import { noFault } from '../../../ledger/machines/set-slot-fault.ts';

/**
 * A machine as this channel may sell it, all its cabinets in one list: slots are named as at the machine, `A21`, since a notice names no
 * cabinet that could be relied on. Slots without a good, and those not offered there, are left out. Refuses machine.unknown.
 */
export async function layoutOf(
  ledger: Ledger,
  { id: integrationId, merchant }: Integration,
  machineNo: string,
): Promise<MachineLayout> {
  const { id: machineId } = await findMachine(ledger, merchant.id, machineNo, integrationId);
  const machine = await getMachineOverview(ledger, { merchantId: merchant.id, machineId });
  const { products } = await listProducts(ledger, { merchantId: merchant.id, machineId, integrationId });
  return {
    machineCode: machineNo,
    machineStatus: statusOf(machine),
    slotList: products.flatMap((product) => (product.goods ? slotOf(product, product.goods) : [])),
  };
}

/** What is told of a machine that is on this channel no more: nothing is for sale. */
export const emptyLayout = (machineCode: string): MachineLayout => ({
  machineCode,
  machineStatus: machineStatuses.offline,
  slotList: [],
});

/** A fault is what keeps all of it from selling: a slot's own stands with the slot, and no banknotes are needed. */
function statusOf({ online, operational, condition }: MachineOverview): MachineLayout['machineStatus'] {
  if (!online) return machineStatuses.offline;
  const { vmcOnline, selling, faults } = condition;
  const broken = faults.some(({ fault }) => fault === 'system.driver-board');
  return operational && vmcOnline !== false && selling !== false && !broken ? machineStatuses.normal : machineStatuses.fault;
}

function slotOf(product: Product, goods: ProductGoods): Slot {
  const { slotName, x, y, priceCents, capacity, forSale, onSale, faultCode } = product;
  return {
    slotNum: slotName,
    row: x,
    // Ours count columns from 0.
    col: y + 1,
    skuCode: goods.number,
    skuName: goods.name,
    ...(goods.description !== '' && { skuDesc: goods.description.slice(0, 1_000) }),
    // Of the good; what this machine asks may be more.
    originalPrice: Math.max(goods.originalPriceCents, priceCents),
    actualPrice: priceCents,
    maxInventory: capacity,
    currentInventory: forSale,
    // Any number but 0 is a fault: the machine's own code for it, and 1 for what was taken off sale.
    slotStatus: faultCode > noFault ? faultCode : onSale && faultCode === noFault ? slotNormal : 1,
  };
}
