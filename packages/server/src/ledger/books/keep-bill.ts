import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { billKey } from './claim-import.ts';
import type { Bill, BillDraft } from './ports.ts';
import type { SetOfBooks } from './set-of-books.ts';

/** A bill that waits here for being written into a file, for an ERP that takes nothing else. */
export interface KeptBill extends Bill {
  draft: BillDraft;
  exportedAt: Date | null;
}

/** Keeps the bill, once: the same key again answers the first. */
export async function keepBill(ledger: Ledger, set: SetOfBooks, draft: BillDraft): Promise<Bill> {
  const { merchantId, id: setId, number } = set;
  await sql`
    insert into book_bills (merchant_id, set_id, id, bill_key, code, sold_at, bill, created_at)
    select ${merchantId}, ${setId}, n.id, ${draft.key}, ${number} || '-' || n.id, ${draft.soldAt}, ${JSON.stringify(draft)}::jsonb,
      ${ledger.clock.now()}
    from (select nextval(pg_get_serial_sequence('book_bills', 'id')) as id) n
    on conflict (merchant_id, set_id, bill_key) do nothing`.execute(ledger.db);
  const [kept] = await listKeptBills(ledger, set, { key: draft.key });
  return kept ?? refuse('erp.unavailable');
}

export interface KeptFilter {
  key?: string;
  /** YYYY-MM-DD in the set's zone. */
  day?: string;
}

export async function listKeptBills(ledger: Ledger, set: SetOfBooks, { key, day }: KeptFilter): Promise<KeptBill[]> {
  const { rows } = await sql<{ id: number; key: string; code: string; bill: BillDraft; soldAt: Date; exportedAt: Date | null }>`
    select id, bill_key as key, code, bill, sold_at as "soldAt", exported_at as "exportedAt" from book_bills
    where merchant_id = ${set.merchantId} and set_id = ${set.id}
      and (${key ?? null}::text is null or bill_key = ${key ?? null})
      and (${day ?? null}::date is null or (sold_at >= ${day ?? null}::date::timestamp at time zone ${set.timeZone}
        and sold_at < (${day ?? null}::date + 1)::timestamp at time zone ${set.timeZone}))
    order by sold_at, id`.execute(ledger.db);
  return rows.map(({ bill, soldAt, ...rest }) => ({ ...rest, totalCents: bill.totalCents, draft: { ...bill, soldAt } }));
}

/** The bills are in a file: the ERP may have them from now on. */
export async function markExported(ledger: Ledger, set: SetOfBooks, ids: readonly number[]): Promise<void> {
  await sql`
    update book_bills set exported_at = coalesce(exported_at, ${ledger.clock.now()})
    where merchant_id = ${set.merchantId} and set_id = ${set.id} and id = any(${[...ids]})`.execute(ledger.db);
}

/** Takes a bill out again, for a person who has seen to it that the ERP has none; then its order can be reset. False when there is none. */
export async function withdrawBill(ledger: Ledger, set: SetOfBooks, transId: string): Promise<boolean> {
  const { numDeletedRows } = await ledger.db
    .deleteFrom('book_bills')
    .where('merchant_id', '=', set.merchantId)
    .where('set_id', '=', set.id)
    .where('bill_key', '=', billKey(set.number, transId))
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
