import type { LedgerErrorCode } from '../errors.ts';
import { type Move, move, type Transitions } from '../transition.ts';

/** open: to be imported, or not paid; claimed: somebody is about it; stuck: a person is needed; imported: the ERP has its bill. */
export type ImportState = 'open' | 'claimed' | 'stuck' | 'imported';

export const importStates: Transitions<ImportState> = {
  open: ['claimed', 'open', 'stuck'],
  // A claim whose holder is gone is taken over by the next.
  claimed: ['claimed', 'open', 'stuck', 'imported'],
  stuck: ['claimed', 'open', 'stuck'],
  // Only when the ERP says that it has no such bill any more.
  imported: ['open'],
};

export const moveImport = (from: readonly ImportState[], to: ImportState): Move<ImportState> => move(importStates, from, to);

/** Why an import fails, and who can do something about it: trying again, or a person. The catalogue of errors words each. */
export const importProblems = {
  'import.unsettled': 'retry',
  'erp.unavailable': 'retry',
  // Not paid any more: no more is to be done, unless it is paid again.
  'book-order.status': 'retry',
  'import.no-device': 'person',
  'import.no-barcode': 'person',
  'import.barcode-unknown': 'person',
  'import.period-closed': 'person',
  'import.device-refused': 'person',
  'import.refused': 'person',
  'erp.credentials': 'person',
} as const satisfies Partial<Record<LedgerErrorCode, 'retry' | 'person'>>;

export type ImportProblem = keyof typeof importProblems;

export function isImportProblem(text: string): text is ImportProblem {
  return Object.hasOwn(importProblems, text);
}

/** Seconds. */
export const importTimes = {
  /** So long a claim holds: longer than all calls of one attempt may take. Its holder being gone, somebody else then asks the ERP. */
  claim: 120,
  /**
   * So long after a creation of unknown outcome none is made again, though the ERP says that it has no bill: it may still be about the
   * first. Ours to be sure beside the ERP's own promise to make one bill for one key.
   */
  settling: 120,
  /** Between one look and the next whether what a person has to mend was mended: of those that wait for the same one is tried. */
  probe: 15 * 60,
  /** An ERP that cannot be reached is left alone so long in the background. */
  pause: 15,
};

const delays = [30, 60, 300, 900, 3_600];
const steadyDelay = 3 * 3_600;

/** Seconds until the next try after so many. */
export const retryDelay = (attempts: number): number => delays[attempts - 1] ?? steadyDelay;

/** The statuses that the rules ask for; the others are only kept. */
export const paid = 100;
export const refunded = 103;
