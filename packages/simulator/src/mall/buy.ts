import { randomUUID } from 'node:crypto';
import {
  type ActiveOrderClient,
  type Delivery,
  type DeliveryCallback,
  methods,
  type Order,
  orderStatusNumbers,
  type PlaceOrderBody,
} from '@polyvend/protocols/active-order';
import type { Mall } from './create-mall.ts';

export interface BuyOptions {
  readonly client: ActiveOrderClient;
  readonly machineNo: string;
  readonly products: PlaceOrderBody['products'];
  /** A new one each time unless told. */
  readonly tradeId?: string;
  /** Where of the mall's server the callbacks go: see Mall.notifyUrl. */
  readonly pathSuffix?: string;
  /** How far the buyer goes (`dispensed`). */
  readonly until?: 'ordered' | 'paid' | 'dispensed';
  /** How long each callback is waited for (150 000 ms: longer than the hub waits for the machine). */
  readonly timeoutMs?: number;
}

export interface Purchase {
  readonly orderId: number;
  readonly tradeId: string;
  /** As it was after the last step. */
  readonly order: Order;
  /** A record's each, in the order's order; empty when nothing was to be dispensed. */
  readonly deliveries: readonly Delivery[];
  /** The first callback about each record. Repeats are in `mall.callbacks`. */
  readonly callbacks: readonly DeliveryCallback[];
}

/** @throws ActiveOrderError when the hub refuses, Error when a callback does not come. */
export async function buy(mall: Mall, options: BuyOptions): Promise<Purchase> {
  const { client, machineNo, products, until = 'dispensed', timeoutMs = 150_000 } = options;
  const tradeId = options.tradeId ?? randomUUID().replaceAll('-', '');
  const notify_url = mall.notifyUrl(options.pathSuffix);
  const { order_id: orderId } = await client.placeOrder({ machine_no: machineNo, products, trade_id: tradeId, notify_url });
  const read = () => client.order(orderId, machineNo);
  const nothing = { deliveries: [], callbacks: [] };
  if (until === 'ordered') return { orderId, tradeId, order: await read(), ...nothing };

  await client.updateOrder(orderId, { machine_no: machineNo, status: orderStatusNumbers.paid });
  const paid = await read();
  if (until === 'paid') return { orderId, tradeId, order: paid, ...nothing };

  const deliveries: Delivery[] = [];
  const awaited: Promise<DeliveryCallback>[] = [];
  for (const { id } of paid.records) {
    const callback = callbackOf(mall, orderId, id, timeoutMs); // before asking: it may come before the answer
    callback.catch(() => {}); // its failure is thrown below, or is beside the point when asking failed
    awaited.push(callback);
    const asked = { machine_no: machineNo, order_id: String(orderId), record_id: String(id) };
    deliveries.push(await client.dispense(asked));
  }
  const callbacks = await Promise.all(awaited);
  return { orderId, tradeId, order: await read(), deliveries, callbacks };
}

async function callbackOf(mall: Mall, orderId: number, recordId: number, timeoutMs: number): Promise<DeliveryCallback> {
  const isIt = (body: unknown): body is DeliveryCallback => {
    if (typeof body !== 'object' || body === null) return false;
    const { method, order_id, record_id } = body as Partial<DeliveryCallback>;
    return method === methods.dispensed && order_id === orderId && record_id === recordId;
  };
  const { body } = await mall.next((callback) => isIt(callback.body), timeoutMs);
  return body as DeliveryCallback;
}
