import { secondsAfter } from '../clock.ts';
import { LedgerError } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { downloadOwnOrders } from './download-own-orders.ts';
import type { Neighbours, OrderSource, SourceFilter } from './ports.ts';
import { receiveOrders } from './receive-orders.ts';
import { ownSource, type SetOfBooks } from './set-of-books.ts';

export interface DownloadPage {
  set: SetOfBooks;
  filter: SourceFilter;
  page: number;
  by: string;
  cause: Cause;
}

/**
 * Brings one page of the order source into the set; answers the next page's number, null after the last. A page that comes twice changes
 * nothing. Refuses order-source.none, .unavailable and .refused.
 */
export async function downloadPage(ledger: Ledger, neighbours: Neighbours, wanted: DownloadPage): Promise<number | null> {
  const { set, filter, page, by, cause } = wanted;
  if (set.source.kind === ownSource) return await downloadOwnOrders(ledger, wanted);
  const source = neighbours.sourceOf(set);
  const read = async (renew: boolean) => source.readPage(await sourceToken(ledger, set, source, renew), filter, page);
  // The source may have forgotten a token before its time: once more with a new one.
  const { orders, next } = await read(false).catch((error: unknown) => {
    const stale = source.signIn && error instanceof LedgerError && error.code === 'order-source.refused';
    return stale ? read(true) : Promise.reject(error as Error);
  });
  await receiveOrders(ledger, { merchantId: set.merchantId, setId: set.id, orders, by, cause });
  return next;
}

/** Seconds before its end from which on a token is renewed. */
const renewedBefore = 300;

/** The token that the set has, or a new one. */
async function sourceToken(ledger: Ledger, set: SetOfBooks, source: OrderSource, renew: boolean): Promise<string> {
  if (!source.signIn) return '';
  const now = ledger.clock.now();
  if (!renew && set.sourceToken && set.sourceToken.expiresAt > secondsAfter(now, renewedBefore)) return set.sourceToken.token;
  const { token, expiresAt } = await source.signIn();
  await ledger.db
    .updateTable('sets_of_books')
    .set({ source_token: ledger.vault.seal({ token }), source_token_created_at: now, source_token_expires_at: expiresAt })
    .where('merchant_id', '=', set.merchantId)
    .where('id', '=', set.id)
    // Not where the credentials were changed meanwhile: the token is of the old ones.
    .where('source_user', '=', set.source.userName)
    .where('updated_at', '=', set.updatedAt)
    .execute();
  return token;
}
