import type { Ledger } from '../ledger.ts';
import { type ImportProblem, moveImport } from './import-state.ts';

export interface Mended {
  merchantId: number;
  setId: number;
  /** Without it, everything that waits for a person. */
  problem?: ImportProblem;
  /** The barcode, the period, the field. */
  subject?: string;
  devId?: number;
}

/** A person has mended something: what was stuck for it is due now. Answers how many orders. */
export async function rerunImports(ledger: Ledger, { merchantId, setId, problem, subject, devId }: Mended): Promise<number> {
  const { from, to } = moveImport(['stuck'], 'open');
  let query = ledger.db
    .updateTable('book_orders')
    .set({ import_state: to, due_at: ledger.clock.now() })
    .where('merchant_id', '=', merchantId)
    .where('set_id', '=', setId)
    .where('import_state', 'in', from);
  if (problem !== undefined) query = query.where('problem', '=', problem);
  if (subject !== undefined) query = query.where('problem_subject', '=', subject);
  if (devId !== undefined) query = query.where('dev_id', '=', devId);
  const { numUpdatedRows } = await query.executeTakeFirst();
  return Number(numUpdatedRows);
}
