import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseLog } from './log.ts';

export interface ListenOptions {
  /** Must lead to PostgreSQL itself or to a pooler in session mode: LISTEN belongs to a session. */
  url: string;
  channels: string[];
  /** Called for each NOTIFY, and with '' for every channel after a time without connection, since wakes may have been lost. */
  onNotify: (channel: string, payload: string) => void;
  log: DatabaseLog;
  /** How often the connection is tried out, in seconds; 30 when not told. */
  keepaliveSeconds?: number;
  /** How long an answer may take before the connection counts as lost; 10 when not told. */
  answerSeconds?: number;
}

export interface Listener {
  /** Resolves when the channels are listened to for the first time; never rejects, since the trying goes on. */
  ready: Promise<void>;
  close(): Promise<void>;
}

const firstDelay = 100;
const longestDelay = 10_000;

/** One connection for listening alone. When it is lost it is made again, at growing intervals, until close(). */
export function listen(options: ListenOptions): Listener {
  const { url, channels, onNotify, log, keepaliveSeconds = 30, answerSeconds = 10 } = options;
  let closed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let delay = firstDelay;
  let lost = false;
  const ready = Promise.withResolvers<void>();

  const tell = (channel: string, payload: string): void => {
    if (closed) return;
    try {
      onNotify(channel, payload);
    } catch (error) {
      log.error({ err: error, channel }, 'The handler of a database notification failed.');
    }
  };

  const open = async (): Promise<void> => {
    const mine = new pg.Client({
      connectionString: url,
      application_name: 'polyvend listen',
      connectionTimeoutMillis: 10_000,
      query_timeout: answerSeconds * 1000,
      keepAlive: true,
    });
    client = mine;
    let gone = false;
    const lose = (error: Error): void => {
      if (gone || closed) return;
      gone = true;
      lost = true;
      clearTimeout(timer);
      log.warn({ err: error, retryInMs: delay }, 'The listening connection to the database was lost.');
      // end() would wait for an answer that may never come.
      mine.connection.stream.destroy();
      timer = setTimeout(() => void open(), delay * (0.5 + Math.random() / 2));
      delay = Math.min(delay * 2, longestDelay);
    };
    const tryOut = (): void => {
      if (gone || closed) return;
      timer = setTimeout(() => mine.query('select 1').then(tryOut, lose), keepaliveSeconds * 1000);
    };
    mine.on('error', lose);
    mine.on('end', () => lose(new Error('The connection was ended.')));
    mine.on('notification', ({ channel, payload }) => tell(channel, payload ?? ''));
    try {
      await mine.connect();
      await mine.query(channels.map((channel) => `listen ${pg.escapeIdentifier(channel)}`).join('; '));
    } catch (error) {
      lose(error as Error);
      return;
    }
    if (gone || closed) return;
    delay = firstDelay;
    tryOut();
    if (lost) {
      log.info({ channels }, 'Listening to the database again.');
      lost = false;
      for (const channel of channels) tell(channel, '');
    }
    ready.resolve();
  };

  void open();

  return {
    ready: ready.promise,
    async close() {
      closed = true;
      clearTimeout(timer);
      ready.resolve();
      if (!client) return;
      // A broken connection would never see the farewell answered.
      await Promise.race([client.end().catch(() => {}), sleep(1000, undefined, { ref: false })]);
      client.connection.stream.destroy();
    },
  };
}
