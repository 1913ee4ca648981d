import { secondsAfter } from '../clock.ts';
import { unitMoves } from '../dispensing/dispense-state.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';

interface PaidOrder {
  merchantId: number;
  orderId: number;
  machineId: number;
  /** Through which the machine is known. */
  integrationId: number;
  cause: Cause;
}

/** An order that has just been paid, at a machine of another platform, is to be told there. The caller holds the order. */
export async function queueRemoteOrder(
  ledger: Ledger,
  trx: Trx,
  { merchantId, orderId, machineId, integrationId, cause }: PaidOrder,
): Promise<void> {
  const now = ledger.clock.now();
  const noticeUntil = secondsAfter(now, ledger.rules.noticeWindow);
  await trx
    .insertInto('remote_orders')
    .values({
      merchant_id: merchantId,
      order_id: orderId,
      integration_id: integrationId,
      state: 'queued',
      notice_until: noticeUntil,
      next_query_at: noticeUntil,
    })
    .execute();
  await trx
    .updateTable('dispenses')
    .set({ state: unitMoves.queue.to, changed_at: now })
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('state', 'in', unitMoves.queue.from)
    .execute();
  const data = { integrationId, noticeUntil };
  await recordEvent(ledger, trx, { merchantId, kind: 'remote-order.notice-due', orderId, machineId, data }, cause);
}
