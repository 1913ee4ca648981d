import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { type Shop, shopOf } from './shop.ts';

/** The merchant's own shop by its sn or by its number. Refuses shop.unknown, for another merchant's and another platform's as well. */
export async function findOwnShop(ledger: Ledger, merchantId: number, by: { sn: string } | { id: number }): Promise<Shop> {
  const [column, value] = 'sn' in by ? (['sn', by.sn] as const) : (['id', by.id] as const);
  const row = await ledger.db
    .selectFrom('pos_shops')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('upstream_integration_id', 'is', null)
    .where(column, '=', value)
    .executeTakeFirst();
  return row ? shopOf(row) : refuse('shop.unknown', String(value));
}
