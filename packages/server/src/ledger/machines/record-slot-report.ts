import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { confirmMachineCommands } from '../machine-commands/confirm-machine-commands.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { recordCountIn } from '../stock/record-count.ts';
import { markChanged } from './mark-changed.ts';
import { setSlotFault } from './set-slot-fault.ts';

/** What a machine says of one of its slots; what is not said stays. */
export interface SlotReport {
  merchantId: number;
  machineId: number;
  slot: { productId: number } | { code: string; addr: number };
  onHand?: number | undefined;
  capacity?: number | undefined;
  onSale?: boolean | undefined;
  faultCode?: number | undefined;
  lockStatus?: number | undefined;
  /** An upload is of the moment in which it comes; a message carries the machine's own time. */
  source: 'machine-report' | 'upload';
  saidAt: Date;
  cause: Cause;
}

/** Facts of the world, always accepted. False when the machine has no such slot. */
export async function recordSlotReport(ledger: Ledger, report: SlotReport): Promise<boolean> {
  const { merchantId, machineId, source, saidAt, cause } = report;
  return await inTransaction(ledger.db, async (trx) => {
    let query = trx
      .selectFrom('slots as s')
      .innerJoin('cabinets as b', (join) => join.onRef('b.merchant_id', '=', 's.merchant_id').onRef('b.id', '=', 's.cabinet_id'))
      .select(['s.id', 's.on_sale', 's.lock_status', 's.capacity'])
      .where('s.merchant_id', '=', merchantId)
      .where('s.machine_id', '=', machineId);
    query =
      'productId' in report.slot
        ? query.where('s.product_id', '=', report.slot.productId)
        : query.where('s.code', '=', report.slot.code).where('b.addr', '=', report.slot.addr);
    const found = await query.executeTakeFirst();
    if (!found) return false;

    if (report.onHand !== undefined) {
      const counts = [{ slotId: found.id, onHand: report.onHand }];
      await recordCountIn(ledger, trx, { merchantId, machineId, counts, source, countedAt: saidAt, cause });
    }
    const slot = (await lockSlots(trx, merchantId, [found.id])).get(found.id);
    if (source === 'machine-report') {
      const word = { of: 'slot', slotId: found.id, faultCode: report.faultCode } as const;
      await confirmMachineCommands(ledger, trx, { merchantId, machineId, saidAt, word, cause });
    }
    if (slot && report.faultCode !== undefined) {
      await setSlotFault(ledger, trx, { merchantId, slot, faultCode: report.faultCode, saidAt, cause });
    }
    const change = {
      ...(report.onSale !== undefined && report.onSale !== found.on_sale && { on_sale: report.onSale }),
      ...(report.lockStatus !== undefined && report.lockStatus !== found.lock_status && { lock_status: report.lockStatus }),
      ...(report.capacity !== undefined && report.capacity !== found.capacity && { capacity: report.capacity }),
    };
    // An older word that comes late does not overrule a newer one.
    const isOld = source === 'machine-report' && slot?.toldAt && saidAt < slot.toldAt;
    const values = { ...change, ...(source === 'machine-report' && isTold(report) && { told_at: saidAt }) };
    // What an upload says again as it is known changes nothing.
    if (isOld || Object.keys(values).length === 0) return true;
    await trx.updateTable('slots').set(values).where('merchant_id', '=', merchantId).where('id', '=', found.id).execute();
    if ('on_sale' in change || 'capacity' in change) {
      await markChanged(trx, { merchantId, machineId, what: 'layout', at: ledger.clock.now() });
    }
    if ('on_sale' in change) {
      const data = { slotId: found.id, onSale: report.onSale };
      await recordEvent(ledger, trx, { merchantId, kind: 'slot.listed', machineId, data }, cause);
    }
    return true;
  });
}

function isTold({ onSale, lockStatus, capacity }: SlotReport): boolean {
  return onSale !== undefined || lockStatus !== undefined || capacity !== undefined;
}
