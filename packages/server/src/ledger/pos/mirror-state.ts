import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

export interface MirrorState {
  lookedAt: Date;
  failingSince: Date | null;
  lastError: string;
}

/** How the fetching through an integration went last; undefined before the first time. */
export async function getMirrorState(
  ledger: Ledger,
  merchantId: number,
  integrationId: number,
): Promise<MirrorState | undefined> {
  return await ledger.db
    .selectFrom('pos_mirrors')
    .select(['looked_at as lookedAt', 'failing_since as failingSince', 'last_error as lastError'])
    .where('merchant_id', '=', merchantId)
    .where('integration_id', '=', integrationId)
    .executeTakeFirst();
}

/** `error`: '' when all went well. */
export async function recordMirrorLook(ledger: Ledger, merchantId: number, integrationId: number, error: string): Promise<void> {
  const now = ledger.clock.now();
  await sql`
    insert into pos_mirrors (merchant_id, integration_id, looked_at, failing_since, last_error)
    values (${merchantId}, ${integrationId}, ${now}, case when ${error}::text <> '' then ${now}::timestamptz end, ${error})
    on conflict (merchant_id, integration_id) do update set looked_at = excluded.looked_at, last_error = excluded.last_error,
      failing_since = case when excluded.last_error <> '' then coalesce(pos_mirrors.failing_since, excluded.failing_since) end`.execute(
    ledger.db,
  );
}

export interface MirrorAdvance {
  merchantId: number;
  shopId: number;
  /** All records up to here have been fetched: it never goes back. */
  until: Date;
  /** Older ones have been looked at again. */
  lookedBack?: boolean;
}

/** Where the next look at a mirrored shop goes on. */
export async function advanceMirror(ledger: Ledger, { merchantId, shopId, until, lookedBack }: MirrorAdvance): Promise<void> {
  await ledger.db
    .updateTable('pos_shops')
    .set({
      mirrored_until: sql<Date>`greatest(mirrored_until, ${until}::timestamptz)`,
      ...(lookedBack && { looked_back_at: ledger.clock.now() }),
    })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', shopId)
    .execute();
}
