import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { lineOfMerchant } from './change-line.ts';
import { holdPlaces } from './hold-places.ts';

/** What is not said stays as it is. */
export interface SiteChange {
  number?: string | undefined;
  name?: string | undefined;
  /** Null: on none. */
  lineId?: number | null | undefined;
  address?: string | undefined;
  /** Degrees. */
  longitude?: number | null | undefined;
  latitude?: number | null | undefined;
}

export interface SiteChanging {
  merchantId: number;
  siteId: number;
  change: SiteChange;
  cause: Cause;
}

/**
 * Changes a site of our own. Refuses place.unknown, also for one of another platform, which alone may say how it is called, and
 * request.invalid for a number that is taken.
 */
export async function changeSite(ledger: Ledger, { merchantId, siteId, change, cause }: SiteChanging): Promise<void> {
  const { number, name, lineId, address, longitude, latitude } = change;
  await inTransaction(ledger.db, async (trx) => {
    await holdPlaces(trx, merchantId);
    if (lineId != null) await lineOfMerchant(trx, merchantId, lineId);
    if (number !== undefined && (await isSiteNumberTaken(trx, merchantId, number, siteId))) {
      refuse('request.invalid', `number: ${number} is taken`);
    }
    const changed = await trx
      .updateTable('sites')
      .set((eb) => ({
        id: eb.ref('id'),
        ...(number !== undefined && { number }),
        ...(name !== undefined && { name }),
        ...(lineId !== undefined && { line_id: lineId }),
        ...(address !== undefined && { address }),
        ...(longitude !== undefined && { longitude }),
        ...(latitude !== undefined && { latitude }),
      }))
      .where('merchant_id', '=', merchantId)
      .where('id', '=', siteId)
      .where('upstream_integration_id', 'is', null)
      .returning(['number', 'name'])
      .executeTakeFirst();
    if (!changed) refuse('place.unknown', `site ${siteId}`);
    await recordEvent(ledger, trx, { merchantId, kind: 'site.changed', data: { siteId, ...changed } }, cause);
  });
}

export async function isSiteNumberTaken(trx: Trx, merchantId: number, number: string, but?: number): Promise<boolean> {
  const other = await trx
    .selectFrom('sites')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('upstream_integration_id', 'is', null)
    .where('number', '=', number)
    .executeTakeFirst();
  return other !== undefined && other.id !== but;
}
