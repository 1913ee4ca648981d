import type { Selectable } from 'kysely';
import type { PosShopsTable } from '../../../database/tables.generated.ts';
import type { Trx } from '../../ledger.ts';
import { type Shop, shopOf } from '../shop.ts';

/** A shop of our own sales, held: what is booked and what is closed go one after another. */
export interface VendingShop extends Shop {
  merchantId: number;
  /** Null: its sales are told no more. */
  vendingSince: Date | null;
  /** The first business day that is not closed, `YYYY-MM-DD`. */
  openDay: string;
  closedUntil: Date | null;
}

/** The shop of this number, or the one that the site is now; undefined where there is none. */
export async function lockVendingShop(
  trx: Trx,
  merchantId: number,
  by: { id: number } | { siteId: number | null },
): Promise<VendingShop | undefined> {
  const shops = trx.selectFrom('pos_shops').selectAll().where('merchant_id', '=', merchantId).forNoKeyUpdate();
  const row: Selectable<PosShopsTable> | undefined =
    'id' in by
      ? await shops.where('id', '=', by.id).executeTakeFirst()
      : await shops.where('site_id', '=', by.siteId).where('vending_since', 'is not', null).executeTakeFirst();
  if (!row) return undefined;
  return {
    ...shopOf(row),
    merchantId,
    vendingSince: row.vending_since,
    openDay: row.open_day ?? '',
    closedUntil: row.closed_until,
  };
}

/** When something is booked that came to be at `at`: then, unless the day is closed, else now. */
export function bookingTime({ closedUntil }: Pick<VendingShop, 'closedUntil'>, at: Date, now: Date): Date {
  if (at > now) return now;
  return closedUntil && at < closedUntil ? now : at;
}

/** Documents and the times by which they are asked for have whole seconds. */
export const toSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000);
