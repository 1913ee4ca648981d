import { LedgerError, refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { type Claim, claimImport } from './claim-import.ts';
import { finishImport, type ImportEnd } from './finish-import.ts';
import type { Bill, Erp, Neighbours } from './ports.ts';
import type { SetOfBooks } from './set-of-books.ts';

export interface ImportOrder {
  set: SetOfBooks;
  orderId: number;
  by: string;
  cause: Cause;
}

/**
 * Brings one order into the ERP's books, as exactly one bill, whatever happens: the claim is written before the ERP is called; the
 * ERP is given the same key with every attempt, and asked by it before it is asked to make a bill once more; an outcome that nobody knows
 * stays unknown until the ERP has had the time to end what it was about.
 * Refuses what claimImport refuses, and each of the import problems, after it was written down for the next try or for a person.
 */
export async function importOrder(
  ledger: Ledger,
  neighbours: Neighbours,
  { set, orderId, by, cause }: ImportOrder,
): Promise<{ billId: number; billCode: string }> {
  const claim = await claimImport(ledger, set, orderId, by);
  const end = await attempt(neighbours, set, claim);
  await finishImport(ledger, claim, end, by, cause);
  if (end.kind === 'imported') return { billId: end.billId, billCode: end.billCode };
  return refuse(end.problem, [end.subject, end.detail].filter((text) => text !== '').join(': '));
}

async function attempt(neighbours: Neighbours, set: SetOfBooks, claim: Claim): Promise<ImportEnd> {
  let erp: Erp;
  try {
    erp = neighbours.erpOf(set);
    const bill = claim.askFirst ? await erp.findBill(claim.key) : undefined;
    if (bill) return found(bill);
  } catch (error) {
    // Nothing was asked for but news: whatever was unknown before still is.
    return failure(error, 'as-before');
  }
  const { draft, blocked, devId } = claim;
  if (!draft) {
    if (blocked === 'settling')
      return { kind: 'failed', problem: 'import.unsettled', subject: '', detail: '', bill: 'as-before' };
    // There has been time enough: nothing came of the earlier attempts.
    const noDevice = blocked === 'no-device';
    const problem = noDevice ? 'import.no-device' : 'book-order.status';
    return { kind: 'failed', problem, subject: noDevice ? String(devId) : '', detail: '', bill: 'none' };
  }
  const outcome = await erp.makeBill(draft);
  switch (outcome.kind) {
    case 'made':
      return { kind: 'imported', billId: outcome.id, billCode: outcome.code, found: false };
    case 'refused': {
      const { problem, subject, detail } = outcome;
      return { kind: 'failed', problem, subject, detail, bill: 'none' };
    }
    case 'unknown':
      return await lookAfter(erp, claim.key, outcome.detail);
  }
}

/** Nobody knows whether the bill was made: often it is there, and only the answer was lost. */
async function lookAfter(erp: Erp, key: string, detail: string): Promise<ImportEnd> {
  try {
    const bill = await erp.findBill(key);
    if (bill) return found(bill);
  } catch (error) {
    return failure(error, 'maybe');
  }
  return { kind: 'failed', problem: 'import.unsettled', subject: '', detail, bill: 'maybe' };
}

const found = ({ id, code }: Bill): ImportEnd => ({ kind: 'imported', billId: id, billCode: code, found: true });

function failure(error: unknown, bill: 'maybe' | 'as-before'): ImportEnd {
  if (!(error instanceof LedgerError)) throw error;
  const problem = error.code === 'erp.credentials' ? 'erp.credentials' : 'erp.unavailable';
  return { kind: 'failed', problem, subject: '', detail: error.detail, bill };
}
