import type { Ledger } from '../ledger/ledger.ts';

/** Which of these notifications were delivered, by their job keys. */
export async function deliveredKeys(
  { db }: Pick<Ledger, 'db'>,
  merchantId: number,
  jobKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (jobKeys.length === 0) return new Set();
  const rows = await db
    .selectFrom('notifications')
    .select('job_key')
    .where('merchant_id', '=', merchantId)
    .where('job_key', '=', (eb) => eb.fn.any(eb.val([...jobKeys])))
    .where('state', '=', 'delivered')
    .execute();
  return new Set(rows.map(({ job_key }) => job_key));
}
