import type { Ledger } from '../ledger.ts';
import type { Upstream } from './identify-foreign-goods.ts';

/** Ids of machines that are known through an integration, by their numbers there; what there is not is left out. */
export async function findForeignMachines(
  ledger: Ledger,
  { merchantId, upstreamIntegrationId }: Upstream,
  machineNos: readonly string[],
): Promise<Map<string, number>> {
  const rows = await ledger.db
    .selectFrom('machines')
    .select(['id', 'machine_no'])
    .where('merchant_id', '=', merchantId)
    .where('upstream_integration_id', '=', upstreamIntegrationId)
    .where('machine_no', '=', (eb) => eb.fn.any(eb.val([...new Set(machineNos)])))
    .execute();
  return new Map(rows.map(({ id, machine_no }) => [machine_no, id]));
}
