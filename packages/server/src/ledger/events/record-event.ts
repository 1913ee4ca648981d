import { sql } from 'kysely';
import type { Db, Ledger } from '../ledger.ts';
import { dueKinds } from '../sales/due-kinds.ts';
import type { Cause, EventKind } from './event.ts';

export interface EventDraft {
  merchantId: number;
  kind: EventKind;
  orderId?: number | null;
  machineId?: number | null;
  data?: Record<string, unknown>;
}

/**
 * Writes the event, its outbox row when someone wants the kind, and what it makes due for the sales, and for shops that tell sales as
 * cash registers do, in the caller's transaction.
 */
export async function recordEvent(ledger: Ledger, db: Db, draft: EventDraft, cause: Cause): Promise<void> {
  await recordEvents(ledger, db, [draft], cause);
}

export async function recordEvents(ledger: Ledger, db: Db, drafts: readonly EventDraft[], cause: Cause): Promise<void> {
  if (drafts.length === 0) return;
  const rows = drafts.map((draft) => ({
    merchant_id: draft.merchantId,
    kind: draft.kind,
    order_id: draft.orderId ?? null,
    machine_id: draft.machineId ?? null,
    data: draft.data ?? {},
    relayed: ledger.relayed.has(draft.kind),
    sold: dueKinds.has(draft.kind) && draft.orderId != null,
    refill_id: draft.kind === 'stock.refilled' ? draft.data?.refillId : null,
    traded: (draft.kind === 'trade.created' || draft.kind === 'trade.changed') && draft.orderId != null,
    settled_id: draft.kind === 'refill.settled' ? draft.data?.refillId : null,
  }));
  await sql`
    with draft as (
      select row_number() over () as n, d.*
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as d(merchant_id bigint, kind text, order_id bigint, machine_id bigint, data jsonb, relayed boolean,
          sold boolean, refill_id bigint, traded boolean, settled_id bigint)
    ), told as (
      insert into events (merchant_id, at, kind, order_id, machine_id, data, cause)
      select merchant_id, ${ledger.clock.now()}, kind, order_id, machine_id, data, ${JSON.stringify(cause)}::jsonb
      from draft order by n
      returning merchant_id, id, kind
    ), posted as (
      insert into outbox (merchant_id, event_id)
      select merchant_id, id from told where kind in (select kind from draft where relayed)
      returning event_id
    ), due as (
      insert into sales_due (merchant_id, order_id, refill_id)
      select merchant_id, case when sold then order_id end, refill_id from draft where sold or refill_id is not null order by n
      returning id
    ), booked as (
      insert into pos_due (merchant_id, order_id, refill_id)
      select merchant_id, case when traded then order_id end, settled_id from draft
      where (traded or settled_id is not null) and exists (
        select from pos_shops s where s.merchant_id = draft.merchant_id and s.vending_since is not null)
      order by n
      returning id
    )
    select pg_notify(channel, '') from (
      (select 'outbox' as channel from posted limit 1)
      union all (select 'sales' from due limit 1)
      union all (select 'vending' from booked limit 1)
    ) as woken`.execute(db);
}
