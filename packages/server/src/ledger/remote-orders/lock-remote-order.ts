import type { Trx } from '../ledger.ts';
import type { Move } from '../transition.ts';
import type { RemoteOrderState } from './remote-order-state.ts';

export interface RemoteOrder {
  merchantId: number;
  orderId: number;
  machineId: number;
  integrationId: number;
  state: RemoteOrderState;
  noticeUntil: Date;
  acceptedAt: Date | null;
  nextQueryAt: Date | null;
  queries: number;
}

/** Holds the order: whoever changes what another platform dispenses does so first. Undefined when no other platform has it. */
export async function lockRemoteOrder(trx: Trx, merchantId: number, orderId: number): Promise<RemoteOrder | undefined> {
  const order = await trx
    .selectFrom('orders')
    .select('machine_id')
    .where('merchant_id', '=', merchantId)
    .where('id', '=', orderId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  const row =
    order &&
    (await trx
      .selectFrom('remote_orders')
      .selectAll()
      .where('merchant_id', '=', merchantId)
      .where('order_id', '=', orderId)
      .executeTakeFirst());
  if (!row) return undefined;
  return {
    merchantId,
    orderId,
    machineId: order.machine_id,
    integrationId: row.integration_id,
    state: row.state as RemoteOrderState,
    noticeUntil: row.notice_until,
    acceptedAt: row.accepted_at,
    nextQueryAt: row.next_query_at,
    queries: row.queries,
  };
}

export interface RemoteOrderChange {
  sent_at?: Date;
  accepted_at?: Date;
  finished_at?: Date;
  next_query_at: Date | null;
  queries?: number;
  reason?: string;
}

/** Of an order that the caller holds. */
export async function moveRemoteOrder(
  trx: Trx,
  remote: RemoteOrder,
  { from, to }: Move<RemoteOrderState>,
  change: RemoteOrderChange,
): Promise<void> {
  if (!from.includes(remote.state)) throw new Error(`A remote order that is ${remote.state} does not become ${to}.`);
  await updateRemoteOrder(trx, remote, { ...change, state: to });
  remote.state = to;
}

export async function updateRemoteOrder(
  trx: Trx,
  { merchantId, orderId }: RemoteOrder,
  change: RemoteOrderChange & { state?: RemoteOrderState },
): Promise<void> {
  await trx
    .updateTable('remote_orders')
    .set(change)
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .execute();
}

/** What events of it have in common. */
export function eventOf({ merchantId, orderId, machineId, integrationId }: RemoteOrder, data: Record<string, unknown> = {}) {
  return { merchantId, orderId, machineId, data: { integrationId, ...data } };
}
