import { sql } from 'kysely';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { eventOf, type RemoteOrder } from './lock-remote-order.ts';

export interface RemoteConflict {
  source: 'notice' | 'callback' | 'query';
  /** What is known, and stands. */
  known: unknown;
  told: unknown;
}

/** Another platform says what contradicts what is known: for a person, once, however often it says so. The caller holds the order. */
export async function tellConflict(
  ledger: Ledger,
  trx: Trx,
  remote: RemoteOrder,
  conflict: RemoteConflict,
  cause: Cause,
): Promise<void> {
  const event = { ...eventOf(remote, { ...conflict }), kind: 'conflict.remote-outcome' as const };
  const before = await trx
    .selectFrom('events')
    .select('id')
    .where('merchant_id', '=', remote.merchantId)
    .where('order_id', '=', remote.orderId)
    .where('kind', '=', event.kind)
    .where(sql<boolean>`data = ${JSON.stringify(event.data)}::jsonb`)
    .limit(1)
    .executeTakeFirst();
  if (!before) await recordEvent(ledger, trx, event, cause);
}
