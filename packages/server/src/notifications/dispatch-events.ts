import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/connect.ts';
import type { DatabaseLog } from '../database/log.ts';
import type { Tables } from '../database/tables.generated.ts';
import { takeTurn } from '../database/take-turn.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Clock } from '../ledger/clock.ts';
import type { LedgerEvent } from '../ledger/events/event.ts';
import { Deferrals } from './deferrals.ts';
import { insertNotifications } from './insert-notifications.ts';
import type { NotificationDraft, OutboundDialect } from './outbound-dialect.ts';
import { renderEvent } from './render-event.ts';
import { takeEvents } from './take-events.ts';

export interface DispatchOptions {
  database: Pick<Database, 'kysely'>;
  clock: Clock;
  dialects: readonly OutboundDialect[];
  log: DatabaseLog;
  /** To be kept from one call to the next. */
  deferrals?: Deferrals;
  /** Milliseconds that a dialect may take to render one event. */
  renderTimeout?: number;
}

export interface Dispatched {
  /** Events handed over. */
  events: number;
  /** Notifications that came of them, without those that were there before. */
  notifications: number;
  /** True when another process is at it: nothing was done. */
  busy: boolean;
}

/**
 * Hands the oldest events of the outbox, at most `limit`, to the dialects that want them, and writes what they want sent. One
 * dispatcher at a time over all processes, so that notifications get their ids in the order of the events. What cannot be
 * rendered or written stays in the outbox for later; for about a minute it holds back later events of its order, and no others.
 */
export async function dispatchEvents(options: DispatchOptions, limit: number): Promise<Dispatched> {
  const { database, clock, deferrals = new Deferrals() } = options;
  return await inTransaction(database.kysely, async (trx) => {
    const now = clock.now();
    if (!(await takeTurn(trx, 'dispatch events'))) return { events: 0, notifications: 0, busy: true };
    const events = await takeEvents(trx, limit, deferrals.notNow(now), deferrals.holding());
    if (events.length === 0) return { events: 0, notifications: 0, busy: false };
    const { done, drafts } = await renderInOrder(events, { ...options, deferrals }, now);
    const notifications = await write(trx, now, done, drafts, { ...options, deferrals });
    return { events: done.length, notifications, busy: false };
  });
}

type Kept = DispatchOptions & { deferrals: Deferrals };
type DraftsOf = Map<LedgerEvent, readonly NotificationDraft[]>;

/** Renders side by side, and judges in order: an event that failed holds back those of its order that come after it. */
async function renderInOrder(
  events: readonly LedgerEvent[],
  options: Kept,
  now: Date,
): Promise<{ done: LedgerEvent[]; drafts: DraftsOf }> {
  const { dialects, log, deferrals, renderTimeout = 10_000 } = options;
  const done: LedgerEvent[] = [];
  const drafts: DraftsOf = new Map();
  const held = new Set<string>();
  const rendered = await Promise.all(events.map((event) => renderEvent(event, dialects, renderTimeout)));
  for (const [index, event] of events.entries()) {
    const order = `${event.merchantId}/${event.orderId}`;
    if (event.orderId !== null && held.has(order)) continue;
    const { drafts: ofEvent, failure } = rendered[index] ?? { drafts: [] };
    // Of an event that one dialect could not render, the others' notifications go out; job keys make the next time harmless.
    drafts.set(event, ofEvent);
    if (!failure) {
      done.push(event);
      continue;
    }
    deferrals.defer(event, now);
    if (deferrals.holds(event)) held.add(order);
    log.error(
      { err: failure, merchantId: event.merchantId, eventId: event.id, kind: event.kind },
      'An event could not be rendered.',
    );
  }
  return { done, drafts };
}

/** All in one statement; when that fails, event by event, so that the one at fault is found and kept. `done` loses it. */
async function write(trx: Transaction<Tables>, now: Date, done: LedgerEvent[], drafts: DraftsOf, options: Kept): Promise<number> {
  const { log, deferrals } = options;
  let written = 0;
  try {
    written = await inSavepoint(trx, () => insertNotifications(trx, now, [...drafts.values()].flat()));
  } catch {
    for (const [event, ofEvent] of drafts) {
      try {
        written += await inSavepoint(trx, () => insertNotifications(trx, now, ofEvent));
      } catch (error) {
        deferrals.defer(event, now);
        if (done.includes(event)) done.splice(done.indexOf(event), 1);
        log.error(
          { err: error, merchantId: event.merchantId, eventId: event.id, kind: event.kind },
          'An event could not be told.',
        );
      }
    }
  }
  await sql`
    with gone as (
      delete from outbox
      where (merchant_id, event_id) in (
        select * from unnest(${done.map(({ merchantId }) => merchantId)}::bigint[], ${done.map(({ id }) => id)}::bigint[])
      )
    )
    select pg_notify('notifications', '') where ${written}::int > 0`.execute(trx);
  for (const event of done) deferrals.forget(event);
  return written;
}

async function inSavepoint<T>(trx: Transaction<Tables>, work: () => Promise<T>): Promise<T> {
  await sql`savepoint event`.execute(trx);
  try {
    return await work();
  } catch (error) {
    await sql`rollback to savepoint event`.execute(trx);
    throw error;
  }
}
