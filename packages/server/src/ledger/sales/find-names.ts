import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

export const namedKinds = ['machine', 'site', 'line', 'goods', 'channel'] as const;
export type NamedKind = (typeof namedKinds)[number];

export interface NamedThing {
  id: number;
  name: string;
  /** The machine's, the site's or the good's number. */
  code: string;
}

const source = {
  machine: sql`select id, name, machine_no as code, id as machine_id, merchant_id from machines`,
  site: sql`select id, name, number as code, null::bigint as machine_id, merchant_id from sites`,
  line: sql`select id, name, '' as code, null::bigint as machine_id, merchant_id from lines`,
  goods: sql`select id, name, number as code, null::bigint as machine_id, merchant_id from goods`,
  channel: sql`select id, coalesce(nullif(name, ''), dialect || ' ' || id) as name, dialect as code, null::bigint as machine_id, merchant_id from integrations`,
};

/** Things by which sales are filtered: those of these ids, and those whose name or number has `find` in it, by name, `limit` at most. */
export async function findNames(
  ledger: Ledger,
  merchantId: number,
  kind: NamedKind,
  {
    find,
    ids = [],
    scope,
    limit,
  }: { find: string; ids?: readonly number[]; scope?: readonly number[] | undefined; limit: number },
): Promise<NamedThing[]> {
  const { rows } = await sql<NamedThing>`
    select id, name, code from (${source[kind]}) x
    where merchant_id = ${merchantId} and (id = any(${[...ids]}::bigint[]) or strpos(lower(name), lower(${find})) > 0 or strpos(code, ${find}) > 0)
      and ${scope ? sql`(machine_id is null or machine_id = any(${[...scope]}::bigint[]))` : sql`true`}
    order by id = any(${[...ids]}::bigint[]) desc, name, id limit ${limit + ids.length}`.execute(ledger.db);
  return rows;
}
