import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import type { Ledger } from '../ledger.ts';
import type { ChannelToken } from './channel-token.ts';
import { lockChannelLink } from './lock-channel-link.ts';
import { putChannelToken } from './put-channel-token.ts';

export interface TokenIssue {
  merchantId: number;
  integrationId: number;
  /** Unpredictable. */
  token: string;
  /** Seconds. */
  validFor: number;
  /** Seconds for which the token before it is good beside it. */
  overlap: number;
  /** So many within 24 hours. */
  perDay: number;
}

/** Gives the other side a token to sign with; undefined when it has had too many. Of several that ask at once each gets its own. */
export async function issueChannelToken(ledger: Ledger, issue: TokenIssue): Promise<ChannelToken | undefined> {
  const { merchantId, integrationId, validFor, perDay } = issue;
  return await inTransaction(ledger.db, async (trx) => {
    await lockChannelLink(trx, merchantId, integrationId);
    const now = ledger.clock.now();
    const { made } = await trx
      .selectFrom('channel_tokens')
      .select(sql<number>`count(*)::int`.as('made'))
      .where('merchant_id', '=', merchantId)
      .where('integration_id', '=', integrationId)
      .where('made_at', '>', secondsAfter(now, -86_400))
      .executeTakeFirstOrThrow();
    if (made >= perDay) return undefined;
    return await putChannelToken(ledger, trx, { ...issue, validUntil: secondsAfter(now, validFor) });
  });
}
