import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { onlineSql } from '../machines/online.sql.ts';
import { actingKinds, type MachineCommandKind, type MachineSettings, machineCommandRules } from './machine-command.ts';
import { machineCommandMoves } from './machine-command-state.ts';

/** What a machine must be told. */
export interface MachineCommand {
  merchantId: number;
  machineId: number;
  machineNo: string;
  deviceKey: string;
  id: number;
  kind: MachineCommandKind;
  settings: MachineSettings;
  /** Of the slot that it is about: its product now. */
  productId: number | null;
  sentAt: Date;
}

const dispatch: Cause = { by: 'dispatch' };

/**
 * Takes the next command of a machine that is online, and marks it sent: the row comes before the message, so that a crash in between
 * leaves a command that fails by the clock, and never a machine that starts again and again. One that acts waits until the machine has
 * nothing in its hands. Undefined when nothing may go now.
 */
export async function claimMachineCommand(
  ledger: Ledger,
  merchantId: number,
  machineId: number,
): Promise<MachineCommand | undefined> {
  // Nearly always there is none: that is asked without a transaction, as the way to a dispense leads by here.
  const waiting = await ledger.db
    .selectFrom('machine_commands')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('state', '=', 'queued')
    .limit(1)
    .executeTakeFirst();
  return waiting && (await inTransaction(ledger.db, (trx) => claim(ledger, trx, merchantId, machineId)));
}

async function claim(ledger: Ledger, trx: Trx, merchantId: number, machineId: number): Promise<MachineCommand | undefined> {
  const now = ledger.clock.now();
  const { rows } = await sql<Omit<MachineCommand, 'merchantId' | 'machineId' | 'sentAt'>>`
    with machine as (
      select m.machine_no, k.device_key, l.locked_until
      from machine_locks l
      join machines m on m.merchant_id = l.merchant_id and m.id = l.machine_id
      join merchants k on k.id = l.merchant_id
      join machine_status t on t.merchant_id = l.merchant_id and t.machine_id = l.machine_id
      where l.merchant_id = ${merchantId} and l.machine_id = ${machineId} and ${onlineSql(ledger)}
      for no key update of l
    ), next as (
      select machine.machine_no, machine.device_key, c.* from machine cross join lateral (
        select id, kind, settings, slot_id from machine_commands
        where merchant_id = ${merchantId} and machine_id = ${machineId} and state = 'queued' and due_at > ${now}
          and (kind <> all(${actingKinds}) or machine.locked_until <= ${now})
        order by id limit 1 for no key update
      ) c
    )
    select n.id, n.kind, n.settings, n.machine_no as "machineNo", n.device_key as "deviceKey", s.product_id as "productId"
    from next n left join slots s on s.merchant_id = ${merchantId} and s.id = n.slot_id`.execute(trx);
  const [next] = rows;
  if (!next) return undefined;
  const { acts, answersWithin } = machineCommandRules[next.kind];
  const dueAt = secondsAfter(now, answersWithin);
  await trx
    .updateTable('machine_commands')
    .set({
      state: machineCommandMoves.send.to,
      sent_at: now,
      due_at: dueAt,
    })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', next.id)
    .where('state', 'in', machineCommandMoves.send.from)
    .execute();
  if (acts) {
    // Until it has failed it may still be carried out, whatever else is heard: the lock ends as it fails, by the clock.
    await trx
      .updateTable('machine_locks')
      .set({ command_id: null, locked_until: dueAt })
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .execute();
  }
  const data = { commandId: next.id, command: next.kind };
  await recordEvent(ledger, trx, { merchantId, kind: 'machine.command-sent', machineId, data }, dispatch);
  return { ...next, merchantId, machineId, sentAt: now };
}

/** Online machines for which a command waits: what a sweep wakes when a wake was lost. */
export async function machinesWithCommands(ledger: Ledger, limit = 200): Promise<{ merchantId: number; machineId: number }[]> {
  const { rows } = await sql<{ merchantId: number; machineId: number }>`
    select distinct c.merchant_id as "merchantId", c.machine_id as "machineId"
    from machine_commands c
    join machines m on m.merchant_id = c.merchant_id and m.id = c.machine_id
    join machine_status t on t.merchant_id = c.merchant_id and t.machine_id = c.machine_id
    where c.state = 'queued' and c.due_at > ${ledger.clock.now()} and ${onlineSql(ledger)}
    limit ${limit}`.execute(ledger.db);
  return rows;
}
