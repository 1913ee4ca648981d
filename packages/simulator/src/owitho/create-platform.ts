import {
  answerError,
  answerOk,
  answerToken,
  answerTokenError,
  calls,
  isSalt,
  isUtcNear,
  type MachineLayout,
  type OrderNotice,
  owithoThirdPartyClient,
  readMachineLayout,
  readMachineRef,
  readOrderCallback,
  readSkuSync,
  readTokenRequest,
  type Sku,
  tokenPath,
  verifyTokenRequest,
} from '@polyvend/protocols/owitho';
import { type Clock, timersOf } from '../shared/clock.ts';
import { randomStream, type Seed } from '../shared/random.ts';
import { lossyFetch } from '../shared/wire-faults.ts';
import { type AppBooks, type OwithoApp, openBooks, type TokenRules, tokenRules } from './platform-apps.ts';
import { fair, type OwithoPlatformBehaviour } from './platform-behaviour.ts';
import { createPlatformOrders, type PlatformOrder } from './platform-orders.ts';
import { createTill, type SellOptions } from './sell.ts';
import { createSignedServer, type ReceivedCall } from './signed-server.ts';

export interface OwithoPlatformOptions {
  readonly apps: readonly OwithoApp[];
  readonly tokens?: Partial<TokenRules>;
  readonly behaviour?: Partial<OwithoPlatformBehaviour>;
  readonly seed?: Seed;
  readonly clock?: Clock;
  /** Calls kept (100 000). */
  readonly remember?: number;
  /** 0: any that is free. */
  readonly port?: number;
}

export interface OwithoPlatform {
  /** `${owitho.url}`: where third parties call. */
  readonly baseUrl: string;
  /** A third party, or its new address. */
  register(app: OwithoApp): void;
  /**
   * A buyer: looks at the machine, pays, has it dispensed, and gets back what failed. Answers when the order is final.
   * @throws OwithoError, FieldError or what `fetch` throws when the machine cannot be looked at; Error when nothing is for sale.
   */
  sell(options: SellOptions): Promise<PlatformOrder>;
  /** Takes an order into the books and tells nobody: for who sends the notice itself. */
  book(appId: string, notice: OrderNotice): void;
  /** Tells the third party that the buyer got everything back. */
  refund(orderViewId: string): Promise<void>;
  behave(behaviour: Partial<OwithoPlatformBehaviour>): void;
  /** From now on no token is valid: the next call of the app is refused with 40002. */
  endTokens(appId: string): void;
  /** What it was told of products and machines; a machine's containers come one after the other. */
  skus(appId: string): readonly Sku[];
  machines(appId: string): readonly MachineLayout[];
  order(orderViewId: string): PlatformOrder | undefined;
  readonly orders: readonly PlatformOrder[];
  /** What third parties called, oldest first. */
  readonly received: readonly ReceivedCall[];
  /** The oldest call that fits, come or to come, that no earlier call was given (15 000 ms). */
  waitFor(predicate: (call: ReceivedCall) => boolean, timeoutMs?: number): Promise<ReceivedCall>;
  close(): Promise<void>;
}

/** An owitho platform, on 127.0.0.1. Chance is seeded: the n-th buyer always wants the same. */
export async function createOwithoPlatform(options: OwithoPlatformOptions): Promise<OwithoPlatform> {
  const { seed = 0, remember = 100_000 } = options;
  const timers = timersOf(options.clock);
  const rules = { ...tokenRules, ...options.tokens };
  const apps = new Map<string, AppBooks>();
  const orders = createPlatformOrders();
  const moods = randomStream(seed, 'moods');
  let behaviour: OwithoPlatformBehaviour = { ...fair, ...options.behaviour };

  function register(app: OwithoApp): void {
    const known = apps.get(app.appId);
    apps.set(app.appId, known === undefined ? openBooks(app, rules, seed) : { ...known, app });
  }
  options.apps.forEach(register);

  function booksOf(appId: string): AppBooks {
    const books = apps.get(appId);
    if (books === undefined) throw new Error(`No app ${appId} has registered`);
    return books;
  }

  function giveToken(asked: Readonly<Record<string, unknown>>) {
    const query = readTokenRequest(asked);
    const books = apps.get(query.appId);
    if (books === undefined) return answerTokenError('unknownAppId');
    if (!isSalt(query.salt)) return answerTokenError('saltOutOfRange');
    if (!isUtcNear(query.utc, timers.now())) return answerTokenError('utcOutOfWindow');
    if (!verifyTokenRequest(query, books.app.secretKey)) return answerTokenError('signatureInvalid');
    const token = books.issueToken(timers.now());
    return token ? answerToken(token) : answerTokenError('failed', 'Too many tokens today');
  }

  const server = await createSignedServer({
    queries: { [tokenPath]: giveToken },
    calls: {
      [calls.skuSync.path](data, appId) {
        for (const sku of readSkuSync(data)) booksOf(appId).skus.set(sku.skuCode, sku);
        return answerOk();
      },
      [calls.machineSync.path](data, appId) {
        const layout = readMachineLayout(data);
        booksOf(appId).layouts.set(JSON.stringify([layout.machineCode, layout.containerCode]), layout);
        return answerOk();
      },
      [calls.orderCallback.path](data, appId) {
        const outcome = readOrderCallback(data);
        if (moods() < behaviour.refuseCallback) return answerError('orderCallbackFailed', 'Refused, as told');
        const refusal = orders.tell(appId, outcome, 'callback');
        return refusal === undefined ? answerOk() : answerError('orderCallbackFailed', refusal);
      },
      [calls.testSign.path](data) {
        const { machineCode } = readMachineRef(data);
        return answerOk({ machineCode, machineInfo: `Machine ${machineCode}` });
      },
    },
    signersOf: (appId) => apps.get(appId)?.validTokens(timers.now()),
    faults: () => behaviour.answers,
    timers,
    seed,
    remember,
    port: options.port,
  });

  const lossy = lossyFetch({ random: randomStream(seed, 'calls'), faults: () => behaviour.calls, timers });
  function clientOf(appId: string) {
    const books = booksOf(appId);
    const { secretKey, thirdUrl } = books.app;
    if (thirdUrl === undefined) throw new Error(`App ${appId} has registered no address`);
    const tokens = () => books.validTokens(timers.now());
    return owithoThirdPartyClient({ baseUrl: thirdUrl, appId, secretKey, tokens, clock: timers, fetch: lossy });
  }
  const till = createTill({ clientOf, orders, behaviour: () => behaviour, timers, seed });

  return {
    baseUrl: server.baseUrl,
    register,
    sell: till.sell,
    book: (appId, notice) => void orders.place(appId, notice),
    refund: till.refund,
    behave(changed) {
      behaviour = { ...behaviour, ...changed };
    },
    endTokens: (appId) => booksOf(appId).endTokens(),
    skus: (appId) => [...booksOf(appId).skus.values()],
    machines: (appId) => [...booksOf(appId).layouts.values()],
    order: orders.get,
    get orders() {
      return orders.list();
    },
    received: server.history.entries,
    waitFor: (predicate, timeoutMs = 15_000) => server.history.take(predicate, timeoutMs, 'a call at the platform'),
    close() {
      till.close();
      return server.close();
    },
  };
}
