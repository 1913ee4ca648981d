import { recordFarewell } from '../../ledger/machines/record-farewell.ts';
import type { Handler } from '../heard.ts';

/** A farewell, or a last will that the broker speaks for a machine that is gone: the one message that is no sign of life. */
export const offline: Handler<'client.offline'> = async ({ ledger, machine, saidAt, cause }, { reason }) => {
  await recordFarewell(ledger, { merchantId: machine.merchantId, machineId: machine.id, saidAt, reason: reason ?? '', cause });
};
