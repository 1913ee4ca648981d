import { type RawBuilder, sql } from 'kysely';
import type { Trx } from '../../ledger.ts';

/**
 * When a business day opens: at the hour at which the one before closes, by the clocks of the shop `s`. An hour that the clocks skip is
 * the one after it, one that comes twice is its second coming.
 */
export const opensAt = (day: RawBuilder<unknown>) => sql`((${day})::date + s.day_closes_at::time) at time zone s.time_zone`;

/** The day after `day`, as text. */
export const dayAfter = (day: RawBuilder<unknown>) => sql`to_char((${day})::date + 1, 'YYYY-MM-DD')`;

/** A time as the shop's clocks show it, `YYYY-MM-DD HH:mm:ss`. */
export const clockFace = (at: RawBuilder<unknown>) => sql`to_char((${at}) at time zone s.time_zone, 'YYYY-MM-DD HH24:MI:SS')`;

/** The business day of a time: the last that had opened. */
export const businessDayOf = (at: RawBuilder<unknown>) => sql`(
    select to_char(max(d), 'YYYY-MM-DD')
    from generate_series(((${at}) at time zone s.time_zone)::date - 2, ((${at}) at time zone s.time_zone)::date + 1, interval '1 day') as d
    where ${opensAt(sql`d`)} <= ${at}
  )`;

export interface Stamp {
  /** `YYYY-MM-DD` */
  businessDay: string;
  /** Of each of the times asked for. */
  faces: string[];
}

/** The business day of the first time, and all as the shop's clocks show them. */
export async function stampTimes(
  trx: Trx,
  shop: { merchantId: number; shopId: number },
  ...times: [Date, ...Date[]]
): Promise<Stamp> {
  const { rows } = await sql<Stamp>`
    select ${businessDayOf(sql`${times[0]}::timestamptz`)} as "businessDay",
      array(select ${clockFace(sql`t.at`)} from unnest(${times}::timestamptz[]) with ordinality as t(at, n) order by t.n) as faces
    from pos_shops s where s.merchant_id = ${shop.merchantId} and s.id = ${shop.shopId}`.execute(trx);
  const [stamp] = rows;
  if (!stamp) throw new Error(`There is no shop ${shop.shopId}.`);
  return stamp;
}
