import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { machineEventsSql } from './list-machine-events.ts';
import { onlineSql } from './online.sql.ts';

export interface OnlineHistory {
  from: Date;
  to: Date;
  /** Seconds of the period in which it was online. */
  onlineSeconds: number;
  /** In their order, without a gap; the last is as was told last. */
  spans: { from: Date; to: Date; online: boolean }[];
}

/** Turns of one machine that are looked at: one that flickers more often is told of for as long as these reach. */
const mostTurns = 2_000;

/** When a machine was online between `from` and now, or since it was added. Derived from its events. Refuses machine.unknown. */
export async function readOnlineHistory(
  ledger: Ledger,
  merchantId: number,
  machineId: number,
  from: Date,
): Promise<OnlineHistory> {
  const now = ledger.clock.now();
  const { rows: machines } = await sql<{ createdAt: Date; online: boolean }>`
    select m.created_at as "createdAt", ${onlineSql(ledger)} as online
    from machines m left join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
    where m.merchant_id = ${merchantId} and m.id = ${machineId}`.execute(ledger.db);
  const [machine] = machines;
  if (!machine) refuse('machine.unknown', String(machineId));
  const { rows: turns } = await sql<{ at: Date; online: boolean }>`
    select at, coalesce(data -> 'changes' ? 'online', false) as online from events
    where merchant_id = ${merchantId} and machine_id = ${machineId} and ${machineEventsSql} and at >= ${from}
      and kind in ('machine.offline', 'machine.status-changed')
      -- Both within a second: how it ended, another event says.
      and not coalesce(data -> 'changes' ?& array['online', 'offline'], false)
    order by id desc limit ${mostTurns}`.execute(ledger.db);
  turns.reverse();
  const oldest = turns.length === mostTurns ? turns[0]?.at : undefined;
  const began = [from, machine.createdAt, ...(oldest ? [oldest] : [])].reduce((a, b) => (a > b ? a : b));
  return spansOf(began, now, turns, machine.online);
}

function spansOf(from: Date, to: Date, turns: readonly { at: Date; online: boolean }[], isOnline: boolean): OnlineHistory {
  const spans: OnlineHistory['spans'] = [];
  // Before its first turn it was the other.
  let [since, online] = [from, turns[0] ? !turns[0].online : isOnline];
  for (const turn of turns) {
    if (turn.online === online) continue;
    if (turn.at > since) spans.push({ from: since, to: turn.at, online });
    [since, online] = [turn.at, turn.online];
  }
  if (to > since) spans.push({ from: since, to, online });
  const onlineSeconds = spans.reduce(
    (sum, span) => sum + (span.online ? (span.to.getTime() - span.from.getTime()) / 1000 : 0),
    0,
  );
  return { from, to, onlineSeconds, spans };
}
