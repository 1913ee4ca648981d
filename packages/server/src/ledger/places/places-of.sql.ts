import { type RawBuilder, sql } from 'kysely';

/** The sites at which these machines stand. */
export const sitesOfSql = (merchantId: number, machineIds: readonly number[]): RawBuilder<unknown> =>
  sql`select site_id from machines where merchant_id = ${merchantId} and id = any(${[...machineIds]}::bigint[])`;

/** The lines on which they stand. */
export const linesOfSql = (merchantId: number, machineIds: readonly number[]): RawBuilder<unknown> =>
  sql`select line_id from sites where merchant_id = ${merchantId} and id in (${sitesOfSql(merchantId, machineIds)})`;
