import { recordMachineUse } from '../../ledger/pickup-codes/record-machine-use.ts';
import { type Handler, isAlive } from '../heard.ts';

/** The machine gave out a good for a code by itself. */
export const pickupCodeUsed: Handler<'client.pickup_codes.put'> = async (heard, { id }) => {
  const { ledger, machine, saidAt, cause } = heard;
  const use = { merchantId: machine.merchantId, machineId: machine.id, pickupCodeId: id, usedAt: saidAt, cause };
  await recordMachineUse(ledger, use);
  await isAlive(heard);
};
