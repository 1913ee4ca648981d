import type { Ledger } from '../ledger.ts';

/**
 * By number; of one that several have, our own, else the one known longest. Those of another platform alone, where that is who speaks of
 * them. What there is not is left out.
 */
export async function findMachineIds(
  ledger: Ledger,
  merchantId: number,
  machineNos: readonly string[],
  upstreamIntegrationId?: number,
): Promise<Map<string, number>> {
  let query = ledger.db.selectFrom('machines');
  if (upstreamIntegrationId !== undefined) query = query.where('upstream_integration_id', '=', upstreamIntegrationId);
  const rows = await query
    .select(['id', 'machine_no'])
    .distinctOn('machine_no')
    .where('merchant_id', '=', merchantId)
    .where('machine_no', '=', (eb) => eb.fn.any(eb.val([...machineNos])))
    .orderBy('machine_no')
    .orderBy((eb) => eb('upstream_integration_id', 'is', null), 'desc')
    .orderBy('id')
    .execute();
  return new Map(rows.map(({ id, machine_no }) => [machine_no, id]));
}
