import { sql } from 'kysely';
import type { Db, Ledger } from '../ledger.ts';
import type { Cause, EventKind } from './event.ts';

export interface EventDraft {
  merchantId: number;
  kind: EventKind;
  orderId?: number | null;
  machineId?: number | null;
  data?: Record<string, unknown>;
}

/** Writes the event, and its outbox row when someone wants the kind, in the caller's transaction. */
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
  }));
  await sql`
    with draft as (
      select row_number() over () as n, d.*
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as d(merchant_id bigint, kind text, order_id bigint, machine_id bigint, data jsonb, relayed boolean)
    ), told as (
      insert into events (merchant_id, at, kind, order_id, machine_id, data, cause)
      select merchant_id, ${ledger.clock.now()}, kind, order_id, machine_id, data, ${JSON.stringify(cause)}::jsonb
      from draft order by n
      returning merchant_id, id, kind
    ), posted as (
      insert into outbox (merchant_id, event_id)
      select merchant_id, id from told where kind in (select kind from draft where relayed)
      returning event_id
    )
    select pg_notify('outbox', '') from (select 1 from posted limit 1) as woken`.execute(db);
}
