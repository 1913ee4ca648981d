import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';

export interface ForeignMachineQuery {
  merchantId: number;
  machineNo: string;
  /** Where several platforms have a machine of that number. */
  upstreamIntegrationId?: number | undefined;
}

/** Through which integration a machine of another platform is known. Refuses machine.unknown, request.invalid where several have it. */
export async function findForeignMachine(
  ledger: Ledger,
  { merchantId, machineNo, upstreamIntegrationId }: ForeignMachineQuery,
): Promise<number> {
  const rows = await ledger.db
    .selectFrom('machines')
    .select('upstream_integration_id as upstream')
    .where('merchant_id', '=', merchantId)
    .where('machine_no', '=', machineNo)
    .where('upstream_integration_id', 'is not', null)
    .$if(upstreamIntegrationId !== undefined, (query) => query.where('upstream_integration_id', '=', upstreamIntegrationId ?? 0))
    .limit(2)
    .execute();
  if (rows.length > 1) refuse('request.invalid', `several platforms have a machine ${machineNo}: integration must name one`);
  return rows[0]?.upstream ?? refuse('machine.unknown', machineNo);
}
