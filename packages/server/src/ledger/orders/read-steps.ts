import { sql } from 'kysely';
import type { Cause } from '../events/event.ts';
import type { Db } from '../ledger.ts';

export type StepKind =
  | 'event'
  | 'payment'
  | 'stock'
  | 'command'
  | 'answer'
  | 'outcome'
  | 'code'
  | 'notification'
  | 'attempt'
  | 'bill'
  | 'import';

/** One step of an order's life, from whatever part of the ledger knows it. */
export interface Step {
  /** Names it within its order. */
  ref: string;
  at: Date;
  what: StepKind;
  title: string;
  detail: Record<string, unknown>;
  /** Of an event and a payment: the message that made it happen, with its bytes. */
  cause: Cause | null;
  /** What the machine said, what we told and what was answered: word for word, where it was kept. */
  raw: string | null;
}

/**
 * Everything that is known of an order, as it came to be: what was told and by whom, payments, stock, commands and the machine's answers, what
 * another platform said, codes, notifications with every attempt, its bill and its imports. Of one time in the order in which it happens.
 */
export async function readSteps(db: Db, { merchantId, orderId }: { merchantId: number; orderId: number }): Promise<Step[]> {
  const { rows } = await sql<Step>`
    with command as (
      select * from dispense_commands where merchant_id = ${merchantId} and order_id = ${orderId}
    ), notification as (
      select * from notifications where merchant_id = ${merchantId} and order_id = ${orderId}
    ), step as (
      select at, 'event' as what, kind as title, data as detail, cause, null::text as raw, 1 as rank, id, id::text as name from events
        where merchant_id = ${merchantId} and order_id = ${orderId}
      union all
      select at, 'payment', kind, jsonb_build_object('amount_cents', amount_cents, 'style', style, 'reference', nullif(reference, ''),
        'payment', id), (
          select e.cause from events e where e.merchant_id = p.merchant_id and e.order_id = p.order_id and e.at = p.at
            and e.kind in ('order.paid', 'order.refunded', 'order.refunded-part', 'order.uploaded') order by e.id limit 1
        ), null, 2, id, id::text
      from payments p where merchant_id = ${merchantId} and order_id = ${orderId}
      union all
      select j.at, 'stock', j.reason, jsonb_build_object('slot', s.name, 'on_hand', j.on_hand_change, 'reserved', j.reserved_change,
        'dispense', j.dispense_id, 'note', nullif(j.note, '')), null, null, 3, j.id, j.id::text
      from stock_journal j join slots s on s.merchant_id = j.merchant_id and s.id = j.slot_id
        where j.merchant_id = ${merchantId} and j.order_id = ${orderId}
      union all
      select sent_at, 'command', 'to the machine', jsonb_build_object('command', id, 'batch', batch_id, 'record', line_id,
        'quantity', quantity, 'state', state, 'deadline', deadline), null, null, 4, id, id::text
      from command where sent_at is not null
      union all
      select a.received_at, 'answer', a.effect, jsonb_build_object('command', a.command_id, 'index', a.answer_index, 'dispensed', a.dispensed,
        'fault_code', a.fault_code, 'error', nullif(a.error, ''), 'answered_at', a.answered_at), null, a.raw::text, 5, a.id, a.command_id || '.' || a.id
      from dispense_answers a join command c on c.id = a.command_id where a.merchant_id = ${merchantId}
      union all
      select first_at, 'outcome', effect, jsonb_build_object('source', source, 'complete', complete, 'times', times, 'units', units,
        'contradicts', contradicts), null, null, 6, id, id::text
      from remote_outcomes where merchant_id = ${merchantId} and order_id = ${orderId}
      union all
      select p.used_at, 'code', p.state, jsonb_build_object('used_by', p.used_by, 'order', p.order_id), null, null, 7, p.id, p.id::text
      from made_good g join pickup_codes p on p.merchant_id = g.merchant_id and p.id = g.pickup_code_id
        where g.merchant_id = ${merchantId} and g.order_id = ${orderId} and p.used_at is not null
      union all
      select created_at, 'notification', method, jsonb_build_object('notification', id, 'url', url, 'state', state, 'attempts', attempts),
        null, body, 8, id, id::text
      from notification
      union all
      select a.started_at, 'attempt', 'attempt ' || a.number, jsonb_build_object('notification', a.notification_id, 'status', a.status,
        'error', nullif(a.error, ''), 'finished_at', a.finished_at), null, nullif(a.answer, ''), 9, a.number, a.notification_id || '.' || a.number
      from notification_attempts a join notification n on n.id = a.notification_id where a.merchant_id = ${merchantId}
      union all
      select b.at, 'bill', 'version ' || b.undo_index, jsonb_build_object('shop', s.name, 'business_day', b.business_day,
        'version', b.undo_index), null, null, 10, b.id, b.id::text
      from pos_bookings b join pos_shops s on s.merchant_id = b.merchant_id and s.id = b.shop_id
        where b.merchant_id = ${merchantId} and b.order_id = ${orderId}
      union all
      select coalesce(b.imported_at, b.received_at), 'import', b.import_state, jsonb_build_object('set', s.number, 'trans_id', b.trans_id,
        'bill_code', b.bill_code, 'problem', b.problem, 'subject', nullif(b.problem_subject, '')), null, null, 11, b.id, b.set_id || '.' || b.id
      from sets_of_books s join book_orders b on b.merchant_id = s.merchant_id and b.set_id = s.id and b.order_id = ${orderId}
        where s.merchant_id = ${merchantId}
    )
    select what || ':' || name as ref, at, what, title, jsonb_strip_nulls(detail) as detail, cause, raw from step
    order by at, rank, id`.execute(db);
  return rows;
}
