import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { type EventDraft, recordEvents } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { paid, refunded } from './import-state.ts';
import type { SourceOrder } from './ports.ts';

export interface ReceiveOrders {
  merchantId: number;
  setId: number;
  orders: readonly SourceOrder[];
  /** Who sent or downloaded them. */
  by: string;
  cause: Cause;
}

export interface Received {
  added: number;
  /** Known orders of which something newer was told. */
  changed: number;
}

/**
 * Takes orders into a set, all or nothing. One that is known by its trans_id has its status, time of change and products updated when it
 * was changed later than what is known; one of our own when it is another than it was. It is never un-imported. That it was refunded after its
 * import is kept for a credit note.
 */
export async function receiveOrders(ledger: Ledger, { merchantId, setId, orders, by, cause }: ReceiveOrders): Promise<Received> {
  const latest = latestOf(orders);
  if (latest.length === 0) return { added: 0, changed: 0 };
  const now = ledger.clock.now();
  const rows = latest.map((order) => ({
    trans_id: order.transId,
    order_id: order.orderId ?? null,
    status: order.status,
    user_no: order.userNo,
    dev_id: order.devId,
    ordered_at: order.orderedAt,
    changed_at: order.changedAt,
    total_cents: order.products.reduce((sum, { amountCents }) => sum + amountCents, 0),
    products: order.products,
  }));
  return await inTransaction(ledger.db, async (trx) => {
    // An open order that is not paid any more is due only where a bill of it may be there: then the ERP has to be asked. What is stuck
    // may be mended by what is new.
    const { rows: taken } = await sql<{ id: number; transId: string; status: number; added: boolean; refundedNow: boolean }>`
      insert into book_orders as o (merchant_id, set_id, trans_id, order_id, status, user_no, dev_id, ordered_at, changed_at, total_cents,
        products, received_at, received_by, due_at)
      select ${merchantId}, ${setId}, d.trans_id, d.order_id, d.status, d.user_no, d.dev_id, d.ordered_at, d.changed_at, d.total_cents, d.products,
        ${now}, ${by}, case when d.status = ${paid} then ${now}::timestamptz end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d(trans_id text, order_id bigint, status smallint, user_no text, dev_id bigint,
        ordered_at timestamptz, changed_at timestamptz, total_cents bigint, products jsonb)
      order by d.trans_id
      on conflict (merchant_id, set_id, trans_id) do update set
        status = excluded.status, changed_at = excluded.changed_at, total_cents = excluded.total_cents, products = excluded.products,
        import_state = case when o.import_state = 'stuck' then 'open' else o.import_state end,
        due_at = case
          when o.import_state in ('imported', 'claimed') then o.due_at
          when excluded.status = ${paid} and o.import_state = 'stuck' then ${now}
          when excluded.status = ${paid} or o.unsettled_at is not null then coalesce(o.due_at, ${now})
          end,
        refunded_after_import_at = case
          when o.import_state = 'imported' and excluded.status = ${refunded} then coalesce(o.refunded_after_import_at, ${now})
          else o.refunded_after_import_at end
      where o.order_id is not distinct from excluded.order_id and case
        when excluded.order_id is null then excluded.changed_at > o.changed_at
        -- What a good's barcode or cost is now matters no more to an order that has its bill.
        else (excluded.status, excluded.total_cents) is distinct from (o.status, o.total_cents)
          or o.import_state <> 'imported' and excluded.products is distinct from o.products
        end
      returning o.id, o.trans_id as "transId", o.status, o.xmax = 0 as added,
        o.import_state = 'imported' and o.status = ${refunded} and o.refunded_after_import_at = ${now} as "refundedNow"`.execute(
      trx,
    );
    const events = taken.flatMap(({ id, transId, status, added, refundedNow }): EventDraft[] => {
      const data = { setId, bookOrderId: id, transId, status, by };
      const received: EventDraft = { merchantId, kind: added ? 'books.order-received' : 'books.order-changed', data };
      return refundedNow ? [received, { merchantId, kind: 'books.refunded-after-import', data }] : [received];
    });
    await recordEvents(ledger, trx, events, cause);
    const added = taken.filter((one) => one.added).length;
    return { added, changed: taken.length - added };
  });
}

/** One for each trans_id, the one that changed last: a page that is read while orders change may have an order twice. */
function latestOf(orders: readonly SourceOrder[]): SourceOrder[] {
  const latest = new Map<string, SourceOrder>();
  for (const order of orders) {
    const known = latest.get(order.transId);
    if (!known || known.changedAt <= order.changedAt) latest.set(order.transId, order);
  }
  return [...latest.values()];
}
