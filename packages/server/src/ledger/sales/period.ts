import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** When days of the merchant (`YYYY-MM-DD`, both included) begin and end; what is not said has no bound. */
export async function periodOf(
  ledger: Ledger,
  merchantId: number,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Promise<{ from: Date | undefined; until: Date | undefined }> {
  if (from === undefined && to === undefined) return { from: undefined, until: undefined };
  const { rows } = await sql<{ from: Date | null; until: Date | null }>`
    select ${from ?? null}::date::timestamp at time zone time_zone as "from", (${to ?? null}::date + 1)::timestamp at time zone time_zone as until
    from merchants where id = ${merchantId}`.execute(ledger.db);
  return { from: rows[0]?.from ?? undefined, until: rows[0]?.until ?? undefined };
}
