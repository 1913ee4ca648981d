import { activeOrderClient, orderStatusNumbers } from '@polyvend/protocols/active-order';
import { createMall, createVirtualMachine } from '@polyvend/simulator';
import { onRun } from '../kit/load.ts';
import type { Park } from '../kit/park.ts';
import { sleep } from '../kit/statistics.ts';

export interface DispenseOneByOne {
  url: string;
  mqttUrl: string;
  park: Park;
  times: number;
}

/** Milliseconds, of each sale. */
export interface DispenseTimes {
  /** From the call for a dispense to the command at the machine. */
  toMachine: number[];
  /** From the machine's answer to the callback at the mall. */
  toMall: number[];
  /** The calls themselves, until they were answered. */
  place: number[];
  pay: number[];
  dispense: number[];
}

const pauseMs = 10;

/** Mall and machine in one process, so that one clock times both ways; a sale begins when the one before is over. */
onRun<DispenseOneByOne, DispenseTimes>(async ({ url, mqttUrl, park, times }) => {
  const [parked] = park.machines;
  if (!parked) throw new Error('There is no machine.');
  const [slot] = parked.slots;
  if (!slot) throw new Error('The machine has no slot.');
  const { machineNo, password } = parked;
  const mall = await createMall();
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
  const client = activeOrderClient({ baseUrl: url, ...park.credentials });
  const result: DispenseTimes = { toMachine: [], toMall: [], place: [], pay: [], dispense: [] };

  const timed = async <T>(into: number[], began: number, work: Promise<T>): Promise<T> => {
    const done = await work;
    into.push(performance.now() - began);
    return done;
  };

  async function sellOne(n: number): Promise<void> {
    const product = { product_id: slot?.productId ?? 0, quantity: 1 };
    const order = {
      machine_no: machineNo,
      products: [product],
      trade_id: `latency-${process.pid}-${Date.now()}-${n}`,
      notify_url: mall.notifyUrl(),
    };
    const { order_id } = await timed(result.place, performance.now(), client.placeOrder(order));
    const paid = { machine_no: machineNo, status: orderStatusNumbers.paid };
    await timed(result.pay, performance.now(), client.updateOrder(order_id, paid));
    const { records } = await client.order(order_id, machineNo);
    await sleep(pauseMs); // idle again
    let answered = 0;
    const commanded = machine.waitFor('device.delivery.put');
    const sent = machine.waitForSent('device.delivery.response').then(() => {
      answered = performance.now();
    });
    const called = mall.next(() => true);
    const began = performance.now();
    await Promise.all([
      timed(result.dispense, began, client.dispense({ machine_no: machineNo, order_id, record_id: records[0]?.id ?? 0 })),
      timed(result.toMachine, began, commanded),
      sent,
      called.then(() => result.toMall.push(performance.now() - answered)),
    ]);
    await sleep(pauseMs);
  }

  for (let n = 0; n < times; n += 1) await sellOne(n);
  await machine.stop();
  await mall.close();
  return result;
});
