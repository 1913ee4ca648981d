import {
  type ActiveOrderClient,
  ActiveOrderError,
  type DeliveryCallback,
  orderStatusNumbers,
} from '@polyvend/protocols/active-order';
import { pick, type Random, randomStream, type Seed } from '../shared/random.ts';
import { createMall, type Mall } from './create-mall.ts';
import { createShelves } from './shelves.ts';

export interface RunMallOptions {
  readonly client: ActiveOrderClient;
  readonly machineNos: readonly string[];
  /** Orders begun, on average; they come as buyers do, not in step. */
  readonly ratePerSecond: number;
  /** How long orders are begun; Infinity: until `signal`. */
  readonly seconds: number;
  readonly signal?: AbortSignal;
  readonly seed?: Seed;
  /** Where callbacks go; one of its own, closed at the end, unless told. */
  readonly mall?: Mall;
  /** Share of orders that are never paid (0.05), and of those paid that are refunded before dispensing (0.03). */
  readonly unpaidRate?: number;
  readonly refundRate?: number;
  /** Refunds what failed, as an honest mall does (true). */
  readonly refundFailures?: boolean;
  /** Most different products in an order (2), and of each (2). */
  readonly mostProducts?: number;
  readonly mostOfEach?: number;
  /** Purchases under way (200); buyers that come to a full mall are counted and go. */
  readonly atOnce?: number;
  /** How long a callback is waited for (150 000 ms). */
  readonly callbackMs?: number;
  readonly onSale?: (sale: Sale) => void;
}

export interface Sale {
  readonly machineNo: string;
  readonly result: 'dispensed' | 'failed' | 'unpaid' | 'refunded' | 'refused' | 'sold-out' | 'error';
  readonly orderId?: number;
  /** Why it was refused, or what broke. */
  readonly error?: Error;
}

export interface MallTally {
  readonly begun: number;
  /** By how each ended; `failed` are those with a record that did not drop. */
  readonly results: Readonly<Record<Sale['result'], number>>;
  /** Refusals by the hub's code. */
  readonly refusals: Readonly<Record<number, number>>;
  /** Buyers who found the mall full. */
  readonly turnedAway: number;
  /** From the order to its last callback. */
  readonly purchaseMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly seconds: number;
}

/** A day at a mall: random orders, paid, dispensed, left or refunded. Chance is seeded: the n-th buyer always wants the same. */
export async function runMall(options: RunMallOptions): Promise<MallTally> {
  const { seed = 0, ratePerSecond, seconds, signal, atOnce = 200 } = options;
  const mall = options.mall ?? (await createMall());
  const shelves = createShelves(options.client);
  const results = { dispensed: 0, failed: 0, unpaid: 0, refunded: 0, refused: 0, 'sold-out': 0, error: 0 };
  const refusals: Record<number, number> = {};
  const times: number[] = [];
  const underWay = new Set<Promise<void>>();
  const began = performance.now();
  const gaps = randomStream(seed, 'gaps');
  let begun = 0;
  let turnedAway = 0;

  async function serve(buyer: Random, machineNo: string): Promise<void> {
    const start = performance.now();
    const sale = await sell(options, mall, shelves, buyer, machineNo);
    results[sale.result] += 1;
    if (sale.error instanceof ActiveOrderError) refusals[sale.error.code] = (refusals[sale.error.code] ?? 0) + 1;
    if (sale.result === 'dispensed' || sale.result === 'failed') times.push(performance.now() - start);
    options.onSale?.(sale);
  }

  let due = 0;
  for (;;) {
    due += (-Math.log(1 - gaps()) / ratePerSecond) * 1_000;
    if (due >= seconds * 1_000) break;
    const wait = due - (performance.now() - began);
    if (wait > 0) await pause(wait, signal);
    if (signal?.aborted) break;
    const buyer = randomStream(seed, 'buyer', begun++);
    const machineNo = pick(buyer, options.machineNos);
    if (machineNo === undefined) break;
    if (underWay.size >= atOnce) {
      turnedAway += 1;
      continue;
    }
    const served = serve(buyer, machineNo).finally(() => underWay.delete(served));
    underWay.add(served);
  }
  await Promise.all(underWay);
  if (options.mall === undefined) await mall.close();

  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0);
  const purchaseMs = { p50: at(0.5), p99: at(0.99), max: at(1) };
  return { begun, results, refusals, turnedAway, purchaseMs, seconds: (performance.now() - began) / 1_000 };
}

async function sell(
  options: RunMallOptions,
  mall: Mall,
  shelves: ReturnType<typeof createShelves>,
  buyer: Random,
  machineNo: string,
): Promise<Sale> {
  const { client, unpaidRate = 0.05, refundRate = 0.03, refundFailures = true, callbackMs = 150_000 } = options;
  const [leaves, regrets] = [buyer(), buyer()];
  try {
    const products = await shelves.choose(machineNo, buyer, options.mostProducts ?? 2, options.mostOfEach ?? 2);
    if (products.length === 0) return { machineNo, result: 'sold-out' };
    const until = leaves < unpaidRate ? 'ordered' : regrets < refundRate ? 'paid' : 'dispensed';
    const { orderId, callbacks } = await mall.buy({ client, machineNo, products, until, timeoutMs: callbackMs });
    if (until === 'ordered') return { machineNo, result: 'unpaid', orderId };
    const refund = () => client.updateOrder(orderId, { machine_no: machineNo, status: orderStatusNumbers.refunding });
    if (until === 'paid') {
      await refund();
      return { machineNo, result: 'refunded', orderId };
    }
    const failed = callbacks.some(({ deliver_status }: DeliveryCallback) => deliver_status !== '1');
    if (failed && refundFailures) await refund();
    return { machineNo, result: failed ? 'failed' : 'dispensed', orderId };
  } catch (error) {
    shelves.forget(machineNo);
    if (error instanceof ActiveOrderError) return { machineNo, result: 'refused', error };
    return { machineNo, result: 'error', error: error instanceof Error ? error : new Error(String(error)) };
  }
}

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
