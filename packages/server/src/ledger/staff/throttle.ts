import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';

/** What attempts are counted by, and how many count. */
export interface Bound {
  key: Buffer;
  most: number;
}

/** Seconds that a failure counts. */
const counted = 15 * 60;

/** Seconds that a bound found full is taken for full: a flood from one place asks the database six times a minute. */
const remembered = 10;
/** So many bounds at most: a flood of invented ones must not fill the memory. */
const mostRemembered = 50_000;
const fullUntil = new WeakMap<Ledger['pool'], Map<string, number>>();

/** Failures after which nobody is let in: for a name from one network, from a network, and for a name from those it is not known from. */
export function boundsOf(name: string, network: string): { own: Bound; from: Bound; all: Bound } {
  return {
    own: { key: keyOf('name from address', name, network), most: 5 },
    from: { key: keyOf('address', network), most: 30 },
    all: { key: keyOf('name', name), most: 50 },
  };
}

/**
 * Writes an attempt down under each bound, before it is known how it ends: a hundred guesses at once are a hundred failures, not one.
 * Answers the ids. Refuses sign-in.throttled where a bound is full, and writes nothing down then: a flood makes nothing grow, and the
 * bound opens when what filled it is a quarter of an hour old, however much was refused meanwhile.
 */
export async function noteAttempt(ledger: Ledger, bounds: readonly Bound[]): Promise<number[]> {
  const now = ledger.clock.now();
  const full = fullUntil.get(ledger.pool) ?? new Map<string, number>();
  fullUntil.set(ledger.pool, full);
  if (bounds.some(({ key }) => now.getTime() < (full.get(key.toString('hex')) ?? 0))) refuse('sign-in.throttled');

  const since = secondsAfter(now, -counted);
  const asked = sql`unnest(${bounds.map(({ key }) => key)}::bytea[], ${bounds.map(({ most }) => most)}::int[]) as b(key, most)`;
  // No further than to the row that decides.
  const { rows } = await sql<{ id: number; full: null } | { id: null; full: Buffer }>`
    with bounds as materialized (
      select b.key, exists (
        select from sign_in_failures f where f.key = b.key and f.at > ${since} offset b.most - 1) as is_full
      from ${asked}
    ), noted as (
      insert into sign_in_failures (key, at)
      select key, ${now} from bounds where not exists (select from bounds where is_full) returning id
    )
    select id, null::bytea as full from noted union all select null, key from bounds where is_full`.execute(ledger.db);
  const found = rows.flatMap((row) => row.full ?? []);
  for (const key of found) {
    if (full.size >= mostRemembered) full.clear();
    full.set(key.toString('hex'), secondsAfter(now, remembered).getTime());
  }
  if (found.length > 0) refuse('sign-in.throttled');
  // Those that came at the same moment did not see one another above.
  const { rows: over } = await sql`
    select from ${asked} where exists (
      select from sign_in_failures f where f.key = b.key and f.at > ${since} offset b.most)`.execute(ledger.db);
  if (over.length > 0) refuse('sign-in.throttled');
  return rows.flatMap(({ id }) => id ?? []);
}

/** Those of these ids, and all that is counted under the key. */
export async function forgetAttempts(ledger: Ledger, ids: readonly number[], key?: Buffer): Promise<void> {
  await sql`delete from sign_in_failures where id = any(${[...ids]}::bigint[]) or key = ${key ?? null}`.execute(ledger.db);
}

function keyOf(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
