import type { Ledger } from '../ledger.ts';

export type ProblemKind =
  | 'machine-offline'
  | 'slot-fault'
  | 'sold-out'
  | 'slot-short'
  | 'paid-without-goods'
  | 'remote-order-undecided'
  | 'conflict'
  | 'notifications-failing'
  | 'imports-stuck'
  | 'mirror-failing'
  | 'books-differ'
  | 'messages-refused';

/** What a person can do about it, and where. */
export type ProblemAction =
  | 'look-at-machine'
  | 'test-dispense'
  | 'refill'
  | 'count'
  | 'make-good'
  | 'look-at-order'
  | 'acknowledge'
  | 'replay'
  | 'mend-imports'
  | 'look-at-integration'
  | 'look-at-books';

/** Something that is wrong now. It is derived from the facts, never stored, and gone with them; but conflicts, which a person acknowledges. */
export interface Problem {
  kind: ProblemKind;
  /** The same as long as it is the same problem. */
  key: string;
  /** Null: nobody noted it. */
  since: Date | null;
  machineId: number | null;
  /** The one order that it is about, where it is about one. */
  orderId: number | null;
  /** How many slots, orders, messages it stands for. */
  count: number;
  /** What it costs in cents, a day of it or once; null where money does not say it. */
  costCents: number | null;
  costPer: 'day' | 'once' | null;
  action: ProblemAction;
  /** What a text about it needs, by kind. */
  facts: Record<string, unknown>;
}

/** Where problems are looked for: those of a few machines alone for who has a few. */
export interface ProblemScope {
  merchantId: number;
  /** Null: all machines, and what is about none. */
  machineIds: readonly number[] | null;
}

export type FindProblems = (ledger: Ledger, scope: ProblemScope) => Promise<Problem[]>;

/** Dearest first; then those that money does not measure; then those that cost nothing. Of equals the oldest. */
export function rankProblems(problems: Problem[]): Problem[] {
  const rank = ({ costCents }: Problem) => (costCents === null ? 0.5 : costCents);
  const time = ({ since }: Problem) => since?.getTime() ?? 0;
  return problems.sort((one, two) => rank(two) - rank(one) || time(one) - time(two) || (one.key < two.key ? -1 : 1));
}
