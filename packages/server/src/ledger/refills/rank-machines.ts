import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { noFault } from '../machines/set-slot-fault.ts';

export interface RefillFilter {
  merchantId: number;
  /** No others, whatever else is asked: also whom a person may see. */
  machineIds?: readonly number[] | undefined;
  areaId?: number | undefined;
  lineId?: number | undefined;
  siteId?: number | undefined;
  /** Part of a machine's number or name, or of its site's name. */
  search?: string | undefined;
  /** Only machines of which a slot is sold out; or sold out, or low. */
  urgency?: 'sold-out' | 'low' | undefined;
}

/** A machine of our own, and how many of the slots that it sells from are empty, low or faulty. */
export interface RankedMachine {
  id: number;
  machineNo: string;
  name: string;
  address: string;
  siteId: number | null;
  siteName: string;
  lineId: number | null;
  lineName: string;
  soldSlots: number;
  soldOutSlots: number;
  lowSlots: number;
  faultySlots: number;
  lastRefilledAt: Date | null;
}

/**
 * Machines by how much seems to be lost at them: their takings of this month and the last, as far as their slots are empty, and half as
 * far as they are low. It reads slots and monthly sums alone, so that ten thousand machines are ranked at once; who needs it exact
 * asks for the slots of a few (readSlotNeeds).
 */
export async function rankMachines(
  ledger: Ledger,
  filter: RefillFilter,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ machines: RankedMachine[]; total: number }> {
  const { merchantId } = filter;
  const now = ledger.clock.now();
  const { rows } = await sql<RankedMachine & { total: number }>`
    with lack as (
      select s.machine_id, count(*)::int as sold, count(*) filter (where s.on_hand <= s.reserved)::int as out,
        count(*) filter (where s.on_hand > s.reserved and s.on_hand < s.capacity
          and (s.on_hand - s.reserved <= s.alert_threshold or (s.on_hand - s.reserved) * 4 <= s.capacity))::int as low,
        count(*) filter (where s.fault_code <> ${noFault})::int as faulty, sum(greatest(0, s.capacity - s.on_hand)) as missing
      from slots s
      where s.merchant_id = ${merchantId} and s.on_sale and s.goods_id is not null
        and (${filter.machineIds ?? null}::bigint[] is null or s.machine_id = any(${filter.machineIds ?? null}::bigint[]))
      group by s.machine_id
    ), found as (
      select m.id, coalesce(l.sold, 0) as sold, coalesce(l.out, 0) as out, coalesce(l.low, 0) as low, coalesce(l.faulty, 0) as faulty,
        coalesce(l.missing, 0) as missing, coalesce(t.cents * (l.out + l.low * 0.5) / l.sold, 0) as lost
      from machines m
      left join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
      left join lines n on n.merchant_id = p.merchant_id and n.id = p.line_id
      left join lack l on l.machine_id = m.id
      cross join lateral (
        select sum(r.amount_cents) as cents from sales_rollups r
        where r.merchant_id = m.merchant_id and r.grain = 'month' and r.machine_id = m.id
          and r.bucket >= date_trunc('month', ${now}::timestamptz, 'UTC') - interval '1 month'
      ) t
      where ${sql.join(conditionsOf(filter), sql` and `)}
    ), page as (
      select *, count(*) over () as total from found
      order by lost desc, out desc, low desc, missing desc, id limit ${limit} offset ${offset}
    )
    select m.id, m.machine_no as "machineNo", m.name, coalesce(nullif(m.address, ''), p.address, '') as address, p.id as "siteId",
      coalesce(p.name, '') as "siteName", n.id as "lineId", coalesce(n.name, '') as "lineName", f.sold as "soldSlots",
      f.out as "soldOutSlots", f.low as "lowSlots", f.faulty as "faultySlots", f.total, (
        select max(s.refilled_at) from settlements s where s.merchant_id = m.merchant_id and s.machine_id = m.id
      ) as "lastRefilledAt"
    from page f
    join machines m on m.merchant_id = ${merchantId} and m.id = f.id
    left join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
    left join lines n on n.merchant_id = p.merchant_id and n.id = p.line_id
    order by f.lost desc, f.out desc, f.low desc, f.missing desc, f.id`.execute(ledger.db);
  return { machines: rows.map(({ total: _, ...machine }) => machine), total: Number(rows[0]?.total ?? 0) };
}

function conditionsOf({ merchantId, machineIds, areaId, lineId, siteId, search, urgency }: RefillFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [sql`m.merchant_id = ${merchantId} and m.upstream_integration_id is null`];
  if (machineIds) conditions.push(sql`m.id = any(${[...machineIds]}::bigint[])`);
  if (areaId !== undefined) conditions.push(sql`n.area_id = ${areaId}`);
  if (lineId !== undefined) conditions.push(sql`p.line_id = ${lineId}`);
  if (siteId !== undefined) conditions.push(sql`m.site_id = ${siteId}`);
  if (urgency === 'sold-out') conditions.push(sql`l.out > 0`);
  if (urgency === 'low') conditions.push(sql`l.out + l.low > 0`);
  if (search) {
    const like = `%${search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    conditions.push(sql`(m.machine_no like ${like} or m.name ilike ${like} or p.name ilike ${like})`);
  }
  return conditions;
}
