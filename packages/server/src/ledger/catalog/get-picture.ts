import type { Ledger } from '../ledger.ts';
import { blankPicture } from './blank-picture.ts';

export interface Picture {
  contentType: string;
  bytes: Buffer;
}

/** By the name under which it is served, of whichever merchant: who knows the hash knows the picture. */
export async function getPicture(ledger: Ledger, name: string): Promise<Picture | undefined> {
  if (name === blankPicture.name) return blankPicture;
  return await ledger.db
    .selectFrom('media')
    .select(['content_type as contentType', 'bytes'])
    .where('name', '=', name)
    .limit(1)
    .executeTakeFirst();
}
