import { type RawBuilder, sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import type { Ledger } from '../ledger.ts';

/** What a machine sells, and out of how many slots. */
export interface MachineWorth {
  /** Cents of a mean day. */
  dayCents: number;
  slots: number;
}

/** Of so many days the mean is taken; of a machine that is younger, of its days. */
const days = 28;

/** Of so many machines it is read each time; of more, all of the merchant's are, and kept for so many seconds. */
const few = 200;
const keptFor = 300;

const kept = new WeakMap<Ledger['pool'], Map<number, { until: number; worth: Promise<Map<number, MachineWorth>> }>>();

/**
 * What a day of these machines is worth: their mean sales over the last 28 days. It is an estimate, and the same for each slot with a good:
 * which goods would have been sold nobody knows.
 */
export async function readMachineWorth(
  ledger: Ledger,
  merchantId: number,
  machineIds: readonly number[],
): Promise<Map<number, MachineWorth>> {
  if (machineIds.length <= few) return await readWorth(ledger, merchantId, [...new Set(machineIds)]);
  const now = ledger.clock.now().getTime();
  const known = kept.get(ledger.pool) ?? new Map();
  kept.set(ledger.pool, known);
  const before = known.get(merchantId);
  if (before && now < before.until) return await before.worth;
  const worth = readWorth(ledger, merchantId, null);
  known.set(merchantId, { until: now + keptFor * 1000, worth });
  // What failed is not kept.
  worth.catch(() => known.delete(merchantId));
  return await worth;
}

/** Of these, or all: then each table is gone through once, and not machine by machine. */
async function readWorth(
  ledger: Ledger,
  merchantId: number,
  machineIds: readonly number[] | null,
): Promise<Map<number, MachineWorth>> {
  const now = ledger.clock.now();
  const since = secondsAfter(now, -days * 86_400);
  const ofThese = (id: RawBuilder<unknown>) => (machineIds === null ? sql`true` : sql`${id} = any(${machineIds}::bigint[])`);
  const { rows } = await sql<MachineWorth & { machineId: number }>`
    with sold as (
      select machine_id, sum(amount_cents) as cents from sales_rollups
      where merchant_id = ${merchantId} and grain = 'day' and bucket >= ${since} and ${ofThese(sql`machine_id`)}
      group by machine_id
    ), filled as (
      select machine_id, count(*)::int as slots from slots
      where merchant_id = ${merchantId} and goods_id is not null and ${ofThese(sql`machine_id`)}
      group by machine_id
    )
    select m.id as "machineId", coalesce(f.slots, 0) as slots, round(coalesce(s.cents, 0)
      / least(${days}, greatest(1, extract(epoch from ${now}::timestamptz - m.created_at) / 86400)))::bigint as "dayCents"
    from machines m left join sold s on s.machine_id = m.id left join filled f on f.machine_id = m.id
    where m.merchant_id = ${merchantId} and ${ofThese(sql`m.id`)}`.execute(ledger.db);
  return new Map(rows.map(({ machineId, ...worth }) => [machineId, worth]));
}

/** What a day without so many of its slots costs: their share. */
export function dayWithoutSlots(worth: MachineWorth | undefined, slots: number): number {
  if (!worth || worth.slots === 0) return 0;
  return Math.round((worth.dayCents * Math.min(slots, worth.slots)) / worth.slots);
}
