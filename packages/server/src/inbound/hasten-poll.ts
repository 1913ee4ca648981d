import { sql } from 'kysely';
import type { Ledger } from '../ledger/ledger.ts';
import type { InboundOf } from './exclusively.ts';

/** A platform is not asked out of turn more often than this, in seconds. */
const leastPause = 60;

/** Something is wanted that the platform may tell: it is asked now. One that fails keeps its own time. */
export async function hastenPoll(ledger: Ledger, { merchantId, integrationId }: InboundOf): Promise<void> {
  const now = ledger.clock.now();
  await sql`
    update inbound_polls set due_at = greatest(${now}, coalesce(finished_at, '-infinity') + make_interval(secs => ${leastPause}))
    where merchant_id = ${merchantId} and integration_id = ${integrationId} and failures = 0
      and due_at > greatest(${now}, coalesce(finished_at, '-infinity') + make_interval(secs => ${leastPause}))`.execute(
    ledger.db,
  );
}
