import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import { endOverlap } from '../integrations/end-overlap.ts';
import { overlaps } from '../integrations/rotate-credentials.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { issueBookToken } from './book-tokens.ts';

const rotated = ['sender', 'administrator'] as const;

export interface BookTokenRotation {
  merchantId: number;
  /** The integration of the set of books. */
  integrationId: number;
  /** Seconds for which the tokens there are stay good. */
  overlap?: number;
  cause: Cause;
}

/**
 * New tokens of a set of books for who sends orders and who administrates; those there are end with the overlap, or before it, when their own
 * time is over. Sessions of users are left alone. Refuses integration.unknown.
 */
export async function rotateBookTokens(
  ledger: Ledger,
  { merchantId, integrationId, overlap = overlaps.standard, cause }: BookTokenRotation,
): Promise<{ told: Record<string, string>; until: Date | null }> {
  if (!Number.isInteger(overlap) || overlap < 0 || overlap > overlaps.most) {
    refuse('request.invalid', `the overlap must be 0 to ${overlaps.most} seconds`);
  }
  const until = secondsAfter(ledger.clock.now(), overlap);
  return await inTransaction(ledger.db, async (trx) => {
    const within = { ...ledger, db: trx };
    const set = await lockSet(trx, merchantId, integrationId);
    if (!set) refuse('integration.unknown', `integration ${integrationId}`);
    if (set.previousUntil !== null && set.previousUntil > ledger.clock.now()) {
      refuse('request.invalid', 'the last change of its credentials still overlaps: end that first');
    }
    await trx
      .updateTable('integrations')
      .set({ previous_wire_id: overlap === 0 ? null : set.wireId, previous_until: overlap === 0 ? null : until })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', integrationId)
      .execute();
    await trx
      .updateTable('book_tokens')
      .set({ expires_at: until })
      .where('merchant_id', '=', merchantId)
      .where('set_id', '=', set.id)
      .where('kind', 'in', rotated)
      .where('expires_at', '>', until)
      .execute();
    const told: Record<string, string> = {};
    for (const kind of rotated) {
      told[kind] = (await issueBookToken(within, { merchantId, setId: set.id, kind, userName: kind })).token;
    }
    const data = { integrationId, until: overlap === 0 ? null : until.toISOString(), issuedBy: 'us' };
    await recordEvent(ledger, trx, { merchantId, kind: 'integration.credentials-changed', data }, cause);
    return { told, until: overlap === 0 ? null : until };
  });
}

/** Tokens that end with an overlap end now; those that were issued last stay. False when there are none. */
export async function endBookOverlap(
  ledger: Ledger,
  { merchantId, integrationId, cause }: { merchantId: number; integrationId: number; cause: Cause },
): Promise<boolean> {
  return await inTransaction(ledger.db, async (trx) => {
    const set = await lockSet(trx, merchantId, integrationId);
    if (!set?.previousUntil) return false;
    await trx
      .deleteFrom('book_tokens')
      .where('merchant_id', '=', merchantId)
      .where('set_id', '=', set.id)
      .where('kind', 'in', rotated)
      .where('expires_at', '<=', set.previousUntil)
      .where(
        sql<boolean>`exists (
          select from book_tokens newer
          where newer.merchant_id = book_tokens.merchant_id and newer.set_id = book_tokens.set_id and newer.kind = book_tokens.kind
            and newer.id > book_tokens.id)`,
      )
      .execute();
    return await endOverlap({ ...ledger, db: trx }, { merchantId, id: integrationId, cause });
  });
}

async function lockSet(trx: Trx, merchantId: number, integrationId: number) {
  return await trx
    .selectFrom('sets_of_books as s')
    .innerJoin('integrations as i', (join) =>
      join.onRef('i.merchant_id', '=', 's.merchant_id').onRef('i.id', '=', 's.integration_id'),
    )
    .select(['s.id', 'i.wire_id as wireId', 'i.previous_until as previousUntil'])
    .where('i.merchant_id', '=', merchantId)
    .where('i.id', '=', integrationId)
    .where('i.status', '=', 'active')
    .forUpdate('i')
    .executeTakeFirst();
}
