import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** A set of books and how it goes, without anything secret. */
export interface BooksOverview {
  id: number;
  integrationId: number;
  number: string;
  timeZone: string;
  erpKind: string;
  sourceKind: string;
  autoImport: boolean;
  /** Its credentials count. */
  active: boolean;
  /** The ERP could not be reached: nothing is tried by itself before then. */
  pausedUntil: Date | null;
  /** Orders that wait for a person, and those that are tried by themselves. */
  stuck: number;
  due: number;
  /** Imported since the day began in the set's zone. */
  importedToday: number;
}

/** A merchant's sets of books. */
export async function overviewBooks(ledger: Ledger, merchantId: number): Promise<BooksOverview[]> {
  const now = ledger.clock.now();
  const { rows } = await sql<BooksOverview>`
    select s.id, s.integration_id as "integrationId", s.number, s.time_zone as "timeZone", s.erp_kind as "erpKind",
      s.source_kind as "sourceKind", s.auto_import as "autoImport", i.status = 'active' as active,
      case when s.paused_until > ${now} then s.paused_until end as "pausedUntil",
      (select count(*) from book_orders o where o.merchant_id = s.merchant_id and o.set_id = s.id and o.import_state = 'stuck') as stuck,
      (select count(*) from book_orders o where o.merchant_id = s.merchant_id and o.set_id = s.id and o.due_at is not null) as due,
      (select count(*) from book_orders o where o.merchant_id = s.merchant_id and o.set_id = s.id and o.import_state = 'imported'
        and o.imported_at >= date_trunc('day', ${now}::timestamptz, s.time_zone)) as "importedToday"
    from sets_of_books s join integrations i on i.merchant_id = s.merchant_id and i.id = s.integration_id
    where s.merchant_id = ${merchantId} order by s.id`.execute(ledger.db);
  return rows;
}
