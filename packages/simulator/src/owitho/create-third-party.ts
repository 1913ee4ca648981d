import {
  answerError,
  answerOk,
  calls,
  createTokenKeeper,
  fetchToken,
  type MachineLayout,
  type MachineStatus,
  type OrderCallback,
  type OrderOutcome,
  type OwithoPlatformClient,
  owithoPlatformClient,
  readMachineRef,
  readOrderNotice,
  readOrderRef,
  type Sku,
  writeMachineLayout,
} from '@polyvend/protocols/owitho';
import { type Clock, sleep, timersOf } from '../shared/clock.ts';
import { createHistory } from '../shared/history.ts';
import { randomStream, type Seed } from '../shared/random.ts';
import { lossyFetch } from '../shared/wire-faults.ts';
import { createSignedServer, type ReceivedCall } from './signed-server.ts';
import {
  type CallbackFate,
  drawOrderFate,
  honest,
  type OrderFate,
  type OrderStep,
  type ThirdPartyBehaviour,
} from './third-party-behaviour.ts';
import { createMachines, type ThirdPartyDrop } from './third-party-machines.ts';
import { contrary, createOrders } from './third-party-orders.ts';

export interface ThirdPartyOptions {
  readonly appId: string;
  readonly secretKey: string;
  /** The platform's address; may be told later, by `connect`. */
  readonly platformUrl?: string | undefined;
  /** What its machines hold at first. Money in fen. */
  readonly machines: readonly MachineLayout[];
  /** Its products; those of the slots unless told. */
  readonly skus?: readonly Sku[];
  readonly behaviour?: Partial<ThirdPartyBehaviour>;
  readonly seed?: Seed;
  readonly clock?: Clock;
  /** Calls kept (100 000). */
  readonly remember?: number;
  /** 0: any that is free. */
  readonly port?: number;
}

/** A callback as it was sent, once it was answered or failed. */
export interface SentCallback {
  readonly at: Date;
  readonly outcome: OrderCallback;
  readonly fate: CallbackFate;
  readonly accepted: boolean;
  /** Why not. */
  readonly error?: unknown;
}

export interface ThirdParty {
  /** `${third.url}`: where the platform calls. */
  readonly baseUrl: string;
  /** Calls the platform with this third party's token, over its own bad wire. */
  readonly client: OwithoPlatformClient;
  connect(platformUrl: string): void;
  /** Tells the platform its products, and what its machines hold (of one machine, or all). */
  syncSkus(): Promise<void>;
  syncMachines(machineCode?: string): Promise<void>;
  behave(behaviour: Partial<ThirdPartyBehaviour>): void;
  /** One step for each order that comes from now on; then chance takes over again. */
  script(steps: readonly OrderStep[]): void;
  /** What a machine holds and has not promised. */
  layout(machineCode: string): MachineLayout;
  /** Full, unless told. */
  restock(machineCode: string, slotNum: string, stock?: number): void;
  clearFault(machineCode: string, slotNum: string): void;
  setStatus(machineCode: string, status: MachineStatus): void;
  /** How far an order is, in truth; undefined: it never came. */
  outcome(orderViewId: string): OrderOutcome | undefined;
  /** The witness: all that really fell. */
  readonly drops: readonly ThirdPartyDrop[];
  /** What the platform called, oldest first. */
  readonly received: readonly ReceivedCall[];
  readonly callbacks: readonly SentCallback[];
  /** The oldest call that fits, come or to come, that no earlier call was given (15 000 ms). */
  waitFor(predicate: (call: ReceivedCall) => boolean, timeoutMs?: number): Promise<ReceivedCall>;
  /** As waitFor, of callbacks. */
  waitForCallback(predicate: (callback: SentCallback) => boolean, timeoutMs?: number): Promise<SentCallback>;
  close(): Promise<void>;
}

const patienceMs = 15_000;

