import { type RawBuilder, sql } from 'kysely';
import type { SalesDimension } from './sales-dimension.ts';

/** What is not in our catalogue, as it was called when it was sold. */
const told = sql`case when c.key like '#%' then coalesce(nullif(split_part(substr(c.key, 2), chr(31), 2), ''), split_part(substr(c.key, 2), chr(31), 1)) else '' end`;

/** What row `c` of a dimension is called now, of what `joinOf` joins to it as `x`; where there is none, as its key. */
export const nameOf: Partial<Record<SalesDimension, RawBuilder<unknown>>> = {
  machine: sql`coalesce(x.name, '')`,
  site: sql`coalesce(x.name, '')`,
  line: sql`coalesce(x.name, '')`,
  area: sql`coalesce(x.name, '')`,
  goods: sql`coalesce(x.name, ${told})`,
  category: sql`coalesce(x.title, ${told})`,
  channel: sql`coalesce(nullif(x.name, ''), x.dialect || ' ' || x.id, '')`,
};

/** Its number; where there is none, ''. */
export const codeOf: Partial<Record<SalesDimension, RawBuilder<unknown>>> = {
  machine: sql`coalesce(x.machine_no, '')`,
  site: sql`coalesce(x.number, '')`,
  goods: sql`coalesce(x.number, case when c.key like '#%' then split_part(substr(c.key, 2), chr(31), 1) else '' end)`,
  channel: sql`coalesce(x.dialect, '')`,
};

export function joinOf(merchantId: number): Partial<Record<SalesDimension, RawBuilder<unknown>>> {
  const by = (table: string) => sql`left join ${sql.table(table)} x on x.merchant_id = ${merchantId}
    and x.id = case when c.key ~ '^[0-9]+$' then c.key::bigint end`;
  return {
    machine: by('machines'),
    site: by('sites'),
    line: by('lines'),
    area: by('areas'),
    goods: by('goods'),
    category: by('categories'),
    channel: by('integrations'),
  };
}
