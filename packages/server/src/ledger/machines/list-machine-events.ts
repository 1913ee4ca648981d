import { type RawBuilder, sql } from 'kysely';
import type { Cause, EventKind } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { requireMachine } from './require-machine.ts';

/** Word for word what the index events_by_machine holds, or it is not used. */
export const machineEventsSql: RawBuilder<boolean> = sql`
  machine_id is not null and order_id is null and kind <> 'machine.layout-changed' and kind not like 'trade.%'
    and (kind <> 'machine.status-changed' or data -> 'changes' ?| array['online', 'offline'])`;

export interface MachineEvent {
  id: number;
  at: Date;
  kind: EventKind;
  data: Record<string, unknown>;
  /** Without the bytes. */
  cause: Omit<Cause, 'raw'>;
}

/**
 * What happened to a machine, the newest first: all but its orders, which have a life of their own. The next page is of those before the
 * last of this. Refuses machine.unknown.
 */
export async function listMachineEvents(
  ledger: Ledger,
  merchantId: number,
  machineId: number,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<MachineEvent[]> {
  await requireMachine(ledger, merchantId, machineId);
  const { rows } = await sql<MachineEvent>`
    select id, at, kind, data, cause - 'raw' as cause from events
    where merchant_id = ${merchantId} and machine_id = ${machineId} and ${machineEventsSql}
      and (${before ?? null}::bigint is null or id < ${before ?? null})
      -- Of our own machines the farewell or the silence is told as well.
      and not (kind = 'machine.status-changed' and not data -> 'changes' ? 'online' and exists (
        select from machines m where m.merchant_id = ${merchantId} and m.id = ${machineId} and m.upstream_integration_id is null))
    order by id desc limit ${limit}`.execute(ledger.db);
  return rows;
}
