import type { Trx } from '../ledger.ts';
import { lockFetched } from '../pickup-codes/lock-fetched.ts';
import { type LockedSlot, lockSlots } from '../stock/lock-slots.ts';
import type { CommandState } from './dispense-state.ts';
import type { Drive } from './lock-times.ts';
import type { SettledCommand } from './settle-line.ts';

export interface CommandRef {
  merchantId: number;
  machineId: number;
  commandId: number;
}

export interface LockedCommand extends SettledCommand {
  id: number;
  state: CommandState;
  drive: Drive;
  sentAt: Date | undefined;
  slot: LockedSlot;
  /** Behind its order stands a pickup code, which is held too. */
  fetching: boolean;
}

/** Holds a command with its slot (slot first, as everywhere; before it the order behind a pickup code, and the code). Undefined when the machine has no such command. */
export async function lockCommand(
  trx: Trx,
  { merchantId, machineId, commandId }: CommandRef,
): Promise<LockedCommand | undefined> {
  const found = await trx
    .selectFrom('dispense_commands as c')
    .innerJoin('slots as s', (join) => join.onRef('s.merchant_id', '=', 'c.merchant_id').onRef('s.id', '=', 'c.slot_id'))
    .innerJoin('cabinets as b', (join) => join.onRef('b.merchant_id', '=', 's.merchant_id').onRef('b.id', '=', 's.cabinet_id'))
    .leftJoin('orders as o', (join) => join.onRef('o.merchant_id', '=', 'c.merchant_id').onRef('o.id', '=', 'c.order_id'))
    .select(['c.slot_id', 'c.order_id', 'b.drive', 'o.state as order_state', 'o.paid_at'])
    .where('c.merchant_id', '=', merchantId)
    .where('c.machine_id', '=', machineId)
    .where('c.id', '=', commandId)
    .executeTakeFirst();
  if (!found) return undefined;
  // A code, and no payment: an order that was paid for is never looked at for one.
  const fetching = (found.order_state === 'fetched' || found.order_state === 'refunded') && found.paid_at === null;
  if (fetching) await lockFetched(trx, merchantId, [found.order_id]);
  const slot = (await lockSlots(trx, merchantId, [found.slot_id])).get(found.slot_id);
  const command = await trx
    .selectFrom('dispense_commands')
    .select(['state', 'sent_at', 'batch_id', 'order_id', 'line_id', 'integration_id', 'notify_url'])
    .where('merchant_id', '=', merchantId)
    .where('id', '=', commandId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!slot || !command) return undefined;
  return {
    merchantId,
    machineId,
    id: commandId,
    state: command.state as CommandState,
    drive: found.drive,
    sentAt: command.sent_at ?? undefined,
    slot,
    fetching,
    batchId: command.batch_id,
    orderId: command.order_id,
    lineId: command.line_id,
    integrationId: command.integration_id,
    notifyUrl: command.notify_url,
  };
}
