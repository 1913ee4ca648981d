import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { isOnline } from '../machines/is-online.ts';
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
 */
export async function claimCommand(ledger: Ledger, merchantId: number, machineId: number): Promise<Command | undefined> {
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const machine = await trx
      .selectFrom('machine_locks as l')
      .innerJoin('machines as m', (join) => join.onRef('m.merchant_id', '=', 'l.merchant_id').onRef('m.id', '=', 'l.machine_id'))
      .innerJoin('merchants as t', 't.id', 'l.merchant_id')
      .leftJoin('machine_status as s', (join) =>
        join.onRef('s.merchant_id', '=', 'l.merchant_id').onRef('s.machine_id', '=', 'l.machine_id'),
      )
      .select(['m.machine_no', 't.device_key', 't.debug_mode', 's.last_seen_at', 's.offline_at'])
      .where('l.merchant_id', '=', merchantId)
      .where('l.machine_id', '=', machineId)
      .where('l.locked_until', '<=', now)
      .forNoKeyUpdate('l')
      .executeTakeFirst();
    if (!machine) return undefined;
    const status = { lastSeenAt: machine.last_seen_at, offlineAt: machine.offline_at };
    if (!machine.debug_mode && !isOnline(status, now, ledger.rules.silence)) return undefined;

    const next = await trx
      .selectFrom('dispense_commands as c')
      .innerJoin('slots as s', (join) => join.onRef('s.merchant_id', '=', 'c.merchant_id').onRef('s.id', '=', 'c.slot_id'))
      .innerJoin('cabinets as b', (join) => join.onRef('b.merchant_id', '=', 's.merchant_id').onRef('b.id', '=', 's.cabinet_id'))
      .select([
        'c.id',
        'c.order_id as orderId',
        'c.line_id as lineId',
        'c.quantity',
        's.product_id as productId',
        's.code as slotCode',
        'b.addr as cabinetAddr',
        'b.drive',
        'b.has_lift as hasLift',
        'b.has_drop_detection as hasDropDetection',
      ])
      .where('c.merchant_id', '=', merchantId)
      .where('c.machine_id', '=', machineId)
      .where('c.state', '=', 'queued')
      .orderBy('c.id')
      .limit(1)
      .forNoKeyUpdate('c')
      .executeTakeFirst();
    if (!next) return undefined;

    await trx
      .updateTable('dispense_commands')
      .set({ state: 'sent', sent_at: now, deadline: secondsAfter(now, ledger.rules.answerWindow) })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', next.id)
      .execute();
    await trx
      .updateTable('dispenses')
      .set({ state: 'sent', changed_at: now })
      .where('merchant_id', '=', merchantId)
      .where('command_id', '=', next.id)
      .where('state', '=', 'queued')
      .execute();
    await trx
      .updateTable('machine_locks')
      .set({ command_id: next.id, locked_until: secondsAfter(now, lockSeconds[next.drive]) })
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .execute();
    const data = { commandId: next.id, lineId: next.lineId, quantity: next.quantity };
    await recordEvent(ledger, trx, { merchantId, kind: 'dispense.sent', orderId: next.orderId, machineId, data }, dispatch);
    return { ...next, merchantId, machineId, machineNo: machine.machine_no, deviceKey: machine.device_key, sentAt: now };
  });
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
