import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** What a merchant does once, before anything can be sold, as far as it is done. */
export interface FirstSteps {
  goods: boolean;
  /** The first machine, one of the merchant’s own where there is one. */
  machineId: number | null;
  /** Some slot has a good. */
  planogram: boolean;
  /** Something lies in some slot. */
  stock: boolean;
  /** Another system is connected. */
  integration: boolean;
  sale: boolean;
}

/** `machineIds` null: of all machines. */
export async function readFirstSteps(
  ledger: Ledger,
  { merchantId, machineIds }: { merchantId: number; machineIds: readonly number[] | null },
): Promise<FirstSteps> {
  const theirs = sql`merchant_id = ${merchantId}`;
  const ofMachines = (column: string) =>
    sql`(${machineIds}::bigint[] is null or ${sql.ref(column)} = any(${machineIds}::bigint[]))`;
  const { rows } = await sql<FirstSteps>`
    select exists (select from goods where ${theirs}) as goods,
      (select id from machines where ${theirs} and ${ofMachines('id')}
       order by upstream_integration_id is not null, id limit 1) as "machineId",
      exists (select from slots where ${theirs} and ${ofMachines('machine_id')} and goods_id is not null) as planogram,
      exists (select from slots where ${theirs} and ${ofMachines('machine_id')} and on_hand > 0) as stock,
      exists (select from integrations where ${theirs} and status = 'active') as integration,
      exists (select from trades where ${theirs} and ${ofMachines('machine_id')}) as sale`.execute(ledger.db);
  const [steps] = rows;
  if (!steps) throw new Error('A select without a table has one row.');
  return steps;
}
