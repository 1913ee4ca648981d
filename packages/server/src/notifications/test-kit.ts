import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { silentLog } from '../database/log.ts';
import { inTransaction } from '../database/transaction.ts';
import type { EventKind, LedgerEvent } from '../ledger/events/event.ts';
import { type TestClock, testClock } from '../testing/clock.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { type GuardedHttp, guardedHttp } from './http/guarded-http.ts';
import type { NotificationDraft, OutboundDialect } from './outbound-dialect.ts';
import { type Notifications, type NotificationsOptions, startNotifications } from './worker.ts';

export interface Received {
  path: string;
  body: string;
  headers: Record<string, string>;
}

/** What the sink answers; 'hang': nothing, ever. */
export type SinkAnswer = 'hang' | { status: number; body?: string; headers?: Record<string, string> };

export interface Sink {
  url: string;
  received: Received[];
  /** Asked for each call, while it is under way. */
  answer: (call: Received) => SinkAnswer | Promise<SinkAnswer>;
  close(): Promise<void>;
}

/** A real HTTP server that remembers what it was sent; says 200 until told otherwise. */
export async function openSink(): Promise<Sink> {
  // The client alone ends a connection that is idle: ended by both at once, a call may be lost on it.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const headers = request.headers as Record<string, string>;
      const call = { path: request.url ?? '', body: Buffer.concat(chunks).toString(), headers };
      sink.received.push(call);
      const answer = await sink.answer(call);
      if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink: Sink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: () => ({ status: 200 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return sink;
}

export interface Kit {
  database: TestDatabase;
  clock: TestClock;
  /** Waits longer than any test may take, since the clock that stands still makes no second attempt of one that was slow. */
  http: GuardedHttp;
  sink: Sink;
  merchantId: number;
  integrationId: number;
  /** Renders event.data.drafts, so that a test says in the event what is to be sent. */
  dialect: OutboundDialect;
  /** A worker without a timer of its own. Stopped with the kit. */
  start(options?: Partial<NotificationsOptions>): Notifications;
  /** An event in the outbox, from which the dialect makes one notification to the sink. Returns the event's id. */
  tell(draft?: Partial<NotificationDraft>, orderId?: number): Promise<number>;
  rows<T>(query: string, values?: unknown[]): Promise<T[]>;
  /** Between tests: an empty database but for the merchant, a sink that says 200. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function notificationsKit(): Promise<Kit> {
  const [database, sink] = await Promise.all([testDatabase(), openSink()]);
  const clock = testClock();
  const http = guardedHttp({ allow: ['127.0.0.0/8'], timeout: 120_000, connectTimeout: 60_000 });
  const rows = async <T>(query: string, values: unknown[] = []): Promise<T[]> =>
    (await database.pool.query(query, values)).rows as T[];
  const merchantId = 7;
  const integrationId = 70;
  await rows(`insert into merchants (id, name, device_key, created_at) values ($1, 'm', 'k', now())`, [merchantId]);
  await rows(
    `insert into integrations (merchant_id, id, dialect, role, wire_id, secrets, created_at) values ($1, $2, 'plain', 'mall', 'w', '', now())`,
    [merchantId, integrationId],
  );
  const dialect: OutboundDialect = {
    dialect: 'plain',
    wants: ['order.paid'],
    render: async (event: LedgerEvent) => event.data.drafts as NotificationDraft[],
  };
  let workers: Notifications[] = [];
  const stopAll = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()));
    workers = [];
  };

  return {
    database,
    clock,
    http,
    sink,
    merchantId,
    integrationId,
    dialect,
    rows,
    start(options = {}) {
      const limits = { sweepEvery: 0, ...options.limits };
      const worker = startNotifications({
        database,
        clock,
        http,
        dialects: [dialect],
        log: silentLog,
        random: () => 0.5,
        ...options,
        limits,
      });
      workers.push(worker);
      return worker;
    },
    async tell(draft = {}, orderId) {
      const id = await insertEvent(rows, merchantId, 'order.paid', orderId ?? null, clock.now());
      const whole: NotificationDraft = {
        merchantId,
        integrationId,
        eventId: id,
        jobKey: String(id),
        orderKey: `event ${id}`,
        orderId: orderId ?? null,
        lineId: null,
        method: 'test',
        url: `${sink.url}/`,
        body: `{"event":${id}}`,
        ...draft,
      };
      await rows(`update events set data = $1 where id = $2`, [{ drafts: [whole] }, id]);
      await rows(`insert into outbox (merchant_id, event_id) values ($1, $2)`, [merchantId, id]);
      return id;
    },
    async clear() {
      await stopAll();
      sink.received = [];
      sink.answer = () => ({ status: 200 });
      dialect.render = async (event) => event.data.drafts as NotificationDraft[];
      // Tried again when it runs into whoever still looks at two of them, as emptyLedger is.
      await inTransaction(database.kysely, (trx) =>
        sql`truncate notifications, notification_attempts, outbox, events, endpoints`.execute(trx),
      );
    },
    async close() {
      await stopAll();
      await Promise.all([sink.close(), http.close()]);
      await database.drop();
    },
  };
}

async function insertEvent(
  rows: Kit['rows'],
  merchantId: number,
  kind: EventKind,
  orderId: number | null,
  at: Date,
): Promise<number> {
  const [event] = await rows<{ id: number }>(
    `insert into events (merchant_id, at, kind, order_id, data, cause) values ($1, $2, $3, $4, '{}', '{}') returning id`,
    [merchantId, at, kind, orderId],
  );
  return event?.id ?? 0;
}
