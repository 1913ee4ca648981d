import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { CommandState, DispenseState } from './dispense-state.ts';

/** One unit that a person had dispensed to see whether it drops. */
export interface TestDispenseLife {
  batchId: number;
  slotId: number;
  slot: string;
  state: 'queued' | 'sent' | 'dispensed' | 'failed' | 'held' | 'cancelled';
  queuedAt: Date;
  sentAt: Date | null;
  /** When it is given up unless the machine answers. */
  deadline: Date | null;
  finishedAt: Date | null;
  /** Of the machine's answer: 1 normal. */
  faultCode: number | null;
  /** What the machine said went wrong; empty otherwise. */
  error: string;
}

/** Where a test stands, by its batch. Refuses delivery.unknown, for a delivery that has an order as well. */
export async function getTestDispense(
  ledger: Ledger,
  merchantId: number,
  machineId: number,
  batchId: number,
): Promise<TestDispenseLife> {
  const { rows } = await sql<Omit<TestDispenseLife, 'state'> & { command: CommandState; unit: DispenseState }>`
    select c.batch_id as "batchId", c.slot_id as "slotId", s.name as slot, c.state as command, d.state as unit,
      c.queued_at as "queuedAt", c.sent_at as "sentAt", c.deadline, c.finished_at as "finishedAt", d.fault_code as "faultCode", d.error
    from dispense_commands c
    join slots s on s.merchant_id = c.merchant_id and s.id = c.slot_id
    join dispenses d on d.merchant_id = c.merchant_id and d.command_id = c.id
    where c.merchant_id = ${merchantId} and c.machine_id = ${machineId} and c.batch_id = ${batchId} and c.order_id is null`.execute(
    ledger.db,
  );
  const [row] = rows;
  if (!row) refuse('delivery.unknown', String(batchId));
  const { command, unit, ...life } = row;
  return { ...life, state: stateOf(command, unit) };
}

/** In one word what command and unit have come to. */
export function stateOf(command: CommandState, unit: DispenseState): TestDispenseLife['state'] {
  if (command === 'cancelled') return 'cancelled';
  if (unit === 'dispensed' || unit === 'failed' || unit === 'held') return unit;
  return command === 'queued' ? 'queued' : 'sent';
}
