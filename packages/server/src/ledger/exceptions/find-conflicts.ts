import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import { lookBack } from './patience.ts';
import type { FindProblems } from './problem.ts';

/** Most conflicts that are looked at: a machine that talks nonsense must not fill the page. */
const most = 2_000;

/**
 * What contradicts something that was known, of the last 30 days and not acknowledged, by kind and machine. The key names the latest, so that
 * who acknowledges it acknowledges what was on the page and nothing that came since.
 */
export const findConflicts: FindProblems = async (ledger, { merchantId, machineIds }) => {
  const { rows } = await sql<{
    conflict: string;
    machineId: number | null;
    since: Date;
    count: number;
    latest: number;
    orderIds: (number | null)[];
  }>`
    select kind as conflict, machine_id as "machineId", min(at) as since, count(*)::int as count, max(id) as latest,
      (array_agg(order_id order by id desc))[1:5] as "orderIds"
    from (
      select e.* from events e
      where e.merchant_id = ${merchantId} and e.kind like 'conflict.%' and e.at > ${secondsAfter(ledger.clock.now(), -lookBack.conflicts)}
        and not exists (select from acknowledgements k where k.merchant_id = e.merchant_id and k.event_id = e.id)
        and (${machineIds}::bigint[] is null or e.machine_id = any(${machineIds}::bigint[]))
      order by e.id desc limit ${most}
    ) e
    group by kind, machine_id`.execute(ledger.db);
  return rows.map(({ conflict, machineId, since, count, latest, orderIds }) => {
    const orders = [...new Set(orderIds.filter((id) => id !== null))];
    return {
      kind: 'conflict',
      key: conflictKey(conflict, machineId, latest),
      ...{ since, machineId, orderId: orders.length === 1 ? (orders[0] ?? null) : null, count },
      ...{ costCents: null, costPer: null },
      action: 'acknowledge',
      facts: { conflict, order_ids: orders },
    };
  });
};

const conflictKey = (kind: string, machineId: number | null, latest: number) => `${kind}:${machineId ?? 'none'}:${latest}`;

/** What a conflict's key names; undefined for what is none. */
export function readConflictKey(key: string): { kind: string; machineId: number | null; latest: number } | undefined {
  const [, kind, machine, latest] = /^(conflict\.[a-z-]+):(none|\d{1,15}):(\d{1,15})$/.exec(key) ?? [];
  if (!kind || !machine || !latest) return undefined;
  return { kind, machineId: machine === 'none' ? null : Number(machine), latest: Number(latest) };
}
