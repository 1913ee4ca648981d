import type { Ledger } from '../ledger.ts';
import { type DescribedProblem, describeProblems } from './describe-problems.ts';
import { findDifferingBooks, findFailingMirrors, findRefusedMessages, findStuckImports } from './find-book-problems.ts';
import { findConflicts } from './find-conflicts.ts';
import { findFailingNotifications } from './find-failing-notifications.ts';
import { findOfflineMachines } from './find-offline-machines.ts';
import { findPaidWithoutGoods, findUndecidedRemoteOrders } from './find-order-problems.ts';
import { findFaultySlots, findShortSlots, findSoldOutSlots } from './find-slot-problems.ts';
import { type FindProblems, type ProblemKind, rankProblems } from './problem.ts';

const finders: Readonly<Record<ProblemKind, FindProblems>> = {
  'machine-offline': findOfflineMachines,
  'slot-fault': findFaultySlots,
  'sold-out': findSoldOutSlots,
  'slot-short': findShortSlots,
  'paid-without-goods': findPaidWithoutGoods,
  'remote-order-undecided': findUndecidedRemoteOrders,
  conflict: findConflicts,
  'notifications-failing': findFailingNotifications,
  'imports-stuck': findStuckImports,
  'mirror-failing': findFailingMirrors,
  'books-differ': findDifferingBooks,
  'messages-refused': findRefusedMessages,
};

export const problemKinds = Object.keys(finders) as ProblemKind[];

export interface ProblemFilter {
  merchantId: number;
  /** Null: all machines, and what is about none. */
  machineIds: readonly number[] | null;
  /** Undefined: of all kinds. */
  kinds?: readonly ProblemKind[] | undefined;
  limit: number;
}

export interface Problems {
  /** How many there are, of each kind too. */
  total: number;
  byKind: Partial<Record<ProblemKind, number>>;
  /** What they cost together, in cents: a day of them, and once. */
  dayCents: number;
  onceCents: number;
  problems: DescribedProblem[];
}

/**
 * What is wrong now, the dearest first. What stops a machine or slots from selling costs a day's sales of them (machine-worth.ts); orders cost
 * what was paid for them, once. One with the other they are compared as they stand: what is wrong today and stays so costs it again tomorrow.
 */
export async function listProblems(
  ledger: Ledger,
  { merchantId, machineIds, kinds = problemKinds, limit }: ProblemFilter,
): Promise<Problems> {
  const found = (await Promise.all(kinds.map((one) => finders[one](ledger, { merchantId, machineIds })))).flat();
  const sum = (per: 'day' | 'once') =>
    found.reduce((cents, problem) => cents + (problem.costPer === per ? (problem.costCents ?? 0) : 0), 0);
  const byKind: Problems['byKind'] = {};
  for (const problem of found) byKind[problem.kind] = (byKind[problem.kind] ?? 0) + 1;
  return {
    total: found.length,
    byKind,
    dayCents: sum('day'),
    onceCents: sum('once'),
    problems: await describeProblems(ledger, merchantId, rankProblems(found).slice(0, limit)),
  };
}
