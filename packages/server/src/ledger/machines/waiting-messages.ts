import type { Ledger } from '../ledger.ts';
import { isOnline } from './is-online.ts';
import type { MachineMessageMethod } from './tell-machine.ts';

/** Most words sent to a machine at once; the rest goes with the next wake or sweep. */
const atOnce = 200;

export interface WaitingMessage {
  id: number;
  method: MachineMessageMethod;
  fields: Record<string, unknown>;
}

export interface WaitingMessages {
  machineNo: string;
  deviceKey: string;
  messages: WaitingMessage[];
}

/** What waits for a machine, oldest first; nothing while it is offline. */
export async function waitingMessages(
  ledger: Ledger,
  merchantId: number,
  machineId: number,
): Promise<WaitingMessages | undefined> {
  const messages = await ledger.db
    .selectFrom('machine_messages')
    .select(['id', 'method', 'fields'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('sent_at', 'is', null)
    .orderBy('id')
    .limit(atOnce)
    .execute();
  if (messages.length === 0) return undefined;
  const machine = await ledger.db
    .selectFrom('machines as m')
    .innerJoin('merchants as t', 't.id', 'm.merchant_id')
    .innerJoin('machine_status as s', (join) =>
      join.onRef('s.merchant_id', '=', 'm.merchant_id').onRef('s.machine_id', '=', 'm.id'),
    )
    .select([
      'm.machine_no as machineNo',
      't.device_key as deviceKey',
      's.last_seen_at as lastSeenAt',
      's.offline_at as offlineAt',
    ])
    .where('m.merchant_id', '=', merchantId)
    .where('m.id', '=', machineId)
    .executeTakeFirst();
  if (!machine || !isOnline(machine, ledger.clock.now(), ledger.rules.silence)) return undefined;
  return { machineNo: machine.machineNo, deviceKey: machine.deviceKey, messages: messages as unknown as WaitingMessage[] };
}

/** Marked after they were sent: after a crash they are said again, which is harmless. */
export async function markMessagesSent(ledger: Ledger, merchantId: number, ids: readonly number[]): Promise<void> {
  await ledger.db
    .updateTable('machine_messages')
    .set({ sent_at: ledger.clock.now() })
    .where('merchant_id', '=', merchantId)
    .where('id', 'in', [...ids])
    .execute();
}

/** Online machines for which something waits. */
export async function machinesWithMessages(ledger: Ledger, limit = 200): Promise<{ merchantId: number; machineId: number }[]> {
  const silent = new Date(ledger.clock.now().getTime() - ledger.rules.silence * 1000);
  return await ledger.db
    .selectFrom('machine_messages as w')
    .innerJoin('machine_status as s', (join) =>
      join.onRef('s.merchant_id', '=', 'w.merchant_id').onRef('s.machine_id', '=', 'w.machine_id'),
    )
    .select(['w.merchant_id as merchantId', 'w.machine_id as machineId'])
    .distinct()
    .where('w.sent_at', 'is', null)
    .where('s.last_seen_at', '>', silent)
    .where((eb) => eb.or([eb('s.offline_at', 'is', null), eb('s.offline_at', '<', eb.ref('s.last_seen_at'))]))
    .orderBy('w.merchant_id')
    .orderBy('w.machine_id')
    .limit(limit)
    .execute();
}
