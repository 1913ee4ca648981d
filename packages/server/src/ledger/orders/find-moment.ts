import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { Reading } from './read-pasted.ts';

/** Where and when an order was, as far as somebody said. */
export interface Moment {
  /** Null: wherever. */
  machineIds: number[] | null;
  /** The one machine, where it is one. */
  machineId: number | null;
  /** Where a time or a day was said too: their numbers, by which no order is meant. */
  machineNos: string[];
  /** It by its name and its number; else what was said of the place. */
  place: string;
  /** What lies an hour around it, nearest first; null: the latest. */
  at: Date | null;
  /** The day, where no time of it was said. */
  day: string | null;
  from: Date | null;
  to: Date | null;
}

export interface MomentSearch {
  merchantId: number;
  machineIds: readonly number[] | null;
  readings: readonly Reading[];
  timeZone: string;
}

/** Undefined where neither a place nor a time was said, or there is no such place. A time without a day is of the last day on which that was. */
export async function findMoment(ledger: Ledger, search: MomentSearch): Promise<Moment | undefined> {
  for (const reading of search.readings) {
    const moment = await momentOf(ledger, search, reading);
    if (moment) return moment;
  }
  return undefined;
}

async function momentOf(ledger: Ledger, search: MomentSearch, reading: Reading): Promise<Moment | undefined> {
  const { place, day, clock } = reading;
  const isTimed = day !== undefined || clock !== undefined;
  if (place === '' && !isTimed) return undefined;
  const machines = place === '' ? null : await machinesAt(ledger, search, reading);
  if (machines?.length === 0) return undefined;
  const [only] = machines?.length === 1 ? machines : [];
  return {
    machineIds: machines?.map(({ id }) => id) ?? null,
    machineId: only?.id ?? null,
    machineNos: (isTimed && machines?.map(({ no }) => no)) || [],
    place: only ? (only.name.includes(only.no) ? only.name : `${only.name} ${only.no}`.trim()) : place,
    day: clock === undefined ? (day ?? null) : null,
    ...(await timesOf(ledger, reading, search.timeZone)),
  };
}

/** Most machines of a site that are looked at. */
const mostMachines = 100;

/** A machine whose number stands there; else those of that name, or at the site of that name. */
async function machinesAt(ledger: Ledger, { merchantId, machineIds }: MomentSearch, { place, isName }: Reading) {
  const numbers = isName ? [] : place.split(/[^\w-]+/u);
  const { rows } = await sql<{ id: number; no: string; name: string }>`
    select id, no, name from (
      select m.id, m.machine_no as no, m.name, rank() over (order by case
        when m.machine_no = any(${numbers}::text[]) then 0 when lower(m.name) = lower(${place}) then 1 else 2 end) as rank
      from machines m left join sites s on s.merchant_id = m.merchant_id and s.id = m.site_id
      where m.merchant_id = ${merchantId} and (${machineIds}::bigint[] is null or m.id = any(${machineIds}::bigint[]))
        and (m.machine_no = any(${numbers}::text[]) or lower(${place}) in (lower(m.name), lower(s.name)))
    ) found where rank = 1 order by id limit ${mostMachines}`.execute(ledger.db);
  return rows;
}

async function timesOf(ledger: Ledger, reading: Reading, timeZone: string) {
  const [day, clock] = [reading.day ?? null, reading.clock ?? null];
  const now = ledger.clock.now();
  const { rows } = await sql<{ at: Date | null; from: Date | null; to: Date | null }>`
    select case when ${day}::date is null and told.at > ${now}::timestamptz then (told.wall - interval '1 day') at time zone ${timeZone}
        else told.at end as at,
      case when ${clock}::time is null then ${day}::date::timestamp at time zone ${timeZone} end as "from",
      case when ${clock}::time is null then (${day}::date + 1)::timestamp at time zone ${timeZone} end as "to"
    from (
      select wall, wall at time zone ${timeZone} as at
      from (select coalesce(${day}::date, (${now}::timestamptz at time zone ${timeZone})::date) + ${clock}::time as wall) w
    ) told`.execute(ledger.db);
  return rows[0] ?? { at: null, from: null, to: null };
}

/** The day of a time in a zone, YYYY-MM-DD. */
export const dayIn = (timeZone: string, time: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(time);
