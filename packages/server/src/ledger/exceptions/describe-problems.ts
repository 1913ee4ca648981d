import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { faultySlots, soldOutSlots } from './find-slot-problems.ts';
import type { Problem } from './problem.ts';

export interface DescribedProblem extends Problem {
  machine: { id: number; no: string; name: string; site: string } | null;
}

interface SlotFact {
  machineId: number;
  slots: { id: number; name: string; goods: string; fault_code: number }[];
}

/** The names of what problems are about: looked up for those alone that are shown. */
export async function describeProblems(
  ledger: Ledger,
  merchantId: number,
  problems: readonly Problem[],
): Promise<DescribedProblem[]> {
  const machines = await machinesOf(ledger, merchantId, problems);
  const slots = {
    'slot-fault': await slotsOf(ledger, merchantId, problems, 'slot-fault'),
    'sold-out': await slotsOf(ledger, merchantId, problems, 'sold-out'),
  };
  return problems.map((problem) => {
    const machine = problem.machineId === null ? null : (machines.get(problem.machineId) ?? null);
    const known = problem.kind === 'slot-fault' || problem.kind === 'sold-out' ? slots[problem.kind] : undefined;
    if (!known || problem.machineId === null) return { ...problem, machine };
    return { ...problem, machine, facts: { ...problem.facts, slots: known.get(problem.machineId) ?? [] } };
  });
}

async function machinesOf(ledger: Ledger, merchantId: number, problems: readonly Problem[]) {
  const ids = problems.flatMap(({ machineId }) => machineId ?? []);
  const { rows } = await sql<NonNullable<DescribedProblem['machine']>>`
    select m.id, m.machine_no as no, m.name, coalesce(s.name, '') as site
    from machines m left join sites s on s.merchant_id = m.merchant_id and s.id = m.site_id
    where m.merchant_id = ${merchantId} and m.id = any(${ids}::bigint[])`.execute(ledger.db);
  return new Map(rows.map((machine) => [machine.id, machine]));
}

/** A few of the slots. */
async function slotsOf(ledger: Ledger, merchantId: number, problems: readonly Problem[], kind: 'slot-fault' | 'sold-out') {
  const ids = problems.flatMap((problem) => (problem.kind === kind ? (problem.machineId ?? []) : []));
  if (ids.length === 0) return new Map<number, SlotFact['slots']>();
  const { rows } = await sql<SlotFact>`
    select s.machine_id as "machineId", (array_agg(jsonb_build_object('id', s.id, 'name', s.name, 'goods', coalesce(g.name, ''),
      'fault_code', s.fault_code) order by s.y, s.x, s.id))[1:4] as slots
    from slots s left join goods g on g.merchant_id = s.merchant_id and g.id = s.goods_id
    where s.merchant_id = ${merchantId} and s.machine_id = any(${ids}::bigint[])
      and ${kind === 'slot-fault' ? faultySlots : soldOutSlots}
    group by s.machine_id`.execute(ledger.db);
  return new Map(rows.map(({ machineId, slots }) => [machineId, slots]));
}
