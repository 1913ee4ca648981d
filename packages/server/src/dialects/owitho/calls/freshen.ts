import { calls, encodeEnvelope, patience, readAnswer, readMachineLayout } from '@polyvend/protocols/owitho';
import type { Freshen } from '../../../http/freshen.ts';
import { putForeignLayout } from '../../../ledger/upstream/put-foreign-layout.ts';
import { platformSettings, roles } from '../integration.ts';
import { foreignLayoutOf } from '../map/foreign-layout.ts';
import { stampOf } from './stamp.ts';

/** Asks a third party what lies in a machine of its own, for at most 3 s: a buyer waits. It is the freshest that is known of its stock. */
export const freshen: Freshen = async ({ ledger, http, cause }, integration, machineNo) => {
  const { thirdUrl } = platformSettings(integration);
  if (integration.role !== roles.platform || thirdUrl === '') return false;
  const saidAt = ledger.clock.now();
  const { status, body } = await http.request('POST', thirdUrl + calls.machineQuery.path, {
    headers: { 'content-type': 'application/json' },
    body: encodeEnvelope({ machineCode: machineNo }, await stampOf(ledger, integration)),
    timeout: patience.machineQueryMs,
  });
  const layout = readMachineLayout(readAnswer(status, body));
  if (layout.machineCode !== machineNo) throw new Error(`it answered of machine ${layout.machineCode}`);
  const of = { merchantId: integration.merchant.id, upstreamIntegrationId: integration.id };
  await putForeignLayout(ledger, { ...foreignLayoutOf(layout), ...of, saidAt, cause });
  return true;
};
