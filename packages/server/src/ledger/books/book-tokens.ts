import { randomBytes } from 'node:crypto';
import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { hashSecret } from '../integrations/vault.ts';
import type { Ledger } from '../ledger.ts';
import { openSet, type SetOfBooks } from './set-of-books.ts';

/** sender: hands over orders; user: everything else; administrator: changes the set of books. */
export type BookTokenKind = 'sender' | 'user' | 'administrator';

const day = 86_400;
/** Seconds that a token holds unless told. */
const standardLife: Record<BookTokenKind, number> = { sender: 365 * day, user: day, administrator: 365 * day };

export interface NewBookToken {
  merchantId: number;
  setId: number;
  kind: BookTokenKind;
  userName: string;
  seconds?: number;
}

/** A new token, told here once: only its hash is kept. Those of the set that have expired are forgotten. */
export async function issueBookToken(ledger: Ledger, wanted: NewBookToken): Promise<{ token: string; expiresAt: Date }> {
  const { merchantId, setId, kind, userName, seconds = standardLife[wanted.kind] } = wanted;
  const token = randomBytes(24).toString('base64url');
  const now = ledger.clock.now();
  const expiresAt = secondsAfter(now, seconds);
  await inTransaction(ledger.db, async (trx) => {
    await trx
      .deleteFrom('book_tokens')
      .where('merchant_id', '=', merchantId)
      .where('set_id', '=', setId)
      .where('expires_at', '<=', now)
      .execute();
    await trx
      .insertInto('book_tokens')
      .values({
        merchant_id: merchantId,
        set_id: setId,
        kind,
        user_name: userName,
        hash: hashSecret(token),
        created_at: now,
        expires_at: expiresAt,
      })
      .execute();
  });
  return { token, expiresAt };
}

export interface BookCaller {
  set: SetOfBooks;
  kind: BookTokenKind;
  userName: string;
  merchantStatus: 'active' | 'unverified' | 'expired';
}

/** No token of ours is longer; what is, is none. */
const longestToken = 128;

/**
 * Whose token this is; undefined for what is none, has expired, or belongs to a set whose integration is revoked. Found by its hash, so
 * that no comparison tells how near a guess was.
 */
export async function findBookToken(ledger: Ledger, token: string): Promise<BookCaller | undefined> {
  if (token === '' || token.length > longestToken) return undefined;
  const row = await ledger.db
    .selectFrom('book_tokens as t')
    .innerJoin('sets_of_books as s', (join) => join.onRef('s.merchant_id', '=', 't.merchant_id').onRef('s.id', '=', 't.set_id'))
    .innerJoin('integrations as i', (join) =>
      join.onRef('i.merchant_id', '=', 's.merchant_id').onRef('i.id', '=', 's.integration_id'),
    )
    .innerJoin('merchants as m', 'm.id', 's.merchant_id')
    .where('t.hash', '=', hashSecret(token))
    .where('t.expires_at', '>', ledger.clock.now())
    .where('i.status', '=', 'active')
    .selectAll('s')
    .select(['t.kind', 't.user_name', 'm.status as merchant_status'])
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    set: openSet(ledger, row),
    kind: row.kind as BookTokenKind,
    userName: row.user_name,
    merchantStatus: row.merchant_status as BookCaller['merchantStatus'],
  };
}

/** All tokens of a kind count no more. Answers how many. */
export async function revokeBookTokens(ledger: Ledger, merchantId: number, setId: number, kind: BookTokenKind): Promise<number> {
  const { numDeletedRows } = await ledger.db
    .deleteFrom('book_tokens')
    .where('merchant_id', '=', merchantId)
    .where('set_id', '=', setId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
