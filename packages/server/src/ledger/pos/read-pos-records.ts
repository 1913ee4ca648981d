import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { PosKind } from './pos-record.ts';

export interface PosQuery {
  merchantId: number;
  shopId: number;
  kinds: readonly PosKind[];
  /** Both count, to the whole second. */
  from: Date;
  until: Date;
}

export interface PosRecord {
  id: number;
  kind: PosKind;
  at: Date;
  staffId: number;
  staffName: string;
  createdOn: Date | null;
  /** As it came, word for word. */
  document: string;
}

/** Characters that one batch is to have in all, more or less: what is held of an answer at once. */
const wanted = 512 * 1024;
const rows = { first: 20, most: 1_000 };

/**
 * The latest versions of a shop's records, oldest first, in batches whose size follows that of the records: an answer of any length
 * takes the memory of one batch. No transaction is held open between them, so a slow reader holds nothing up; what is settled anew
 * meanwhile may come twice, as it may in two queries.
 */
export async function* readPosRecords(ledger: Ledger, query: PosQuery): AsyncGenerator<PosRecord[], void> {
  let after = { at: query.from, id: 0 };
  let size = rows.first;
  for (;;) {
    const batch = await readBatch(ledger, query, after, size);
    const last = batch.at(-1);
    if (!last) return;
    yield batch;
    if (batch.length < size) return;
    after = { at: last.at, id: last.id };
    const mean = batch.reduce((sum, { document }) => sum + document.length, 0) / batch.length;
    size = Math.max(1, Math.min(rows.most, Math.floor(wanted / mean)));
  }
}

async function readBatch(
  ledger: Ledger,
  { merchantId, shopId, kinds, until }: PosQuery,
  after: { at: Date; id: number },
  size: number,
): Promise<PosRecord[]> {
  // The index has the kind before the time: each kind is read in its order, and the heads of all are put in one.
  const { rows } = await sql<PosRecord>`
    select r.id, r.kind, r.at, r.staff_id as "staffId", r.staff_name as "staffName", r.created_on as "createdOn",
      r.document::text as document
    from unnest(${[...new Set(kinds)]}::text[]) as wanted(kind)
    cross join lateral (
      select * from pos_records r
      where r.merchant_id = ${merchantId} and r.shop_id = ${shopId} and r.kind = wanted.kind and r.latest
        and (r.at, r.id) > (${after.at}::timestamptz, ${after.id}::bigint) and r.at < ${until}::timestamptz + interval '1 second'
      order by r.at, r.id limit ${size}
    ) r
    order by r.at, r.id limit ${size}`.execute(ledger.db);
  return rows;
}
