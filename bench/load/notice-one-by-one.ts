import { owithoThirdPartyClient } from '@polyvend/protocols/owitho';
import { createVirtualMachine } from '@polyvend/simulator';
import { onRun } from '../kit/load.ts';
import type { Park } from '../kit/park.ts';
import { sleep } from '../kit/statistics.ts';

export interface NoticeOneByOne {
  url: string;
  mqttUrl: string;
  park: Park;
  account: { appId: string; secretKey: string };
  times: number;
}

/** Milliseconds, of each order. */
export interface NoticeTimes {
  /** From before the notice is sent to the command at the machine. */
  toMachine: number[];
  /** The call, until it was answered. */
  notice: number[];
}

const pauseMs = 10;

/** Platform and machine in one process, so that one clock times both ends; an order begins when the one before is over. */
onRun<NoticeOneByOne, NoticeTimes>(async ({ url, mqttUrl, park, account, times }) => {
  const [parked] = park.machines;
  if (!parked) throw new Error('There is no machine.');
  const { machineNo, password } = parked;
  const machine = createVirtualMachine({
    machineNo,
    deviceKey: park.credentials.appId,
    mqttUrl,
    username: machineNo,
    password,
    terse: true,
    slots: parked.slots.map((one) => ({ ...one, stock: 1_000_000 })),
    behaviour: { dispenseMs: [0, 0] },
  });
  await machine.connect();
  // No token is valid: the platform signs with the secret key in its place.
  const platform = owithoThirdPartyClient({ baseUrl: url, ...account, tokens: () => [] });
  const result: NoticeTimes = { toMachine: [], notice: [] };
  for (let n = 0; n < times; n += 1) {
    const now = new Date();
    const commanded = machine.waitFor('device.delivery.put');
    const sent = machine.waitForSent('device.delivery.response');
    const began = performance.now();
    await Promise.all([
      platform
        .orderNotice({
          orderViewId: `bench-${process.pid}-${now.getTime()}-${n}`,
          machineCode: machineNo,
          containerCode: '',
          discountMoney: 0,
          originAmount: 200,
          actualAmount: 200,
          payStatus: 1,
          refundStatus: 0,
          orderTime: now,
          payCompleteTime: now,
          payMethod: 2,
          orderDetailList: [{ skuCode: '1', slotNum: 'A11', quantity: 1, originalPrice: 200, actualPrice: 200 }],
        })
        .then(() => result.notice.push(performance.now() - began)),
      commanded.then(() => result.toMachine.push(performance.now() - began)),
      sent,
    ]);
    await sleep(pauseMs);
  }
  await machine.stop();
  return result;
});
