import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import { type EventDraft, recordEvents } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { Claim } from './claim-import.ts';
import {
  type ImportProblem,
  importProblems,
  importTimes,
  isImportProblem,
  moveImport,
  paid,
  refunded,
  retryDelay,
} from './import-state.ts';
import { rerunImports } from './rerun-imports.ts';

/** How an attempt ended. */
export type ImportEnd =
  | { kind: 'imported'; billId: number; billCode: string; found: boolean }
  | {
      kind: 'failed';
      problem: ImportProblem;
      subject: string;
      detail: string;
      /** Whether one may have been made: none for sure; maybe by this attempt; or not by this one, and of earlier ones no more is known. */
      bill: 'none' | 'maybe' | 'as-before';
    };

/**
 * Writes down how the attempt ended. That there is a bill counts whoever holds the claim by now; a failure only for who still holds it.
 * Without any claim the word comes too late: the next attempt asks the ERP.
 */
export async function finishImport(ledger: Ledger, claim: Claim, end: ImportEnd, by: string, cause: Cause): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    if (end.kind === 'imported') await imported(ledger, trx, claim, end, by, cause);
    else await failed(ledger, trx, claim, end);
    await trx
      .updateTable('book_imports')
      .set({
        ended_at: ledger.clock.now(),
        outcome: end.kind === 'imported' ? (end.found ? 'found' : 'imported') : end.bill === 'maybe' ? 'unknown' : 'failed',
        ...(end.kind === 'failed' && { problem: end.problem, detail: `${end.subject} ${end.detail}`.trim() }),
      })
      .where('merchant_id', '=', claim.merchantId)
      .where('set_id', '=', claim.setId)
      .where('order_id', '=', claim.orderId)
      .where('attempt', '=', claim.attempt)
      .execute();
  });
}

async function imported(
  ledger: Ledger,
  trx: Trx,
  claim: Claim,
  { billId, billCode, found }: Extract<ImportEnd, { kind: 'imported' }>,
  by: string,
  cause: Cause,
): Promise<void> {
  const { merchantId, setId, orderId, stuckFor } = claim;
  const now = ledger.clock.now();
  const { from, to } = moveImport(['claimed'], 'imported');
  // Another who took over the claim has found the same bill, or will: whoever is first writes it.
  const { rows } = await sql<{ transId: string; refundedNow: boolean }>`
    update book_orders set import_state = ${to}, due_at = null, unsettled_at = null, problem = null, problem_subject = '',
      problem_detail = '', imported_at = ${now}, imported_by = ${by}, bill_id = ${billId}, bill_code = ${billCode},
      refunded_after_import_at = case when status = ${refunded} then ${now}::timestamptz end
    where merchant_id = ${merchantId} and set_id = ${setId} and id = ${orderId} and import_state = any(${from})
    returning trans_id as "transId", status = ${refunded} as "refundedNow"`.execute(trx);
  const [order] = rows;
  if (!order) return;
  if (stuckFor && isImportProblem(stuckFor.problem) && importProblems[stuckFor.problem] === 'person') {
    await rerunImports({ ...ledger, db: trx }, { merchantId, setId, problem: stuckFor.problem, subject: stuckFor.subject });
  }
  const data = { setId, bookOrderId: orderId, transId: order.transId, billId, billCode, found, by };
  const events: EventDraft[] = [{ merchantId, kind: 'books.order-imported', data }];
  if (order.refundedNow) events.push({ merchantId, kind: 'books.refunded-after-import', data });
  await recordEvents(ledger, trx, events, cause);
}

async function failed(
  ledger: Ledger,
  trx: Trx,
  { merchantId, setId, orderId, attempt, devId, unsettledBefore }: Claim,
  { problem, subject: of, detail, bill }: Extract<ImportEnd, { kind: 'failed' }>,
): Promise<void> {
  const now = ledger.clock.now();
  const person = importProblems[problem] === 'person';
  // What is wrong with a device's configuration is that device's matter.
  const subject = problem === 'import.device-refused' ? `${of} (dev_id ${devId})` : of;
  const { from, to } = moveImport(['claimed'], person ? 'stuck' : 'open');
  const unsettled = bill === 'none' ? null : bill === 'maybe' ? now : unsettledBefore;
  const again = secondsAfter(now, Math.max(retryDelay(attempt), unsettled === null ? 0 : importTimes.settling));
  const retry = sql`case when status = ${paid} or ${unsettled !== null} then ${again}::timestamptz end`;
  await sql`
    update book_orders set import_state = ${to}, due_at = ${person ? sql`null` : retry},
      unsettled_at = ${unsettled}::timestamptz,
      problem = ${problem}, problem_subject = ${subject}, problem_detail = ${detail}
    where merchant_id = ${merchantId} and set_id = ${setId} and id = ${orderId} and import_state = any(${from})
      and attempts = ${attempt}`.execute(trx);
}
