import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ActiveOrderClient, ActiveOrderError } from '@polyvend/protocols/active-order';

/** What a buyer was told yes to: one can, ordered, paid, and its dispensing taken on. */
export interface Bought {
  orderId: number;
  recordId: number;
  productId: number;
}

export interface Shopping {
  bought: readonly Bought[];
  /** Orders refused because nothing was left. */
  soldOut: number;
  /** Calls made again at the other hub because one did not answer. */
  failovers: number;
}

export interface ShoppingOptions {
  /** A client of each hub. */
  clients: readonly ActiveOrderClient[];
  orders: number;
  shoppers: number;
  products: readonly { machineNo: string; productId: number }[];
  notifyUrl: string;
}

const patienceMs = 60_000;
const pauseMs = 120;

/** So many orders of a can each, from both hubs in turn; whoever gets no answer asks the other hub, under the same trade id. */
export async function shop({ clients, orders, shoppers, products, notifyUrl }: ShoppingOptions): Promise<Shopping> {
  const bought: Bought[] = [];
  const counts = { soldOut: 0, failovers: 0 };
  let next = 0;

  async function ask<T>(first: number, call: (client: ActiveOrderClient) => Promise<T>): Promise<T> {
    const end = performance.now() + patienceMs;
    for (let n = first; ; n += 1) {
      const client = clients[n % clients.length];
      if (!client) throw new Error('There is no hub to ask.');
      try {
        return await call(client);
      } catch (error) {
        if ((error instanceof ActiveOrderError && error.status < 500) || performance.now() > end) throw error;
        counts.failovers += 1;
        await sleep(20);
      }
    }
  }

  async function buy(n: number): Promise<void> {
    const product = products[n % products.length];
    if (!product) throw new Error('There is nothing to buy.');
    const { machineNo: machine_no, productId } = product;
    const trade_id = randomUUID().replaceAll('-', '');
    const order = { machine_no, products: [{ product_id: productId, quantity: 1 }], trade_id, notify_url: notifyUrl };
    const placed = await ask(n, (client) => client.placeOrder(order)).catch((error: unknown) => {
      if (!(error instanceof ActiveOrderError)) throw error;
      // The answer was lost, the order was not.
      if (error.is('tradeIdExists')) return { order_id: Number(error.data.order_id) };
      if (error.is('stockInsufficient')) return undefined;
      throw error;
    });
    if (!placed) {
      counts.soldOut += 1;
      return;
    }
    const orderId = placed.order_id;
    // Each step at the other hub than the one before.
    await ask(n + 1, (client) => client.updateOrder(orderId, { machine_no, status: 1 }));
    const { records } = await ask(n, (client) => client.order(orderId, machine_no));
    const recordId = records[0]?.id ?? 0;
    const asked = { machine_no, order_id: String(orderId), record_id: String(recordId) };
    await ask(n + 1, (client) => client.dispense(asked)).catch((error: unknown) => {
      if (!(error instanceof ActiveOrderError && error.is('alreadyDelivered'))) throw error;
    });
    bought.push({ orderId, recordId, productId });
  }

  await Promise.all(
    Array.from({ length: shoppers }, async () => {
      while (next < orders) {
        next += 1;
        await buy(next);
        await sleep(Math.random() * pauseMs);
      }
    }),
  );
  return { bought, ...counts };
}
