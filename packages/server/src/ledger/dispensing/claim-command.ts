import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { actingKinds } from '../machine-commands/machine-command.ts';
import { claimCommandSql } from './claim-command.sql.ts';
import { type Drive, lockSeconds } from './lock-times.ts';

/** What a machine must be told to dispense. */
export interface Command {
  merchantId: number;
  machineId: number;
  machineNo: string;
  deviceKey: string;
  id: number;
  orderId: number | null;
  lineId: number | null;
  productId: number;
  quantity: number;
  slotCode: string;
  cabinetAddr: number;
  drive: Drive;
  hasLift: boolean;
  hasDropDetection: boolean;
  sentAt: Date;
}

const dispatch: Cause = { by: 'dispatch' };

/**
 * Takes the next queued command of a machine that is neither locked nor offline, and marks it sent: the row comes before the
 * message, so that a crash in between leaves a held unit and never a second drop. Undefined when nothing may go now.
 * `listening`: it is known to hear what is sent, so that a merchant's debug mode can forgive its silence; else the command would be lost.
 */
export async function claimCommand(
  ledger: Ledger,
  merchantId: number,
  machineId: number,
  { listening = true }: { listening?: boolean } = {},
): Promise<Command | undefined> {
  const { rules } = ledger;
  const now = ledger.clock.now();
  const { rows } = await ledger.pool.query<Command>({
    name: 'claim-command',
    text: claimCommandSql,
    values: [
      merchantId,
      machineId,
      now,
      secondsAfter(now, -rules.silence),
      secondsAfter(now, rules.answerWindow),
      JSON.stringify(lockSeconds),
      JSON.stringify(dispatch),
      ledger.relayed.has('dispense.sent'),
      listening,
      actingKinds,
    ],
  });
  return rows[0];
}

/** Machines that have something queued and are not locked: what a sweep wakes when a wake was lost. */
export async function machinesToServe(ledger: Ledger, limit = 500): Promise<{ merchantId: number; machineId: number }[]> {
  return await ledger.db
    .selectFrom('dispense_commands as c')
    .innerJoin('machine_locks as l', (join) =>
      join.onRef('l.merchant_id', '=', 'c.merchant_id').onRef('l.machine_id', '=', 'c.machine_id'),
    )
    .select(['c.merchant_id as merchantId', 'c.machine_id as machineId'])
    .distinct()
    .where('c.state', '=', 'queued')
    .where('l.locked_until', '<=', ledger.clock.now())
    .limit(limit)
    .execute();
}
