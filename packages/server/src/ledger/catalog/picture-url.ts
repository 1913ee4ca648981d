import type { Ledger } from '../ledger.ts';

/** Where anybody can fetch a good's picture: its own, served by us, else the address that the catalogue names; empty without either. */
export function pictureUrl(
  ledger: Pick<Ledger, 'publicUrl'>,
  goods: { picture: string | null; pictureUrl: string | null },
): string {
  return goods.picture === null ? (goods.pictureUrl ?? '') : `${ledger.publicUrl}/media/${goods.picture}`;
}
