import { readMachineRef, type TestSignAnswer } from '@polyvend/protocols/owitho';
import { findForeignMachines } from '../../../ledger/upstream/find-foreign-machines.ts';
import type { Handler } from './call.ts';

/** A call of the vendor's demo: it shows that a signature fits. */
export const testSign: Handler = async ({ ledger, integration, merchantId, data }): Promise<TestSignAnswer> => {
  const { machineCode } = readMachineRef(data);
  const of = { merchantId, upstreamIntegrationId: integration.id };
  const known = (await findForeignMachines(ledger, of, [machineCode])).has(machineCode);
  return { machineCode, machineInfo: known ? 'known' : 'not synchronised yet' };
};
