import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';

export interface IntegrationChange {
  status?: 'active' | 'revoked';
  /** Merged into the settings. */
  settings?: Record<string, unknown>;
  /** Settings that go back to what they are unless told. */
  unset?: readonly string[];
  name?: string;
  cause?: Cause;
}

/** Takes effect in every process at once: they are told to forget what they remember of credentials. */
export async function changeIntegration(
  ledger: Ledger,
  merchantId: number,
  id: number,
  change: IntegrationChange,
): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('integrations')
      .set({
        ...(change.status && { status: change.status }),
        ...(change.name !== undefined && { name: change.name }),
        ...((change.settings || change.unset) && {
          settings: sql<string>`(settings - ${[...(change.unset ?? [])]}::text[]) || ${JSON.stringify(change.settings ?? {})}::jsonb`,
        }),
      })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    const { cause = { by: 'person' }, ...changed } = change;
    await recordEvent(ledger, trx, { merchantId, kind: 'integration.changed', data: { integrationId: id, ...changed } }, cause);
    await sql`select pg_notify('integrations', '')`.execute(trx);
  });
}
