import { recordAnswer } from '../../ledger/dispensing/record-answer.ts';
import { type Handler, isAlive } from '../heard.ts';

/** What became of one unit of a command. A machine that names no slot state says nothing against the slot. */
export const deliveryResponse: Handler<'device.delivery.response'> = async (heard, body) => {
  const { ledger, machine, saidAt, fields, cause } = heard;
  if (/^\d{1,15}$/.test(body.delivery_id)) {
    const { sign: _, ...raw } = fields;
    await recordAnswer(ledger, {
      merchantId: machine.merchantId,
      machineId: machine.id,
      commandId: Number(body.delivery_id),
      index: body.index ?? 0,
      dispensed: body.deliver_status,
      faultCode: body.floor_status,
      error: body.error_msg ?? '',
      answeredAt: saidAt,
      raw,
      cause,
    });
  }
  await isAlive(heard);
};
