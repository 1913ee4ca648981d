import { isDeepStrictEqual } from 'node:util';
import { inTransaction } from '../../database/transaction.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { ConditionReport, StoredCondition } from './condition.ts';
import { markChanged } from './mark-changed.ts';

export interface MachineStatus {
  merchantId: number;
  machineId: number;
  /** By the clock of who says it: an older word changes nothing. */
  saidAt: Date;
  condition: ConditionReport;
}

export type StatusEffect = 'changed' | 'same' | 'old';

/** What a machine says of its condition replaces what it said before; only a change is told. */
export async function recordMachineStatus(ledger: Ledger, status: MachineStatus): Promise<StatusEffect> {
  return await inTransaction(ledger.db, (trx) => recordMachineStatusIn(ledger, trx, status));
}

export async function recordMachineStatusIn(
  ledger: Ledger,
  trx: Trx,
  { merchantId, machineId, saidAt, condition }: MachineStatus,
): Promise<StatusEffect> {
  // There before it is looked at, so that of two first words the second waits for the first.
  await trx
    .insertInto('machine_conditions')
    .values({ merchant_id: merchantId, machine_id: machineId, said_at: '-infinity', condition: '{}' })
    .onConflict((conflict) => conflict.columns(['merchant_id', 'machine_id']).doNothing())
    .execute();
  const known = await trx
    .selectFrom('machine_conditions')
    .select(['said_at as saidAt', 'condition'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  if (saidAt < known.saidAt) return 'old';
  const next = withSince(condition, known.condition as StoredCondition, saidAt);
  const changed = !isDeepStrictEqual(next, known.condition);
  await trx
    .updateTable('machine_conditions')
    .set({ said_at: saidAt, ...(changed && { condition: JSON.stringify(next) }) })
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .execute();
  if (!changed) return 'same';
  await markChanged(trx, { merchantId, machineId, what: 'condition', at: ledger.clock.now() });
  return 'changed';
}

/** As it is stored; a fault that was there before keeps its time. */
function withSince({ faults, ...rest }: ConditionReport, before: StoredCondition, saidAt: Date): unknown {
  const since = new Map(before.faults?.map((fault) => [`${fault.fault} ${fault.cabinet}`, fault.since]));
  const timed = faults?.map((fault) => ({
    ...fault,
    since: since.get(`${fault.fault} ${fault.cabinet}`) ?? saidAt.toISOString(),
  }));
  return JSON.parse(JSON.stringify({ ...rest, faults: timed }));
}
