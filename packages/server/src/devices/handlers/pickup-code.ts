import { recordMachineUse } from '../../ledger/pickup-codes/record-machine-use.ts';
import { typePickupCode } from '../../ledger/pickup-codes/type-pickup-code.ts';
import { type Handler, isAlive } from '../heard.ts';

/** The machine gave out a good for a code by itself. */
export const pickupCodeUsed: Handler<'client.pickup_codes.put'> = async (heard, { id }) => {
  const { ledger, machine, saidAt, cause } = heard;
  const use = { merchantId: machine.merchantId, machineId: machine.id, pickupCodeId: id, usedAt: saidAt, cause };
  await recordMachineUse(ledger, use);
  await isAlive(heard);
};

/** Someone typed a code, and the machine asks whether it is good. */
export const pickupCodeTyped: Handler<'client.pickup_code.typed'> = async (heard, { code, serial }) => {
  const { ledger, machine, saidAt, cause } = heard;
  // First, so that the machine is known to be there when it is to be answered.
  await isAlive(heard);
  await typePickupCode(ledger, { merchantId: machine.merchantId, machineId: machine.id, code, serial, typedAt: saidAt, cause });
};
