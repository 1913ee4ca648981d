import { type RawBuilder, sql } from 'kysely';

/**
 * What is wrong, by machine: `trouble` with machine_id, and how many slots are faulty, sold out and short, units held, and faults of the
 * machine as a whole; a row for each machine with any. A list of `with`. It costs what is wrong, and not what there is: each part is
 * read out of an index that holds the wrong alone, but for what is short, which only a slot with units of open orders can be.
 */
export function troubleSql(merchantId: number): RawBuilder<unknown> {
  return sql`
    amiss as (
      select s.machine_id, count(*) as faulty, 0 as sold_out, 0 as short, 0 as held, 0 as broken
      from slots s join machines m on m.merchant_id = s.merchant_id and m.id = s.machine_id
      where s.merchant_id = ${merchantId} and s.fault_code <> 1
        -- What another platform no longer tells of is kept for its history alone.
        and (m.upstream_integration_id is null or s.on_sale)
      group by s.machine_id
      union all
      select machine_id, 0, count(*), 0, 0, 0 from slots
      where merchant_id = ${merchantId} and sold_out_at is not null and on_sale and goods_id is not null
      group by machine_id
      union all
      select s.machine_id, 0, 0, count(*), 0, 0
      from (select distinct slot_id from dispenses
        where merchant_id = ${merchantId} and state in ('reserved', 'queued', 'sent', 'held')) d
      join slots s on s.merchant_id = ${merchantId} and s.id = d.slot_id
      where s.on_hand < s.reserved
      group by s.machine_id
      union all
      select s.machine_id, 0, 0, 0, count(*), 0
      from dispenses d join slots s on s.merchant_id = d.merchant_id and s.id = d.slot_id
      where d.merchant_id = ${merchantId} and d.state = 'held'
      group by s.machine_id
      union all
      select machine_id, 0, 0, 0, 0, jsonb_array_length(condition -> 'faults') from machine_conditions
      where merchant_id = ${merchantId} and condition -> 'faults' <> '[]'::jsonb
    ), trouble as (
      select machine_id, sum(faulty)::bigint as faulty, sum(sold_out)::bigint as sold_out, sum(short)::bigint as short,
        sum(held)::bigint as held, sum(broken)::bigint as broken
      from amiss group by machine_id
    )`;
}
