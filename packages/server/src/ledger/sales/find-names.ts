import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { soldThroughSql } from '../orders/sold-through.sql.ts';
import { linesOfSql, sitesOfSql } from '../places/places-of.sql.ts';

export const namedKinds = ['machine', 'site', 'line', 'goods', 'channel'] as const;
export type NamedKind = (typeof namedKinds)[number];

export interface NamedThing {
  id: number;
  name: string;
  /** The machine's, the site's or the good's number. */
  code: string;
}

const source = {
  machine: sql`select id, name, machine_no as code, merchant_id from machines`,
  site: sql`select id, name, number as code, merchant_id from sites`,
  line: sql`select id, name, '' as code, merchant_id from lines`,
  goods: sql`select id, name, number as code, merchant_id from goods`,
  channel: sql`select id, coalesce(nullif(name, ''), dialect || ' ' || id) as name, dialect as code, merchant_id from integrations`,
};

/** Whether thing `x` is of these machines: one of them, where one stands, or through what one sold; goods are everybody's. */
function isOf(kind: NamedKind, merchantId: number, machineIds: readonly number[]): RawBuilder<unknown> {
  switch (kind) {
    case 'machine':
      return sql`id = any(${[...machineIds]}::bigint[])`;
    case 'site':
      return sql`id in (${sitesOfSql(merchantId, machineIds)})`;
    case 'line':
      return sql`id in (${linesOfSql(merchantId, machineIds)})`;
    case 'channel':
      return sql`(${soldThroughSql(sql`x`, machineIds)} or id in (
        select upstream_integration_id from machines where merchant_id = ${merchantId} and id = any(${[...machineIds]}::bigint[])))`;
    case 'goods':
      return sql`true`;
  }
}

/**
 * Things by which sales are filtered: those of these ids, and those whose name or number has `find` in it, by name, `limit` at most; with a
 * `scope` those of its machines alone.
 */
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
      and ${scope ? isOf(kind, merchantId, scope) : sql`true`}
    order by id = any(${[...ids]}::bigint[]) desc, name, id limit ${limit + ids.length}`.execute(ledger.db);
  return rows;
}
