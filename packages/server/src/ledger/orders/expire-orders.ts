import { inTransaction } from '../../database/transaction.ts';
import { eachApart } from '../apart.ts';
import type { Cause } from '../events/event.ts';
import { recordEvents } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { move } from '../transition.ts';
import { orderTransitions } from './order-state.ts';
import { releaseUnits } from './release-units.ts';

export interface ExpiryScope {
  merchantId?: number;
  machineId?: number;
  orderId?: number;
  /** Most orders of one call. */
  limit?: number;
  /** Waits for orders that others are changing, instead of leaving them to those: afterwards nothing due is left in the scope. */
  waiting?: boolean;
}

const sweep: Cause = { by: 'sweep' };

const expiry = move(orderTransitions, ['unpaid'], 'expired');

/** Closes the orders whose payment window has passed and gives their stock back. Answers how many it closed. */
export async function expireOrders(ledger: Ledger, scope: ExpiryScope = {}): Promise<number> {
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    let due = trx
      .selectFrom('orders')
      .select(['merchant_id', 'id', 'machine_id', 'trade_id', 'integration_id', 'notify_url'])
      .where('state', 'in', expiry.from)
      .where('expires_at', '<=', now);
    if (scope.merchantId !== undefined) due = due.where('merchant_id', '=', scope.merchantId);
    if (scope.machineId !== undefined) due = due.where('machine_id', '=', scope.machineId);
    if (scope.orderId !== undefined) due = due.where('id', '=', scope.orderId);
    const locking = due
      .orderBy('expires_at')
      .orderBy('id')
      .limit(scope.limit ?? 200)
      .forNoKeyUpdate();
    const orders = await (scope.waiting ? locking : locking.skipLocked()).execute();
    // Tenants in the order of their ids, as slots are locked by all writers.
    const tenants = [...Map.groupBy(orders, ({ merchant_id }) => merchant_id)].sort(([a], [b]) => a - b);
    for (const [merchantId, ids] of tenants) {
      const orderIds = ids.map(({ id }) => id);
      await trx
        .updateTable('orders')
        .set({ state: expiry.to, closed_at: now })
        .where('merchant_id', '=', merchantId)
        .where('id', 'in', orderIds)
        .execute();
      await releaseUnits(ledger, trx, merchantId, orderIds, sweep);
      await recordEvents(
        ledger,
        trx,
        ids.map((order) => ({
          merchantId,
          kind: 'order.expired' as const,
          orderId: order.id,
          machineId: order.machine_id,
          data: { tradeId: order.trade_id, integrationId: order.integration_id, notifyUrl: order.notify_url },
        })),
        sweep,
      );
    }
    return orders.length;
  });
}

/** As expireOrders, but an order that cannot be closed keeps no other from it: they are closed one by one then. */
export async function expireOrdersApart(ledger: Ledger): Promise<number> {
  try {
    return await expireOrders(ledger);
  } catch {
    const due = await ledger.db
      .selectFrom('orders')
      .select(['merchant_id as merchantId', 'id as orderId'])
      .where('state', 'in', expiry.from)
      .where('expires_at', '<=', ledger.clock.now())
      .orderBy('expires_at')
      .limit(1_000)
      .execute();
    return await eachApart(due, (order) => expireOrders(ledger, order));
  }
}
