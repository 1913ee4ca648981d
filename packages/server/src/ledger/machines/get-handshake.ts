import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { machineEventsSql } from './list-machine-events.ts';
import { onlineSql } from './online.sql.ts';

/** How far a new machine has come, derived from the facts; null: not yet. */
export interface Handshake {
  online: boolean;
  /** When it was first heard, and when it last said that it booted. */
  connectedAt: Date | null;
  bootedAt: Date | null;
  /** The latest. */
  heartbeatAt: Date | null;
  /** Slots of which the machine said something itself, of all, and when the latest was. */
  slotsReported: number;
  slots: number;
  slotsReportedAt: Date | null;
  /** The latest test dispense that the machine answered, and whether it dropped. */
  testedAt: Date | null;
  testDropped: boolean | null;
  /** In operation and online, with slots for sale that hold a good. */
  live: boolean;
  slotsForSale: number;
}

/** Of a machine of our own. Refuses machine.unknown. */
export async function getHandshake(ledger: Ledger, merchantId: number, machineId: number): Promise<Handshake> {
  const { rows } = await sql<Omit<Handshake, 'live'> & { operational: boolean }>`
    select m.operational, ${onlineSql(ledger)} as online, coalesce(turned.at, t.last_seen_at) as "connectedAt", t.booted_at as "bootedAt",
      t.heartbeat_at as "heartbeatAt", s.reported as "slotsReported", s.slots, s.reported_at as "slotsReportedAt",
      test.at as "testedAt", test.dropped as "testDropped", s.for_sale as "slotsForSale"
    from machines m
    left join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
    cross join lateral (
      select count(*) as slots, count(told.at) as reported, max(told.at) as reported_at,
        count(*) filter (where s.on_sale and s.fault_code = 1 and s.goods_id is not null and s.on_hand > s.reserved) as for_sale
      from slots s cross join lateral (select greatest(s.told_at, s.reported_at) as at) told
      where s.merchant_id = m.merchant_id and s.machine_id = m.id and s.merged_into_id is null
    ) s
    left join lateral (
      select at from events where merchant_id = m.merchant_id and machine_id = m.id and ${machineEventsSql}
        and kind = 'machine.status-changed' and data -> 'changes' ? 'online' order by id limit 1
    ) turned on true
    left join lateral (
      select at, (data ->> 'delivered')::int > 0 as dropped from events
      where merchant_id = m.merchant_id and machine_id = m.id and ${machineEventsSql} and kind = 'dispense.test-settled'
      order by id desc limit 1
    ) test on true
    where m.merchant_id = ${merchantId} and m.id = ${machineId} and m.upstream_integration_id is null`.execute(ledger.db);
  const [found] = rows;
  if (!found) refuse('machine.unknown', String(machineId));
  const { operational, ...handshake } = found;
  return { ...handshake, live: operational && handshake.online && handshake.slotsForSale > 0 };
}
