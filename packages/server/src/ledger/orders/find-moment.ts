import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** A machine, and a time in words that people write. */
const written =
  /^(?<machine>\S+)\s+(?:(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})[\sT]+)?(?<hour>\d{1,2})[:：](?<minute>\d{2})(?:[:：](?<second>\d{2}))?$/u;

/**
 * `10000001 2025-06-01 14:30` and `10000001 14:30`, which is of the last day on which that was: a machine by its number or its name, and a
 * time in that zone. Undefined where it is none, or there is no such machine or time.
 */
export async function findMoment(
  ledger: Ledger,
  { merchantId, text, timeZone }: { merchantId: number; text: string; timeZone: string },
): Promise<{ machineId: number; machineNo: string; at: Date } | undefined> {
  const parts = written.exec(text)?.groups;
  if (!parts) return undefined;
  const { machine, year, month, day, hour, minute, second = '00' } = parts;
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const date = year === undefined ? null : dateOf(Number(year), Number(month), Number(day));
  if (date === undefined) return undefined;
  const now = ledger.clock.now();
  const { rows } = await sql<{ machineId: number; machineNo: string; at: Date }>`
    select m.id as "machineId", m.machine_no as "machineNo", case
        when ${date}::date is null and told.at > ${now}::timestamptz then (told.wall - interval '1 day') at time zone ${timeZone}
        else told.at end as at
    from machines m
    cross join lateral (
      select wall, wall at time zone ${timeZone} as at from (
        select coalesce(${date}::date, (${now}::timestamptz at time zone ${timeZone})::date) + make_time(${hours}, ${minutes}, ${seconds}) as wall
      ) w
    ) told
    where m.merchant_id = ${merchantId} and (m.machine_no = ${machine} or m.name = ${machine})
    order by m.machine_no = ${machine} desc, m.id limit 1`.execute(ledger.db);
  return rows[0];
}

/** Undefined where there is no such day. */
function dateOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.toISOString().slice(0, 10);
}
