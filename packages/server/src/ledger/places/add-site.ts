import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { lineOfMerchant } from './change-line.ts';
import { isSiteNumberTaken } from './change-site.ts';
import { holdPlaces } from './hold-places.ts';
import { putSite } from './put-site.ts';

export interface NewSite {
  merchantId: number;
  number: string;
  name: string;
  lineId?: number | null | undefined;
  address?: string | undefined;
  /** Degrees. */
  longitude?: number | undefined;
  latitude?: number | undefined;
  cause: Cause;
}

/** A site that was not there before; answers its id. Refuses place.unknown for the line, request.invalid for a number that is taken. */
export async function addSite(ledger: Ledger, { lineId, ...site }: NewSite): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    await holdPlaces(trx, site.merchantId);
    if (await isSiteNumberTaken(trx, site.merchantId, site.number)) refuse('request.invalid', `number: ${site.number} is taken`);
    const line = lineId == null ? undefined : (await lineOfMerchant(trx, site.merchantId, lineId)).name;
    return await putSite({ ...ledger, db: trx }, { ...site, line });
  });
}
