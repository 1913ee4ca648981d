import { type MachineLayout, type MachineStatus, machineStatuses, slotNormal } from '@polyvend/protocols/owitho';
import { noFault } from '../../../ledger/machines/set-slot-fault.ts';
import type { ForeignLayout } from '../../../ledger/upstream/put-foreign-layout.ts';

const statuses: Record<MachineStatus, ForeignLayout['status']> = {
  [machineStatuses.normal]: 'normal',
  [machineStatuses.offline]: 'offline',
  [machineStatuses.fault]: 'fault',
};

/** Any fault of theirs, as ours: the numbers mean nothing to us. */
const someFault = noFault + 1;

/** What a third party says lies in a container of its machine, '' where it names none. */
export function foreignLayoutOf({
  machineCode,
  containerCode = '',
  machineStatus,
  slotList,
}: MachineLayout): Pick<ForeignLayout, 'machineNo' | 'cabinet' | 'status' | 'slots'> {
  return {
    machineNo: machineCode,
    cabinet: containerCode,
    status: statuses[machineStatus],
    slots: slotList.map((slot) => ({
      code: slot.slotNum,
      goods: { number: slot.skuCode, name: slot.skuName, description: slot.skuDesc },
      row: slot.row,
      // Ours count columns from 0.
      column: Math.max(0, slot.col - 1),
      priceCents: slot.actualPrice,
      originalPriceCents: slot.originalPrice,
      capacity: slot.maxInventory,
      onHand: slot.currentInventory,
      faultCode: slot.slotStatus === slotNormal ? noFault : someFault,
    })),
  };
}
