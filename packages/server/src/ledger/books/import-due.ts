import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import { LedgerError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { forEachAtMost } from './for-each-at-most.ts';
import { importOrder } from './import-order.ts';
import { importTimes, isImportProblem } from './import-state.ts';
import type { Neighbours } from './ports.ts';
import { openSet, type SetOfBooks } from './set-of-books.ts';

/** Of one set in one round. */
const atOnce = 200;
/** Under way at the same time, of one set: ERPs are not made for crowds. */
const sideBySide = 8;

/**
 * Imports what is due in the sets that are so configured: one round for each, so that none waits for another's many. Answers how many were
 * tried. Any number of processes may do so at once: an order is claimed by one. An ERP that cannot be reached is left alone for a while.
 * @param isStopped when this says so nothing new is begun, and what is under way is ended.
 */
export async function importDue(ledger: Ledger, neighbours: Neighbours, isStopped = () => false): Promise<number> {
  const sets = await dueSets(ledger);
  const tried = await Promise.all(sets.map((set) => importSet(ledger, neighbours, set, isStopped)));
  return tried.reduce((sum, count) => sum + count, 0);
}

async function dueSets(ledger: Ledger): Promise<SetOfBooks[]> {
  const now = ledger.clock.now();
  const rows = await ledger.db
    .selectFrom('sets_of_books as s')
    .innerJoin('integrations as i', (join) =>
      join.onRef('i.merchant_id', '=', 's.merchant_id').onRef('i.id', '=', 's.integration_id'),
    )
    .where('i.status', '=', 'active')
    .where('s.auto_import', '=', true)
    .where((eb) => eb.or([eb('s.paused_until', 'is', null), eb('s.paused_until', '<=', now)]))
    .where(
      sql<boolean>`(s.probe_at <= ${now} or exists (select 1 from book_orders o where o.merchant_id = s.merchant_id and o.set_id = s.id and o.due_at <= ${now}))`,
    )
    .selectAll('s')
    .execute();
  return rows.map((row) => openSet(ledger, row));
}

async function importSet(ledger: Ledger, neighbours: Neighbours, set: SetOfBooks, isStopped: () => boolean): Promise<number> {
  const due = [...(await mendedPerhaps(ledger, set)), ...(await dueOrders(ledger, set))];
  let tried = 0;
  let away = false;
  await forEachAtMost(sideBySide, due, async (id) => {
    if (away || isStopped()) return;
    tried += 1;
    try {
      await importOrder(ledger, neighbours, { set, orderId: id, by: 'system', cause: { by: 'sweep', call: 'import' } });
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      away ||= error.code === 'erp.unavailable';
      // It stands in the books why, and when it is tried again; or another was about it, or it is gone.
      if (!isImportProblem(error.code) && !passing.has(error.code)) throw error;
    }
  });
  if (away) await pause(ledger, set);
  return tried;
}

async function dueOrders(ledger: Ledger, { merchantId, id: setId }: SetOfBooks): Promise<number[]> {
  const rows = await ledger.db
    .selectFrom('book_orders')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('set_id', '=', setId)
    .where('due_at', '<=', ledger.clock.now())
    .orderBy('due_at')
    .limit(atOnce)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * The ERP does not tell when something was mended there: from time to time one order is tried of those that wait for the same. A device
 * without configuration, and a good without barcode, are ours, and wait for none of that.
 */
async function mendedPerhaps(ledger: Ledger, { merchantId, id: setId }: SetOfBooks): Promise<number[]> {
  const now = ledger.clock.now();
  const { rows } = await sql<{ id: number }>`
    with due as (
      update sets_of_books set probe_at = ${secondsAfter(now, importTimes.probe)}
      where merchant_id = ${merchantId} and id = ${setId} and probe_at <= ${now}
      returning id
    )
    select distinct on (problem, problem_subject) o.id
    from due join book_orders o on o.merchant_id = ${merchantId} and o.set_id = due.id
    where o.import_state = 'stuck' and o.problem not in ('import.no-device', 'import.no-barcode')
    order by problem, problem_subject, o.id`.execute(ledger.db);
  return rows.map(({ id }) => id);
}

const passing = new Set<string>(['book-order.unknown', 'book-order.imported', 'book-order.importing']);

async function pause(ledger: Ledger, { merchantId, id }: SetOfBooks): Promise<void> {
  await ledger.db
    .updateTable('sets_of_books')
    .set({ paused_until: secondsAfter(ledger.clock.now(), importTimes.pause) })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', id)
    .execute();
}