/** A third party with machines of its own, on 127.0.0.1. What becomes of an order hangs on the seed and its orderViewId alone. */
export async function createThirdParty(options: ThirdPartyOptions): Promise<ThirdParty> {
  const { appId, secretKey, seed = 0, remember = 100_000 } = options;
  const timers = timersOf(options.clock);
  const machines = createMachines(options.machines);
  const drops: ThirdPartyDrop[] = [];
  const callbacks = createHistory<SentCallback>(remember);
  const steps: OrderStep[] = [];
  const fates = new Map<string, OrderFate>();
  let behaviour: ThirdPartyBehaviour = { ...honest, ...options.behaviour };
  let open = true;

  const lossy = lossyFetch({ random: randomStream(seed, 'calls'), faults: () => behaviour.calls, timers });
  function linkTo(baseUrl: string) {
    const account = { baseUrl, appId, secretKey, clock: timers, fetch: lossy };
    const tokens = createTokenKeeper({ fetchToken: () => fetchToken(account), clock: timers });
    return { tokens, client: owithoPlatformClient({ ...account, tokens }) };
  }
  let link = linkTo(options.platformUrl ?? '');

  async function callBack(truth: OrderCallback, { callback, lateMs }: OrderFate): Promise<void> {
    if (callback === 'never') return;
    if (callback === 'late') await sleep(timers, lateMs);
    const outcome = callback === 'contrary' ? contrary(truth) : truth;
    for (let copies = callback === 'twice' ? 2 : 1; copies > 0; copies--) {
      for (let tries = behaviour.callbackTries; tries > 0 && open; tries--) {
        const failure = await link.client.orderCallback(outcome).then(
          () => undefined,
          (error: unknown) => ({ error }),
        );
        callbacks.add({ at: timers.now(), outcome, fate: callback, accepted: failure === undefined, ...failure });
        if (failure === undefined) break;
        await sleep(timers, behaviour.retryMs);
      }
    }
  }

  const orders = createOrders({
    machines,
    timers,
    onDrop: (drop) => drops.push(drop),
    onEnd: (outcome, fate) => void callBack(outcome, fate),
  });

  function fateOf(orderViewId: string): OrderFate {
    const fate = fates.get(orderViewId) ?? drawOrderFate(randomStream(seed, 'order', orderViewId), behaviour, steps.shift());
    fates.set(orderViewId, fate);
    return fate;
  }

  function layoutOf(machineCode: string): MachineLayout {
    const layout = machines.layout({ machineCode });
    const slotList = layout.slotList.map((slot) => {
      const left = slot.currentInventory - orders.open(machineCode, slot.slotNum);
      return { ...slot, currentInventory: Math.max(0, left) };
    });
    return { ...layout, slotList };
  }

  const unknown = (what: string) => answerError('failed', `${what} is unknown here`);
  const server = await createSignedServer({
    calls: {
      [calls.machineQuery.path](data) {
        const { machineCode } = readMachineRef(data);
        return machines.has(machineCode) ? answerOk(writeMachineLayout(layoutOf(machineCode))) : unknown('machineCode');
      },
      [calls.orderNotice.path](data) {
        const notice = readOrderNotice(data);
        if (!machines.has(notice.machineCode)) return unknown('machineCode');
        const fate = fateOf(notice.orderViewId);
        if (fate.refuse) return answerError('failed', 'Refused, as told');
        orders.take(notice, fate);
        return answerOk();
      },
      [calls.orderQuery.path](data) {
        const outcome = orders.outcome(readOrderRef(data).orderViewId);
        return outcome ? answerOk(outcome) : unknown('orderViewId');
      },
    },
    signersOf: (id) => (id === appId ? [...link.tokens.known, secretKey] : undefined),
    faults: () => behaviour.answers,
    timers,
    seed,
    remember,
    port: options.port,
  });

  return {
    baseUrl: server.baseUrl,
    get client() {
      return link.client;
    },
    connect(url) {
      link = linkTo(url);
    },
    syncSkus: () => link.client.syncSkus(options.skus ?? skusOf(options.machines)),
    async syncMachines(machineCode) {
      for (const code of machineCode === undefined ? machines.codes() : [machineCode])
        await link.client.syncMachine(layoutOf(code));
    },
    behave(changed) {
      behaviour = { ...behaviour, ...changed };
    },
    script: (added) => void steps.push(...added),
    layout: layoutOf,
    restock: machines.restock,
    clearFault: machines.clearFault,
    setStatus: machines.setStatus,
    outcome: orders.outcome,
    drops,
    received: server.history.entries,
    callbacks: callbacks.entries,
    waitFor: (predicate, timeoutMs = patienceMs) => server.history.take(predicate, timeoutMs, 'a call at the third party'),
    waitForCallback: (predicate, timeoutMs = patienceMs) => callbacks.take(predicate, timeoutMs, 'a callback of the third party'),
    close() {
      open = false;
      return server.close();
    },
  };
}

/** A product for each skuCode that lies in a slot. */
function skusOf(machines: readonly MachineLayout[]): Sku[] {
  const skus = machines
    .flatMap(({ slotList }) => slotList)
    .map(({ skuCode, skuName, originalPrice }): [string, Sku] => {
      const skuPic = `https://pictures.example/${encodeURIComponent(skuCode)}.png`;
      return [skuCode, { skuCode, skuName, skuUnit: '瓶', skuSpec: '500ml', originalPrice, skuPic }];
    });
  return [...new Map(skus).values()];
}
