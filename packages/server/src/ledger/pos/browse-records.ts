import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { PosKind, PosSource } from './pos-record.ts';

export interface RecordQuery {
  merchantId: number;
  shopId: number;
  kind: PosKind;
  /** By the time of the record; `until` is not in it. */
  from?: Date | undefined;
  until?: Date | undefined;
  /** The last one of the page before. */
  after?: { at: Date; id: number } | undefined;
  limit: number;
}

/** The latest version of a bill, a handover, a day end or a take-out order. */
export interface RecordHead {
  id: number;
  kind: PosKind;
  /** A bill's order, a handover's refill, a day end's day; what a cash register numbers it by. */
  key: string;
  /** 0: it was not changed since it was first told. */
  version: number;
  at: Date;
  staffName: string;
  businessDay: string | null;
  amountCents: number;
  source: PosSource;
  doubts: string[];
  receivedAt: Date;
}

const columns = sql`r.id, r.kind, r.key, r.version, r.at, r.staff_name as "staffName", r.business_day as "businessDay",
  r.amount_cents as "amountCents", r.source, r.doubts, r.received_at as "receivedAt"`;

/** A shop's records of a kind, the latest first, without their documents. */
export async function browseRecords(ledger: Ledger, query: RecordQuery): Promise<RecordHead[]> {
  const { merchantId, shopId, kind, from, until, after, limit } = query;
  const conditions = [
    sql`r.merchant_id = ${merchantId} and r.shop_id = ${shopId} and r.kind = ${kind} and r.latest`,
    ...(from ? [sql`r.at >= ${from}`] : []),
    ...(until ? [sql`r.at < ${until}`] : []),
    ...(after ? [sql`(r.at, r.id) < (${after.at}, ${after.id})`] : []),
  ];
  const { rows } = await sql<RecordHead>`
    select ${columns} from pos_records r where ${sql.join(conditions, sql` and `)}
    order by r.at desc, r.id desc limit ${limit}`.execute(ledger.db);
  return rows;
}

/** One record with its document, as it came, word for word; undefined where there is none. */
export async function getRecord(
  ledger: Ledger,
  merchantId: number,
  id: number,
): Promise<(RecordHead & { shopId: number; latest: boolean; document: string }) | undefined> {
  const { rows } = await sql<RecordHead & { shopId: number; latest: boolean; document: string }>`
    select ${columns}, r.shop_id as "shopId", r.latest, r.document::text as document from pos_records r
    where r.merchant_id = ${merchantId} and r.id = ${id}`.execute(ledger.db);
  return rows[0];
}
