import type { Database } from '../database/connect.ts';

export interface Attempt {
  number: number;
  startedAt: Date;
  finishedAt: Date | null;
  /** interrupted: begun and never recorded; whether it arrived is not known. */
  outcome: 'running' | 'delivered' | 'failed' | 'interrupted';
  /** HTTP status; null when there was no answer. */
  status: number | null;
  error: string;
  answer: string;
}

/** Every attempt of a notification, the first one first. */
export async function listAttempts(
  { pool }: Pick<Database, 'pool'>,
  { merchantId, notificationId }: { merchantId: number; notificationId: number },
): Promise<Attempt[]> {
  const { rows } = await pool.query<Attempt>(
    `select a.number, a.started_at as "startedAt", a.finished_at as "finishedAt", a.status, a.error, a.answer,
       case
         when a.finished_at is null and n.state = 'sending' and n.attempts = a.number then 'running'
         when a.finished_at is null then 'interrupted'
         when a.error = '' then 'delivered'
         else 'failed'
       end as outcome
     from notification_attempts a
     join notifications n on n.merchant_id = a.merchant_id and n.id = a.notification_id
     where a.merchant_id = $1 and a.notification_id = $2
     order by a.number`,
    [merchantId, notificationId],
  );
  return rows;
}
