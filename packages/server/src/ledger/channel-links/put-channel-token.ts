import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { ChannelToken } from './channel-token.ts';

export interface NewChannelToken {
  merchantId: number;
  integrationId: number;
  token: string;
  validUntil: Date;
  /** Seconds for which the tokens before it are good beside it. */
  overlap: number;
}

/** Seconds that tokens are kept when they are over: of a day's number something must be known. */
const kept = 2 * 86_400;

/** A new token, which ends those before it after the overlap. Every process is told to forget what it remembers of credentials. */
export async function putChannelToken(ledger: Ledger, trx: Trx, draft: NewChannelToken): Promise<ChannelToken> {
  const { merchantId, integrationId, token, validUntil, overlap } = draft;
  const now = ledger.clock.now();
  await sql`
    update channel_tokens set accepted_until = least(accepted_until, ${secondsAfter(now, overlap)})
    where merchant_id = ${merchantId} and integration_id = ${integrationId}`.execute(trx);
  await trx
    .deleteFrom('channel_tokens')
    .where('merchant_id', '=', merchantId)
    .where('integration_id', '=', integrationId)
    .where('accepted_until', '<', secondsAfter(now, -kept))
    .execute();
  const { id } = await trx
    .insertInto('channel_tokens')
    .values({
      merchant_id: merchantId,
      integration_id: integrationId,
      token: ledger.vault.seal({ token }),
      made_at: now,
      valid_until: validUntil,
      accepted_until: validUntil,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`select pg_notify('integrations', '')`.execute(trx);
  return { id, token, madeAt: now, validUntil, acceptedUntil: validUntil, refused: false };
}
