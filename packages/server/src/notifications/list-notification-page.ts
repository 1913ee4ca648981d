import type { Ledger } from '../ledger/ledger.ts';

export const notificationStates = ['waiting', 'sending', 'delivered', 'failed'] as const;
export type NotificationState = (typeof notificationStates)[number];

export interface NotificationRow {
  id: number;
  integrationId: number;
  eventId: number;
  orderId: number | null;
  /** The wire's name of what is told. */
  method: string;
  url: string;
  endpoint: string;
  state: NotificationState;
  attempts: number;
  createdAt: Date;
  /** When the next attempt is due, or was. */
  nextAttemptAt: Date;
  finishedAt: Date | null;
  lastError: string;
}

export interface WholeNotification extends NotificationRow {
  headers: Record<string, string>;
  body: string;
}

export interface NotificationPage {
  merchantId: number;
  integrationId?: number | undefined;
  state?: NotificationState | undefined;
  orderId?: number | undefined;
  /** By when they were made: from inclusive, to exclusive. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** The last of the page before. */
  after?: { createdAt: Date; id: number } | undefined;
  limit: number;
}

const columns = `id, integration_id as "integrationId", event_id as "eventId", order_id as "orderId", method, url, endpoint, state, attempts,
  created_at as "createdAt", next_attempt_at as "nextAttemptAt", finished_at as "finishedAt", last_error as "lastError"`;

/** The latest first. Each filter has its index. */
export async function listNotificationPage({ pool }: Pick<Ledger, 'pool'>, page: NotificationPage): Promise<NotificationRow[]> {
  const values: unknown[] = [page.merchantId];
  const conditions = ['merchant_id = $1'];
  const add = (condition: (n: string) => string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add((n) => `integration_id = ${n}`, page.integrationId);
  // Written out, so that the index of what failed is seen to fit.
  if (page.state !== undefined) conditions.push(`state = '${notificationStates.find((one) => one === page.state)}'`);
  add((n) => `order_id = ${n}`, page.orderId);
  add((n) => `created_at >= ${n}`, page.from);
  add((n) => `created_at < ${n}`, page.to);
  if (page.after) {
    values.push(page.after.createdAt, page.after.id);
    conditions.push(`(created_at, id) < ($${values.length - 1}, $${values.length})`);
  }
  values.push(page.limit);
  const { rows } = await pool.query<NotificationRow>(
    `select ${columns} from notifications where ${conditions.join(' and ')}
     order by created_at desc, id desc limit $${values.length}`,
    values,
  );
  return rows;
}

/** With what is sent; undefined when there is none of this merchant. */
export async function getNotification(
  { pool }: Pick<Ledger, 'pool'>,
  merchantId: number,
  id: number,
): Promise<WholeNotification | undefined> {
  const { rows } = await pool.query<WholeNotification>(
    `select ${columns}, headers, body from notifications where merchant_id = $1 and id = $2`,
    [merchantId, id],
  );
  return rows[0];
}
