import { recordSlotReport } from '../../ledger/machines/record-slot-report.ts';
import { type Handler, type Heard, isAlive } from '../heard.ts';

function slotOf({ ledger, machine, saidAt, cause }: Heard, productId: number, said: object): Promise<boolean> {
  return recordSlotReport(ledger, {
    merchantId: machine.merchantId,
    machineId: machine.id,
    slot: { productId },
    source: 'machine-report',
    saidAt,
    cause,
    ...said,
  });
}

export const product: Handler<'client.product.put'> = async (heard, { product_id, current_inventory, operation }) => {
  await slotOf(heard, product_id, { onHand: current_inventory, onSale: operation });
  await isAlive(heard);
};

export const channelStatus: Handler<'client.channel.status.put'> = async (heard, { product_id, floor_status, lock_status }) => {
  await slotOf(heard, product_id, { faultCode: floor_status, lockStatus: lock_status });
  await isAlive(heard);
};

/** The older form of the channel status: of the lock alone. */
export const doorLock: Handler<'client.doorlock.status'> = async (heard, { product_id, operation }) => {
  await slotOf(heard, product_id, { lockStatus: operation });
  await isAlive(heard);
};
