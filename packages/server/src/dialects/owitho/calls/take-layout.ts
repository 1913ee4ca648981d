import { readMachineLayout } from '@polyvend/protocols/owitho';
import { putForeignLayout } from '../../../ledger/upstream/put-foreign-layout.ts';
import { foreignLayoutOf } from '../map/foreign-layout.ts';
import type { Handler } from './call.ts';

/** What lies in a container of a machine replaces what was known of it. One that was sent before what is known changes nothing. */
export const takeLayout: Handler = async ({ ledger, integration, merchantId, data, sentAt, cause }) => {
  const now = ledger.clock.now();
  await putForeignLayout(ledger, {
    ...foreignLayoutOf(readMachineLayout(data)),
    merchantId,
    upstreamIntegrationId: integration.id,
    // A clock that is ahead must not make its word outlast ours.
    saidAt: sentAt < now ? sentAt : now,
    cause,
  });
  return '';
};
