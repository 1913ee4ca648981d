import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { type ImportProblem, importProblems, isImportProblem } from './import-state.ts';

/** Orders that are not imported for one and the same reason. */
export interface ProblemGroup {
  problem: ImportProblem;
  /** The barcode, the period, the field. */
  subject: string;
  /** Tried again by itself, or waiting for a person. */
  kind: 'retry' | 'person';
  orders: number;
  amountCents: number;
  oldest: Date;
  /** When one of them is tried next; null for what waits for a person. */
  nextTry: Date | null;
  /** A few of them. */
  transIds: string[];
}

/** What keeps orders of a set from being imported: what needs a person first, then by how many wait for it. */
export async function listProblems(ledger: Ledger, merchantId: number, setId: number): Promise<ProblemGroup[]> {
  const { rows } = await sql<Omit<ProblemGroup, 'kind' | 'problem'> & { problem: string }>`
    select problem, problem_subject as subject, count(*)::bigint as orders, sum(total_cents)::bigint as "amountCents",
      min(ordered_at) as oldest, min(due_at) as "nextTry", (array_agg(trans_id order by ordered_at))[1:5] as "transIds"
    from book_orders
    where merchant_id = ${merchantId} and set_id = ${setId} and import_state in ('open', 'stuck') and problem is not null
      and (import_state = 'stuck' or due_at is not null)
    group by problem, problem_subject`.execute(ledger.db);
  const groups = rows.flatMap(({ problem, ...group }) =>
    isImportProblem(problem) ? [{ ...group, problem, kind: importProblems[problem] }] : [],
  );
  return groups.sort((one, two) => one.kind.localeCompare(two.kind) || two.orders - one.orders);
}
