import { type RawBuilder, sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvents } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';

/** The old credentials of an integration count no more from now on. False when there are none. */
export async function endOverlap(
  ledger: Ledger,
  { merchantId, id, cause }: { merchantId: number; id: number; cause: Cause },
): Promise<boolean> {
  return (await forget(ledger, sql`merchant_id = ${merchantId} and id = ${id} and previous_until is not null`, cause)) > 0;
}

/** Forgets old credentials whose time is over: they count no more since then. Answers how many. */
export async function endOverlaps(ledger: Ledger): Promise<number> {
  return await forget(ledger, sql`previous_until <= ${ledger.clock.now()}`, { by: 'sweep' });
}

async function forget(ledger: Ledger, which: RawBuilder<unknown>, cause: Cause): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    const { rows } = await sql<{ merchantId: number; id: number }>`
      update integrations
      set previous_wire_id = null, previous_secret_hash = null, previous_secrets = null, previous_settings = null, previous_signs = false,
        previous_until = null
      where ${which}
      returning merchant_id as "merchantId", id`.execute(trx);
    if (rows.length === 0) return 0;
    const drafts = rows.map(({ merchantId, id }) => ({
      merchantId,
      kind: 'integration.overlap-ended' as const,
      data: { integrationId: id },
    }));
    await recordEvents(ledger, trx, drafts, cause);
    await sql`select pg_notify('integrations', '')`.execute(trx);
    return rows.length;
  });
}
