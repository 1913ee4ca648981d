import { sql } from 'kysely';
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

/**
 * What a day of these machines is worth: their mean sales over the last 28 days. It is an estimate, and the same for each slot with a good:
 * which goods would have been sold nobody knows.
 */
export async function readMachineWorth(
  ledger: Ledger,
  merchantId: number,
  machineIds: readonly number[],
): Promise<Map<number, MachineWorth>> {
  const now = ledger.clock.now();
  const since = secondsAfter(now, -days * 86_400);
  const { rows } = await sql<MachineWorth & { machineId: number }>`
    select m.id as "machineId", slot.slots,
      round(coalesce(sold.cents, 0) / least(${days}, greatest(1, extract(epoch from ${now}::timestamptz - m.created_at) / 86400)))::bigint as "dayCents"
    from machines m
    cross join lateral (
      select sum(amount_cents) as cents from sales_rollups
      where merchant_id = m.merchant_id and grain = 'day' and machine_id = m.id and bucket >= ${since}
    ) sold
    cross join lateral (
      select count(*)::int as slots from slots where merchant_id = m.merchant_id and machine_id = m.id and goods_id is not null
    ) slot
    where m.merchant_id = ${merchantId} and m.id = any(${[...new Set(machineIds)]}::bigint[])`.execute(ledger.db);
  return new Map(rows.map(({ machineId, ...worth }) => [machineId, worth]));
}

/** What a day without so many of its slots costs: their share. */
export function dayWithoutSlots(worth: MachineWorth | undefined, slots: number): number {
  if (!worth || worth.slots === 0) return 0;
  return Math.round((worth.dayCents * Math.min(slots, worth.slots)) / worth.slots);
}
