import { secondsAfter } from '../ledger/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What an integration was told of late. */
export interface Told {
  integrationId: number;
  /** On its way, or waiting for its next attempt. */
  waiting: number;
  /** Given up within the last seven days. */
  failed: number;
}

const lately = 7 * 86_400;

/** Of each integration of the merchant that has any. */
export async function countByIntegration(ledger: Pick<Ledger, 'pool' | 'clock'>, merchantId: number): Promise<Told[]> {
  const { rows } = await ledger.pool.query<Told>(
    `select integration_id as "integrationId", count(*) filter (where state <> 'failed')::int as waiting,
       count(*) filter (where state = 'failed')::int as failed
     from (
       select integration_id, state from notifications where merchant_id = $1 and state in ('waiting', 'sending')
       union all
       select integration_id, state from notifications where merchant_id = $1 and state = 'failed' and finished_at >= $2
     ) n
     group by 1`,
    [merchantId, secondsAfter(ledger.clock.now(), -lately)],
  );
  return rows;
}
