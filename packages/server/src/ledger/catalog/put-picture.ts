import { createHash } from 'node:crypto';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';

export interface PictureDraft {
  merchantId: number;
  /** The good's number in the catalogue. */
  goodsNumber: string;
  bytes: Buffer;
  cause: Cause;
}

/** In bytes. Pictures lie in the database, which all processes share: large ones belong elsewhere. */
export const largestPicture = 2 * 1024 * 1024;

const kinds = [
  { extension: 'png', contentType: 'image/png', begins: (hex: string) => hex.startsWith('89504e470d0a1a0a') },
  { extension: 'jpg', contentType: 'image/jpeg', begins: (hex: string) => hex.startsWith('ffd8ff') },
  { extension: 'gif', contentType: 'image/gif', begins: (hex: string) => /^47494638(37|39)61/.test(hex) },
  { extension: 'webp', contentType: 'image/webp', begins: (hex: string) => /^52494646.{8}57454250/.test(hex) },
];

/**
 * Gives a good its picture: PNG, JPEG, GIF or WebP by what the bytes themselves say. Answers the name under which it is served, which
 * is of the bytes: the same bytes are the same picture. Refuses goods.unknown, request.invalid.
 */
export async function putPicture(ledger: Ledger, { merchantId, goodsNumber, bytes, cause }: PictureDraft): Promise<string> {
  if (bytes.length > largestPicture) refuse('request.invalid', `picture: at most ${largestPicture} bytes`);
  const beginning = bytes.subarray(0, 12).toString('hex');
  const kind = kinds.find(({ begins }) => begins(beginning)) ?? refuse('request.invalid', 'picture: PNG, JPEG, GIF or WebP');
  const name = `${createHash('sha256').update(bytes).digest('hex')}.${kind.extension}`;
  const now = ledger.clock.now();
  await inTransaction(ledger.db, async (trx) => {
    await trx
      .insertInto('media')
      .values({ merchant_id: merchantId, name, content_type: kind.contentType, bytes, created_at: now })
      .onConflict((conflict) => conflict.columns(['merchant_id', 'name']).doNothing())
      .execute();
    const changed = await trx
      .updateTable('goods')
      .set({ picture: name, updated_at: now })
      .where('merchant_id', '=', merchantId)
      .where('upstream_integration_id', 'is', null)
      .where('number', '=', goodsNumber)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) refuse('goods.unknown', goodsNumber);
    await recordEvent(ledger, trx, { merchantId, kind: 'goods.changed', data: { goods: [goodsNumber], picture: name } }, cause);
  });
  return name;
}
