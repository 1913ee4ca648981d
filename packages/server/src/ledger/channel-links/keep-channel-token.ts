import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { type ChannelToken, listChannelTokens } from './channel-token.ts';
import { lockChannelLink } from './lock-channel-link.ts';
import { putChannelToken } from './put-channel-token.ts';

export interface TokenKeeping {
  merchantId: number;
  integrationId: number;
  /** Seconds before its end at which a token is replaced; of a short-lived one, half its life. */
  ahead: number;
  /** Seconds for which the other side still signs with the one before. */
  overlap: number;
  /** Asks the other side for a new one, which ends the one before. */
  fetch: () => Promise<{ token: string; validUntil: Date }>;
}

/** Seconds after a try that failed before there is another. */
const pause = 5;

/** Tokens of an hour: the other side counts those of a day, and refuses more. */
const mostPerHour = 8;

const underWay = new WeakMap<Ledger, Map<string, Promise<ChannelToken>>>();

/**
 * The token to sign with, fetched when there is none, before it ends, and when the other side refused it. Of all processes one fetches,
 * holding the connection's row, and the others use what it got; those of one process that ask meanwhile share one wait. While no new
 * one can be had, the old is used for as long as it is valid. @throws Error saying why there is none.
 */
export async function keepChannelToken(ledger: Ledger, keeping: TokenKeeping): Promise<ChannelToken> {
  const { merchantId, integrationId } = keeping;
  const known = toSignWith(await listChannelTokens(ledger, merchantId, integrationId), ledger.clock.now());
  if (known && !isDue(known, keeping, ledger.clock.now())) return known;
  const waiting = underWay.get(ledger) ?? new Map<string, Promise<ChannelToken>>();
  underWay.set(ledger, waiting);
  const key = `${merchantId}/${integrationId}`;
  const shared = waiting.get(key) ?? fetchOnce(ledger, keeping).finally(() => waiting.delete(key));
  waiting.set(key, shared);
  return await shared;
}

async function fetchOnce(ledger: Ledger, keeping: TokenKeeping): Promise<ChannelToken> {
  const { token, error } = await inTransaction(ledger.db, (trx) => fetchLocked(ledger, trx, keeping));
  return token ?? fail(error);
}

/** What went wrong is recorded, so the transaction has to stand. */
async function fetchLocked(
  ledger: Ledger,
  trx: Trx,
  keeping: TokenKeeping,
): Promise<{ token: ChannelToken | undefined; error: string }> {
  const { merchantId, integrationId, overlap } = keeping;
  const link = await lockChannelLink(trx, merchantId, integrationId);
  const now = ledger.clock.now();
  const token = toSignWith(await listChannelTokens(ledger, merchantId, integrationId, trx), now);
  if (token && !isDue(token, keeping, now)) return { token, error: '' };
  const failedJustNow = link.tokenError !== '' && link.tokenAskedAt !== null && now < secondsAfter(link.tokenAskedAt, pause);
  if (failedJustNow) return { token, error: link.tokenError };
  if ((await madeSince(trx, keeping, secondsAfter(now, -3_600))) >= mostPerHour) {
    return { token, error: `${mostPerHour} tokens within an hour were ended or refused` };
  }
  const note = (error: string) =>
    trx
      .updateTable('channel_links')
      .set({ token_asked_at: now, token_error: error })
      .where('merchant_id', '=', merchantId)
      .where('integration_id', '=', integrationId)
      .execute();
  let fetched: Awaited<ReturnType<TokenKeeping['fetch']>>;
  try {
    fetched = await keeping.fetch();
  } catch (error) {
    const words = (error instanceof Error ? error.message : String(error)).slice(0, 200) || 'unknown';
    await note(words);
    return { token, error: words };
  }
  await note('');
  return { token: await putChannelToken(ledger, trx, { merchantId, integrationId, overlap, ...fetched }), error: '' };
}

function toSignWith(tokens: readonly ChannelToken[], now: Date): ChannelToken | undefined {
  return tokens.find(({ refused, validUntil }) => !refused && validUntil > now);
}

function isDue({ madeAt, validUntil }: ChannelToken, { ahead }: TokenKeeping, now: Date): boolean {
  const life = (validUntil.getTime() - madeAt.getTime()) / 1000;
  return now >= secondsAfter(madeAt, Math.max(life - ahead, life / 2));
}

async function madeSince(trx: Trx, { merchantId, integrationId }: TokenKeeping, since: Date): Promise<number> {
  const { made } = await trx
    .selectFrom('channel_tokens')
    .select(sql<number>`count(*)::int`.as('made'))
    .where('merchant_id', '=', merchantId)
    .where('integration_id', '=', integrationId)
    .where('made_at', '>', since)
    .executeTakeFirstOrThrow();
  return made;
}

function fail(why: string): never {
  throw new Error(`no token: ${why}`);
}
