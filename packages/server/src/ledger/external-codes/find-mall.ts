import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';

/** An integration that says of codes typed at our machines whether they are good. */
export interface CodeMall {
  integrationId: number;
  /** Codes of these lengths go to it at once. */
  lengths: readonly number[];
}

/** Those whose settings have `pickupCodeLengths`, a list of lengths; an empty one too makes it a mall of codes. */
export async function listMalls(trx: Trx, merchantId: number): Promise<CodeMall[]> {
  const { rows } = await sql<{ id: number; lengths: unknown[] }>`
    select id, settings -> 'pickupCodeLengths' as lengths from integrations
    where merchant_id = ${merchantId} and status = 'active' and jsonb_typeof(settings -> 'pickupCodeLengths') = 'array'
    order by id`.execute(trx);
  return rows.map(({ id, lengths }) => ({ integrationId: id, lengths: lengths.map(Number) }));
}

/** Who is asked about a code that is none of ours and of no set length. */
export function findMall(malls: readonly CodeMall[]): CodeMall | undefined {
  return malls.find(({ lengths }) => lengths.length === 0) ?? malls[0];
}
