import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { hashSecret } from './vault.ts';

/** Seconds for which old credentials are good beside new ones. */
export const overlaps = { standard: 86_400, most: 30 * 86_400 } as const;

export interface Credentials {
  wireId: string;
  /** Kept as a hash. */
  secret?: string;
  /** Kept sealed. */
  secrets?: Record<string, string>;
  /** Settings that are credentials, such as a public key. */
  settings?: Record<string, unknown>;
}

export interface Rotation {
  merchantId: number;
  id: number;
  credentials: Credentials;
  /** Seconds; 0 ends the old ones at once, most 30 days. */
  overlap?: number;
  /**
   * With what we ourselves sign until the overlap ends: `old` where the new ones are ours, which the other side may not know yet; `new` where it
   * issued them.
   */
  signWith: 'old' | 'new';
  cause: Cause;
}

/**
 * New credentials for an integration; the old ones stay good for the overlap. Takes effect in every process at once. Answers until when the
 * old ones are good; null: not at all. Refuses integration.unknown, and request.invalid while an overlap lasts: of three sets nobody
 * could say which one who uses.
 */
export async function rotateCredentials(ledger: Ledger, rotation: Rotation): Promise<Date | null> {
  const { merchantId, id, credentials, overlap = overlaps.standard, signWith, cause } = rotation;
  if (!Number.isInteger(overlap) || overlap < 0 || overlap > overlaps.most) {
    refuse('request.invalid', `the overlap must be 0 to ${overlaps.most} seconds`);
  }
  const now = ledger.clock.now();
  const until = overlap === 0 ? null : secondsAfter(now, overlap);
  return await inTransaction(ledger.db, async (trx) => {
    const row = await trx
      .selectFrom('integrations')
      .select(['wire_id', 'secret_hash', 'secrets', 'settings', 'previous_until'])
      .where('merchant_id', '=', merchantId)
      .where('id', '=', id)
      .where('status', '=', 'active')
      .forUpdate()
      .executeTakeFirst();
    if (!row) refuse('integration.unknown', `integration ${id}`);
    if (row.previous_until !== null && row.previous_until > now) {
      refuse('request.invalid', 'the last change of its credentials still overlaps: end that first');
    }
    const old = row.settings as Record<string, unknown>;
    const given = credentials.settings ?? {};
    const replaced = Object.fromEntries(Object.keys(given).map((name) => [name, old[name] ?? null]));
    await trx
      .updateTable('integrations')
      .set({
        wire_id: credentials.wireId,
        secret_hash: credentials.secret === undefined ? null : hashSecret(credentials.secret),
        secrets: ledger.vault.seal(credentials.secrets ?? {}),
        settings: sql<string>`settings || ${JSON.stringify(given)}::jsonb`,
        previous_wire_id: until && row.wire_id,
        previous_secret_hash: until && row.secret_hash,
        previous_secrets: until && row.secrets,
        previous_settings: until && JSON.stringify(replaced),
        previous_signs: until !== null && signWith === 'old',
        previous_until: until,
      })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', id)
      .execute();
    const data = { integrationId: id, until: until?.toISOString() ?? null, issuedBy: signWith === 'old' ? 'us' : 'them' };
    await recordEvent(ledger, trx, { merchantId, kind: 'integration.credentials-changed', data }, cause);
    await sql`select pg_notify('integrations', '')`.execute(trx);
    return until;
  });
}
