import { methods, readOneOf, readText } from '@polyvend/protocols/active-order';
import { getDelivery } from '../../../ledger/dispensing/get-delivery.ts';
import { requestDispense } from '../../../ledger/dispensing/request-dispense.ts';
import { requestTestDispense } from '../../../ledger/dispensing/request-test-dispense.ts';
import type { Machine } from '../../../ledger/machines/find-machine.ts';
import { deliveryOf } from '../map.ts';
import type { Call, Done, Handlers } from './call.ts';
import { readId } from './orders.ts';
import { readMachine, readNotifyUrl, readPathId } from './read.ts';

export const deliveryCalls: Handlers<'dispense' | 'delivery' | 'testDispense'> = {
  dispense: async (call) => {
    readOneOf(call.params, 'method', [methods.dispense]);
    const orderId = readId(call, 'order_id');
    const lineId = readId(call, 'record_id');
    const machine = await readMachine(call);
    const batchId = await requestDispense(call.ledger, {
      merchantId: call.merchantId,
      integrationId: call.integration.id,
      machine,
      orderId,
      lineId,
      cause: call.cause,
    });
    return await answerDelivery(call, machine, batchId);
  },

  delivery: async (call) => {
    const deliveryId = readPathId(call, 'delivery_id');
    const machine = await readMachine(call);
    return await answerDelivery(call, machine, deliveryId);
  },

  testDispense: async (call) => {
    readOneOf(call.params, 'method', [methods.dispense]);
    const slotName = readText(call.params, 'channel_name', { max: 32 });
    const notifyUrl = readNotifyUrl(call);
    const machine = await readMachine(call);
    const batchId = await requestTestDispense(call.ledger, {
      merchantId: call.merchantId,
      integrationId: call.integration.id,
      machine,
      slotName,
      notifyUrl,
      cause: call.cause,
    });
    return await answerDelivery(call, machine, batchId);
  },
};

async function answerDelivery(call: Call, machine: Machine, deliveryId: number): Promise<Done> {
  const delivery = await getDelivery(call.ledger, call.merchantId, machine.id, deliveryId);
  return { data: deliveryOf(delivery, call.timeZone) };
}
