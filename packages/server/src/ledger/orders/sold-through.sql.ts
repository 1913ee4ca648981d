import { type RawBuilder, sql } from 'kysely';

/** Whether orders of these machines came through integration `i`: one look into an index for each of them, until one is found. */
export const soldThroughSql = (i: RawBuilder<unknown>, machineIds: readonly number[]): RawBuilder<unknown> => sql`
  exists (select from unnest(${[...machineIds]}::bigint[]) m(id) cross join lateral (
    select from orders o where o.merchant_id = ${i}.merchant_id and o.machine_id = m.id and o.integration_id = ${i}.id limit 1) o)`;
