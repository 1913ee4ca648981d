import type { Ledger } from '../ledger.ts';

/** Ids of our own goods, or of another platform's, by their numbers; what is not in the catalogue is left out. */
export async function findGoodsIds(
  ledger: Ledger,
  merchantId: number,
  numbers: readonly string[],
  upstreamIntegrationId: number | null = null,
): Promise<Map<string, number>> {
  if (numbers.length === 0) return new Map();
  const rows = await ledger.db
    .selectFrom('goods')
    .select(['id', 'number'])
    .where('merchant_id', '=', merchantId)
    .where('upstream_integration_id', 'is not distinct from', upstreamIntegrationId)
    .where('number', 'in', [...new Set(numbers)])
    .execute();
  return new Map(rows.map(({ id, number }) => [number, id]));
}
