import { sql } from 'kysely';
import { onlineSql } from '../machines/online.sql.ts';
import { readMachineWorth } from './machine-worth.ts';
import type { FindProblems } from './problem.ts';

/** Machines in operation that are silent: each costs what it sells in a day. */
export const findOfflineMachines: FindProblems = async (ledger, { merchantId, machineIds }) => {
  const { rows } = await sql<{ machineId: number; since: Date; reason: string; seenAt: Date | null }>`
    select m.id as "machineId", coalesce(t.offline_at, t.last_seen_at, m.created_at) as since, t.offline_reason as reason,
      t.last_seen_at as "seenAt"
    from machines m join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
    where m.merchant_id = ${merchantId} and m.operational and (${machineIds}::bigint[] is null or m.id = any(${machineIds}::bigint[]))
      and not ${onlineSql(ledger)}`.execute(ledger.db);
  const worth = await readMachineWorth(
    ledger,
    merchantId,
    rows.map(({ machineId }) => machineId),
  );
  return rows.map(({ machineId, since, reason, seenAt }) => ({
    kind: 'machine-offline',
    key: `machine-offline:${machineId}`,
    ...{ since, machineId, orderId: null, count: 1 },
    costCents: worth.get(machineId)?.dayCents ?? 0,
    costPer: 'day',
    action: 'look-at-machine',
    facts: { reason, seen_at: seenAt },
  }));
};
