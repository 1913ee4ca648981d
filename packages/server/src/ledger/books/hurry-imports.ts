import { inTransaction } from '../../database/transaction.ts';
import type { Ledger } from '../ledger.ts';
import type { ImportProblem } from './import-state.ts';
import { type Mended, rerunImports } from './rerun-imports.ts';

/**
 * What failed for a problem is due now: what waits for a person, and what would be tried by itself later. An ERP that is left alone for a
 * while is asked again, too. Whether it is asked for the bill first stays as the rules say. Answers how many orders.
 */
export async function hurryImports(
  ledger: Ledger,
  { merchantId, setId, problem, subject }: Pick<Mended, 'merchantId' | 'setId'> & { problem: ImportProblem; subject: string },
): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    const stuck = await rerunImports({ ...ledger, db: trx }, { merchantId, setId, problem, subject });
    const now = ledger.clock.now();
    const { numUpdatedRows } = await trx
      .updateTable('book_orders')
      .set({ due_at: now })
      .where('merchant_id', '=', merchantId)
      .where('set_id', '=', setId)
      .where('import_state', '=', 'open')
      .where('problem', '=', problem)
      .where('problem_subject', '=', subject)
      .where('due_at', '>', now)
      .executeTakeFirst();
    await trx
      .updateTable('sets_of_books')
      .set({ paused_until: null })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', setId)
      .execute();
    return stuck + Number(numUpdatedRows);
  });
}
