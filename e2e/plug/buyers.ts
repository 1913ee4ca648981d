import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ActiveOrderClient, ActiveOrderError, orderStatusNumbers } from '@polyvend/protocols/active-order';
import { productsByMachine, type Site } from '../support/site.ts';

/** What the hub said yes to, so that it must not be lost. */
export interface Promised {
  orderId: number;
  machineNo: string;
  paid: boolean;
  /** Records whose dispensing it took on. */
  dispensing: number[];
}

export interface Buyers {
  /** By trade id. */
  promised: Map<string, Promised>;
  /** How often a call had to be made again because the hub, its database or the machine was gone. */
  retries: number;
  /** Lets each finish what it is about. */
  stop(): Promise<void>;
}

interface Pace {
  clients: number;
  pauseMs: number;
}

interface BuyersOptions extends Pace {
  client: ActiveOrderClient;
  notifyUrl: string;
  machines: readonly { machineNo: string; productIds: readonly number[] }[];
}

const patienceMs = 120_000;
/** Milliseconds, at most, for which a buyer walks away: without it all is sold before the first plug is pulled. */
const usualPause = 300;

/** At all machines of a site. */
export async function startBuyersAt({ hub, mall, tenant }: Site, pace: Partial<Pace> = {}): Promise<Buyers> {
  const machines = await hub.withLedger(productsByMachine);
  return startBuyers({ clients: 8, pauseMs: usualPause, ...pace, client: tenant.client, notifyUrl: mall.notifyUrl(), machines });
}

/** Buyers who go on whatever happens: a call without an answer is made again, under the same trade id. */
function startBuyers({ clients, pauseMs, client, notifyUrl, machines }: BuyersOptions): Buyers {
  const promised = new Map<string, Promised>();
  let stopped = false;
  const buyers = { promised, retries: 0, stop };

  async function again<T>(call: () => Promise<T>): Promise<T> {
    const end = performance.now() + patienceMs;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        // A machine that has lost its connection is back in a moment.
        const final = error instanceof ActiveOrderError && error.status < 500 && !error.is('machineOffline');
        if (final || performance.now() > end) throw error;
        buyers.retries += 1;
        await sleep(50);
      }
    }
  }

  async function place(tradeId: string, machineNo: string, productIds: readonly number[]): Promise<number | undefined> {
    const products = productIds.map((product_id) => ({ product_id, quantity: 1 + Math.floor(Math.random() * 2) }));
    try {
      const order = { machine_no: machineNo, products, trade_id: tradeId, notify_url: notifyUrl };
      return (await again(() => client.placeOrder(order))).order_id;
    } catch (error) {
      if (!(error instanceof ActiveOrderError)) throw error;
      // The answer was lost, the order was not.
      if (error.is('tradeIdExists')) return Number(error.data.order_id);
      if (error.is('stockInsufficient') || error.is('productOffSale')) return undefined;
      throw error;
    }
  }

  async function dispense(order: Promised, recordId: number): Promise<void> {
    const { machineNo, orderId } = order;
    const asked = { machine_no: machineNo, order_id: String(orderId), record_id: String(recordId) };
    await again(() => client.dispense(asked)).catch((error: unknown) => {
      // It was taken on before, and has dropped meanwhile.
      if (!(error instanceof ActiveOrderError && error.is('alreadyDelivered'))) throw error;
    });
    order.dispensing.push(recordId);
  }

  async function buy(): Promise<void> {
    const machine = machines[Math.floor(Math.random() * machines.length)];
    if (!machine) return;
    const { machineNo } = machine;
    const productIds = machine.productIds.filter(() => Math.random() < 0.5);
    if (productIds.length === 0) return;
    const tradeId = randomUUID().replaceAll('-', '');
    const orderId = await place(tradeId, machineNo, productIds);
    if (orderId === undefined) {
      await sleep(20);
      return;
    }
    const order: Promised = { orderId, machineNo, paid: false, dispensing: [] };
    promised.set(tradeId, order);
    if (Math.random() < 0.1) return;
    await again(() => client.updateOrder(orderId, { machine_no: machineNo, status: orderStatusNumbers.paid }));
    order.paid = true;
    if (Math.random() < 0.1) return;
    const { records } = await again(() => client.order(orderId, machineNo));
    for (const { id } of records) await dispense(order, id);
  }

  const all = Array.from({ length: clients }, async () => {
    while (!stopped) {
      await buy();
      await sleep(Math.random() * pauseMs);
    }
  });
  for (const one of all) one.catch(() => undefined); // told by stop()

  async function stop(): Promise<void> {
    stopped = true;
    await Promise.all(all);
  }
  return buyers;
}
