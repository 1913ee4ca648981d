import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { type ForeignSlot, putForeignCabinets } from './put-foreign-cabinets.ts';
import { putMachine } from './put-foreign-machine.ts';
import { recordForeignStatus } from './record-foreign-status.ts';

/** What another platform says lies in a cabinet of one of its machines, and whether the machine works. */
export interface ForeignLayout {
  merchantId: number;
  upstreamIntegrationId: number;
  machineNo: string;
  /** That platform's id of the cabinet; '' where the machine has but one, without an id. */
  cabinet: string;
  status: 'normal' | 'offline' | 'fault';
  /** All of the cabinet: what is no longer told of is off sale, and empty. Goods go by that platform's own numbers. */
  slots: readonly ForeignSlot[];
  /** When that platform said so: an older word coming late changes nothing. */
  saidAt: Date;
  cause: Cause;
}

/**
 * Replaces what was known of the cabinet, and is the freshest evidence of its stock from then on: the same for what that platform
 * tells by itself and for what it answers when it is asked before a sale. A machine that was not known is added. Answers the machine's
 * id; `applied` is false when something newer is known.
 */
export async function putForeignLayout(
  ledger: Ledger,
  { cabinet, status, slots, saidAt, ...layout }: ForeignLayout,
): Promise<{ machineId: number; applied: boolean }> {
  const { merchantId, machineNo, cause } = layout;
  return await inTransaction(ledger.db, async (trx) => {
    // Held before it is looked at: of two layouts the second sees what the first has said.
    const { id: machineId, kind: added } = await putMachine(ledger, trx, layout);
    const toldAt = await lastWord(trx, merchantId, machineId, cabinet);
    if (toldAt && saidAt < toldAt) return { machineId, applied: false };
    const { kind: changed } = await putMachine(ledger, trx, { ...layout, operational: status !== 'fault' });
    const kind = added ?? changed;
    if (kind) await recordEvent(ledger, trx, { merchantId, kind, machineId, data: { machineNo } }, cause);
    await recordForeignStatus({ ...ledger, db: trx }, { ...layout, saidAt, online: status !== 'offline' });
    const cabinets = [{ name: cabinet, slots }];
    await putForeignCabinets(ledger, trx, { ...layout, machineId, cabinets, catalogue: 'theirs', alone: true });
    await trx
      .updateTable('cabinets')
      .set({ told_at: saidAt })
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .where('name', '=', cabinet)
      .execute();
    return { machineId, applied: true };
  });
}

async function lastWord(trx: Trx, merchantId: number, machineId: number, cabinet: string): Promise<Date | null> {
  const known = await trx
    .selectFrom('cabinets')
    .select('told_at as toldAt')
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('name', '=', cabinet)
    .executeTakeFirst();
  return known?.toldAt ?? null;
}
