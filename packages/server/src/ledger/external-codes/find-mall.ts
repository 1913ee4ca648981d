import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';

/** An integration that says of codes typed at our machines whether they are good. */
export interface CodeMall {
  integrationId: number;
  /** Codes of these lengths go to it at once. */
  lengths: readonly number[];
}

/**
 * Those whose settings have a `mallUrl`, where it is asked; `pickupCodeLengths`, a list of lengths, sends codes there that we would look
 * for among ours first. Lengths without a place to ask make no mall: nobody could say of its codes whether they are good.
 */
export async function listMalls(trx: Trx, merchantId: number): Promise<CodeMall[]> {
  const { rows } = await sql<{ id: number; lengths: unknown }>`
    select id, settings -> 'pickupCodeLengths' as lengths from integrations
    where merchant_id = ${merchantId} and status = 'active' and coalesce(settings ->> 'mallUrl', '') <> ''
    order by id`.execute(trx);
  return rows.map(({ id, lengths }) => ({ integrationId: id, lengths: Array.isArray(lengths) ? lengths.map(Number) : [] }));
}

/** Who is asked about a code that is none of ours and of no set length. */
export function findMall(malls: readonly CodeMall[]): CodeMall | undefined {
  return malls.find(({ lengths }) => lengths.length === 0) ?? malls[0];
}
