import { sql } from 'kysely';
import type { Db } from '../ledger.ts';

/** Tells whoever speaks with the machine that its queue has changed, once the transaction is committed. */
export async function wakeMachine(db: Db, merchantId: number, machineId: number): Promise<void> {
  await sql`select pg_notify('commands', ${`${merchantId}:${machineId}`})`.execute(db);
}
