import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { PosKind, PosRecordDraft, PosSource } from './pos-record.ts';

export interface PosRecords {
  merchantId: number;
  shopId: number;
  source: PosSource;
  /** Through which they came. */
  integrationId: number | null;
  records: readonly PosRecordDraft[];
}

/** latest: queries answer it now; superseded: kept in the history, a later one is answered; known: was told before, word for word. */
export type PosOutcome = 'latest' | 'superseded' | 'known';

/**
 * Takes a shop's records, all or nothing, and answers what became of each. Of one key the latest is the highest version, then the latest
 * time, then what came last; every one that was ever told is kept. The same again changes nothing. Refuses shop.unknown, and
 * request.invalid: the shop's records are made of its site's sales.
 */
export async function putPosRecords(ledger: Ledger, told: PosRecords, cause: Cause): Promise<PosOutcome[]> {
  const { merchantId, shopId, records } = told;
  if (records.length === 0) return [];
  return await inTransaction(ledger.db, async (trx) => {
    // Writers of one shop go one after another: of two versions that come at once both must see the other.
    const shop = await trx
      .selectFrom('pos_shops')
      .select(['id', 'sn', 'vending_since'])
      .where('merchant_id', '=', merchantId)
      .where('id', '=', shopId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!shop) refuse('shop.unknown', String(shopId));
    if (shop.vending_since && told.source !== 'ledger') refuse('request.invalid', `shop ${shop.sn} tells the sales of its site`);
    const digests = records.map(digestOf);
    const written = await insert(trx, told, digests, ledger.clock.now());
    const latest = await settleLatest(trx, told, [...new Map(written.values().map((one) => [nameOf(one), one])).values()]);
    if (written.size > 0) {
      await keepBusinessDay(trx, told);
      await recordEvent(
        ledger,
        trx,
        { merchantId, kind: 'pos.recorded', data: { shopId, ...countsOf(written.values()) } },
        cause,
      );
    }
    return records.map((record, n) => {
      const own = written.get(`${nameOf(record)} ${digests[n]?.toString('hex')}`);
      // The same twice in one call is known the second time.
      if (!own || own.n !== n) return 'known';
      return latest.has(own.id) ? 'latest' : 'superseded';
    });
  });
}

interface Written {
  id: number;
  n: number;
  kind: PosKind;
  key: string;
}

const nameOf = ({ kind, key }: { kind: PosKind; key: string }): string => `${kind} ${key}`;

function digestOf({ version, at, staffId, staffName, createdOn, document }: PosRecordDraft): Buffer {
  const told = [version, at.getTime(), staffId, staffName, createdOn?.getTime() ?? null, document];
  return createHash('sha256').update(JSON.stringify(told)).digest();
}

/** Those that are new, by kind, key and digest. */
async function insert(trx: Trx, told: PosRecords, digests: readonly Buffer[], now: Date): Promise<Map<string, Written>> {
  const { records } = told;
  const { rows } = await sql<{ id: number; kind: PosKind; key: string; digest: Buffer }>`
    insert into pos_records (merchant_id, shop_id, kind, key, version, latest, at, staff_id, staff_name, created_on, business_day,
      amount_cents, document, digest, doubts, source, integration_id, received_at)
    select ${told.merchantId}, ${told.shopId}, r.kind, r.key, r.version, false, r.at, r.staff_id, r.staff_name, r.created_on,
      r.business_day, r.amount_cents, r.document::json, r.digest, array(select jsonb_array_elements_text(r.doubts)),
      ${told.source}, ${told.integrationId}, ${now}
    from unnest(
      ${records.map(({ kind }) => kind)}::text[], ${records.map(({ key }) => key)}::text[],
      ${records.map(({ version }) => version)}::bigint[], ${records.map(({ at }) => at)}::timestamptz[],
      ${records.map(({ staffId }) => staffId)}::bigint[], ${records.map(({ staffName }) => staffName)}::text[],
      ${records.map(({ createdOn }) => createdOn)}::timestamptz[], ${records.map(({ businessDay }) => businessDay)}::text[],
      ${records.map(({ amountCents }) => amountCents)}::bigint[], ${records.map(({ document }) => document)}::text[],
      ${digests}::bytea[], ${records.map(({ doubts }) => JSON.stringify(doubts))}::jsonb[]
    ) with ordinality
      as r(kind, key, version, at, staff_id, staff_name, created_on, business_day, amount_cents, document, digest, doubts, n)
    order by r.n
    on conflict (merchant_id, shop_id, kind, key, digest) do nothing
    returning id, kind, key, digest`.execute(trx);
  const places = new Map<string, number>();
  records.forEach((record, n) => {
    const name = `${nameOf(record)} ${digests[n]?.toString('hex')}`;
    if (!places.has(name)) places.set(name, n);
  });
  return new Map(
    rows.map(({ id, kind, key, digest }) => {
      const name = `${kind} ${key} ${digest.toString('hex')}`;
      return [name, { id, n: places.get(name) ?? -1, kind, key }];
    }),
  );
}

/** Says anew which is the latest of each of these keys; answers the ids of those that are. */
async function settleLatest(trx: Trx, { merchantId, shopId }: PosRecords, touched: readonly Written[]): Promise<Set<number>> {
  if (touched.length === 0) return new Set();
  const top = sql`
    with top as materialized (
      select t.kind, t.key, r.id
      from unnest(${touched.map(({ kind }) => kind)}::text[], ${touched.map(({ key }) => key)}::text[]) as t(kind, key)
      cross join lateral (
        select r.id from pos_records r
        where r.merchant_id = ${merchantId} and r.shop_id = ${shopId} and r.kind = t.kind and r.key = t.key
        order by r.version desc, r.at desc, r.id desc limit 1
      ) r
    )`;
  // The old one first: there is never more than one.
  await sql`${top}
    update pos_records r set latest = false from top
    where r.merchant_id = ${merchantId} and r.shop_id = ${shopId} and r.kind = top.kind and r.key = top.key
      and r.latest and r.id <> top.id`.execute(trx);
  const { rows } = await sql<{ id: number }>`${top}, risen as (
      update pos_records r set latest = true from top where r.merchant_id = ${merchantId} and r.id = top.id and not r.latest
    )
    select id from top`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

async function keepBusinessDay(trx: Trx, { merchantId, shopId, records }: PosRecords): Promise<void> {
  const day = records.map(({ businessDay }) => businessDay ?? '').reduce((latest, one) => (one > latest ? one : latest), '');
  if (day === '') return;
  await sql`
    update pos_shops set latest_business_day = greatest(latest_business_day, ${day})
    where merchant_id = ${merchantId} and id = ${shopId}`.execute(trx);
}

function countsOf(written: Iterable<Written>): Record<string, number> {
  const counts: Partial<Record<PosKind, number>> = {};
  for (const { kind } of written) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
