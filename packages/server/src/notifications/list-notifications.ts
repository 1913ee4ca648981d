import type { Database } from '../database/connect.ts';

export interface ListedNotification {
  merchantId: number;
  id: number;
  orderId: number | null;
  method: string;
  url: string;
  state: string;
  attempts: number;
  createdAt: Date;
  lastError: string;
}

export interface NotificationFilter {
  merchantId?: number | undefined;
  id?: number;
  failed?: boolean;
}

/** The latest 100 first. */
export async function listNotifications(
  { pool }: Pick<Database, 'pool'>,
  filter: NotificationFilter,
): Promise<ListedNotification[]> {
  const { rows } = await pool.query<ListedNotification>(
    `select merchant_id as "merchantId", id, order_id as "orderId", method, url, state, attempts, created_at as "createdAt",
       last_error as "lastError"
     from notifications
     where ($1::bigint is null or merchant_id = $1) and ($2::bigint is null or id = $2) and (not $3 or state = 'failed')
     order by id desc limit 100`,
    [filter.merchantId ?? null, filter.id ?? null, filter.failed ?? false],
  );
  return rows;
}
