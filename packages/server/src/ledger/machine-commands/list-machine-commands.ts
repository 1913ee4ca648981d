import { sql } from 'kysely';
import type { CommandState, DispenseState } from '../dispensing/dispense-state.ts';
import { stateOf, type TestDispenseLife } from '../dispensing/get-test-dispense.ts';
import type { Ledger } from '../ledger.ts';
import type { MachineCommandKind } from './machine-command.ts';
import type { MachineCommandState } from './machine-command-state.ts';

/** What a machine was told to do, tests of its slots among them. */
export interface ListedMachineCommand {
  /** Where a page goes on; not to be read otherwise. */
  cursor: string;
  /** Of a test, its batch. */
  id: number;
  kind: MachineCommandKind | 'test-dispense';
  state: MachineCommandState;
  /** Why it failed or is void: silent, differs, still-faulty, unreachable; of a test, what the machine said. */
  reason: string;
  /** The slot that it is about. */
  slotId: number | null;
  slot: string | null;
  settings: Record<string, unknown>;
  /** What the machine reported of these settings, or of the slot. */
  reported: Record<string, unknown>;
  askedBy: string;
  queuedAt: Date;
  sentAt: Date | null;
  /** While it is open: when it is void, or has failed. */
  dueAt: Date | null;
  finishedAt: Date | null;
}

export interface MachineCommandFilter {
  merchantId: number;
  machineId: number;
  limit: number;
  /** Of the last one of the page before. */
  before?: string | undefined;
}

type Row = Omit<ListedMachineCommand, 'state' | 'kind' | 'cursor'> & {
  kind: ListedMachineCommand['kind'];
  state: MachineCommandState | CommandState;
  unit: DispenseState | null;
  at: number;
};

/** The last ones first. */
export async function listMachineCommands(ledger: Ledger, filter: MachineCommandFilter): Promise<ListedMachineCommand[]> {
  const { merchantId, machineId, limit } = filter;
  const [at = Number.MAX_SAFE_INTEGER, id = Number.MAX_SAFE_INTEGER] = filter.before?.split('.').map(Number) ?? [];
  const older = sql`(c.queued_at, c.id) < (to_timestamp(${at}::bigint / 1000.0), ${id}::bigint)`;
  const { rows } = await sql<Row>`
    with listed as (
      (select c.id, c.kind, c.state, null as unit, c.reason, c.slot_id, c.settings, c.reported, c.asked_by, c.queued_at, c.sent_at,
        c.due_at, c.finished_at
      from machine_commands c
      where c.merchant_id = ${merchantId} and c.machine_id = ${machineId} and ${older}
      order by c.queued_at desc, c.id desc limit ${limit})
      union all
      (select c.id, 'test-dispense', c.state, d.state, coalesce(d.error, ''), c.slot_id, '{}'::jsonb,
        case when d.fault_code is null then '{}' else jsonb_build_object('fault_code', d.fault_code) end, '', c.queued_at, c.sent_at,
        c.deadline, c.finished_at
      from dispense_commands c
      left join dispenses d on d.merchant_id = c.merchant_id and d.command_id = c.id
      where c.merchant_id = ${merchantId} and c.machine_id = ${machineId} and c.order_id is null and ${older}
      order by c.queued_at desc, c.id desc limit ${limit})
    )
    select c.id, c.kind, c.state, c.unit, c.reason, c.slot_id as "slotId", s.name as slot, c.settings, c.reported,
      c.asked_by as "askedBy", c.queued_at as "queuedAt", c.sent_at as "sentAt", c.due_at as "dueAt", c.finished_at as "finishedAt",
      (extract(epoch from c.queued_at) * 1000)::bigint as at
    from listed c left join slots s on s.merchant_id = ${merchantId} and s.id = c.slot_id
    order by c.queued_at desc, c.id desc limit ${limit}`.execute(ledger.db);
  return rows.map(({ at: queuedMs, unit, state, ...row }) => {
    const cursor = `${queuedMs}.${row.id}`;
    if (unit === null) return { ...row, cursor, state: state as MachineCommandState, dueAt: row.finishedAt ? null : row.dueAt };
    const life = ofTest[stateOf(state as CommandState, unit)];
    return { ...row, cursor, ...life, reason: life.reason || row.reason, dueAt: row.finishedAt ? null : row.dueAt };
  });
}

/** A test told in the words of the other commands. */
const ofTest: Record<TestDispenseLife['state'], { state: MachineCommandState; reason: string }> = {
  queued: { state: 'queued', reason: '' },
  sent: { state: 'sent', reason: '' },
  dispensed: { state: 'confirmed', reason: '' },
  failed: { state: 'failed', reason: '' },
  held: { state: 'failed', reason: 'silent' },
  cancelled: { state: 'void', reason: 'unreachable' },
};
