import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** Whose account it is, of whatever merchant; undefined where there is none of that name. */
export async function findUser(ledger: Ledger, login: string): Promise<{ merchantId: number; id: number } | undefined> {
  return await ledger.db
    .selectFrom('users')
    .select(['merchant_id as merchantId', 'id'])
    .where(sql`lower(login)`, '=', login.trim().toLowerCase())
    .executeTakeFirst();
}
