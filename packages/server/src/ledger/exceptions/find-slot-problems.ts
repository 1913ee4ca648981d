import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { noFault } from '../machines/set-slot-fault.ts';
import { dayWithoutSlots, readMachineWorth } from './machine-worth.ts';
import type { FindProblems, Problem, ProblemScope } from './problem.ts';

interface Group {
  machineId: number;
  since: Date | null;
  count: number;
  isForeign: boolean;
}

/** Slots `s` of machines `m` in operation, in groups by machine. The condition is one that an index of few slots has. */
async function groupSlots(
  ledger: Ledger,
  { merchantId, machineIds }: ProblemScope,
  condition: RawBuilder<unknown>,
  since: RawBuilder<unknown>,
): Promise<Group[]> {
  const { rows } = await sql<Group>`
    select m.id as "machineId", m.upstream_integration_id is not null as "isForeign", bad.since, bad.count
    from (
      select s.machine_id, min(${since}) as since, count(*)::int as count from slots s
      where s.merchant_id = ${merchantId} and (${machineIds}::bigint[] is null or s.machine_id = any(${machineIds}::bigint[]))
        and ${condition}
      group by s.machine_id
    ) bad
    join machines m on m.merchant_id = ${merchantId} and m.id = bad.machine_id
    where m.operational`.execute(ledger.db);
  return rows;
}

export const faultySlots = sql`s.fault_code <> 1`;
export const soldOutSlots = sql`s.sold_out_at is not null and s.on_sale and s.goods_id is not null and s.fault_code = ${noFault}`;

/** Slots that cannot dispense, by machine: each costs its share of what the machine sells in a day. */
export const findFaultySlots: FindProblems = async (ledger, scope) =>
  await priced(ledger, scope, await groupSlots(ledger, scope, faultySlots, sql`s.fault_said_at`), 'slot-fault', 'test-dispense');

/** Slots on sale with nothing for sale in them, by machine: as those that cannot dispense. */
export const findSoldOutSlots: FindProblems = async (ledger, scope) =>
  await priced(ledger, scope, await groupSlots(ledger, scope, soldOutSlots, sql`s.sold_out_at`), 'sold-out', 'refill');

async function priced(
  ledger: Ledger,
  { merchantId }: ProblemScope,
  groups: readonly Group[],
  kind: 'slot-fault' | 'sold-out',
  action: 'test-dispense' | 'refill',
): Promise<Problem[]> {
  const worth = await readMachineWorth(
    ledger,
    merchantId,
    groups.map(({ machineId }) => machineId),
  );
  return groups.map(({ machineId, since, count, isForeign }) => ({
    kind,
    key: `${kind}:${machineId}`,
    ...{ since, machineId, orderId: null, count },
    costCents: dayWithoutSlots(worth.get(machineId), count),
    costPer: 'day',
    action: isForeign ? 'look-at-machine' : action,
    facts: {},
  }));
}

/**
 * More is promised than lies there, by machine: it costs what was paid or is to be paid for what is not there. Looked for through the units that
 * are promised, which are few; an index of such slots would be written with every sale.
 */
export const findShortSlots: FindProblems = async (ledger, { merchantId, machineIds }) => {
  const { rows } = await sql<{ machineId: number; count: number; missing: number; costCents: number; slots: string[] }>`
    select s.machine_id as "machineId", count(*)::int as count, sum(s.reserved - s.on_hand)::int as missing,
      sum((s.reserved - s.on_hand) * s.price_cents)::bigint as "costCents", (array_agg(s.name order by s.name))[1:5] as slots
    from slots s
    where s.merchant_id = ${merchantId} and s.on_hand < s.reserved and s.id = any(array(
        select d.slot_id from dispenses d
        where d.merchant_id = ${merchantId} and d.state in ('reserved', 'queued', 'sent', 'held')))
      and (${machineIds}::bigint[] is null or s.machine_id = any(${machineIds}::bigint[]))
    group by s.machine_id`.execute(ledger.db);
  return rows.map(({ machineId, count, missing, costCents, slots }) => ({
    kind: 'slot-short',
    key: `slot-short:${machineId}`,
    ...{ since: null, machineId, orderId: null, count, costCents },
    costPer: 'once',
    action: 'count',
    facts: { missing, slots },
  }));
};
