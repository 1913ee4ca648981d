import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';

/**
 * Trades of other platforms' machines that became known after their refill belong to it: what it settled is told by that platform, and does not
 * wait for the next.
 */
export async function settleForeignTrades(trx: Trx, merchantId: number, machineIds: readonly number[]): Promise<void> {
  await sql`
    with late as (
      select t.id, (
        select r.id from refills r
        where r.merchant_id = t.merchant_id and r.machine_id = t.machine_id and r.source = 'upstream'
          and r.at >= coalesce(t.executed_at, t.paid_at, t.created_at)
        order by r.at, r.id limit 1
      ) as refill_id
      from trades t
      where t.merchant_id = ${merchantId} and t.machine_id = any(${[...machineIds]}::bigint[]) and t.refill_id is null and t.counts
    )
    update trades t set refill_id = late.refill_id from late
    where t.merchant_id = ${merchantId} and t.id = late.id and late.refill_id is not null`.execute(trx);
}
