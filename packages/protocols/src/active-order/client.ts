import { ActiveOrderError } from './errors.ts';
import {
  type Banner,
  basePath,
  type CallName,
  type Category,
  type ConsumeParams,
  type CreatePickupCodesParams,
  calls,
  type DeletePickupCodesParams,
  type Delivery,
  type DispenseParams,
  type Floor,
  headers,
  type Machine,
  type MachineDetail,
  methods,
  type Order,
  type OrderRef,
  type OrderStatusNumber,
  type PickupCode,
  type PlaceOrderBody,
  type ProductPage,
  type ProductsParams,
  type ReplenishParams,
  type TestDispenseParams,
} from './schema.ts';
import { encodePayload } from './sign.ts';

export interface ActiveOrderClientOptions {
  /** The hub's address, `https://hub.example`, without /api/openapi/v1. */
  readonly baseUrl: string;
  readonly appId: string;
  readonly appSecret: string;
  /** What payloads are signed with; shown beside AppId and AppSecret. */
  readonly appKey: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: { now(): Date };
  /** How long a call may take (10 000 ms). */
  readonly timeoutMs?: number;
}

/** Parameters as the caller gives them: the client adds timestamp, sign and, where there is one only, method. */
type Given<T, Added extends string = never> = T extends unknown ? Omit<T, 'timestamp' | 'sign' | Added> : never;

type Parts = Readonly<Record<string, string | number>>;
type Query = Readonly<Record<string, unknown>>;

export type ActiveOrderClient = ReturnType<typeof activeOrderClient>;

/**
 * The open API as functions. Each answers the parsed `data`, or throws {@link ActiveOrderError}; what `fetch` throws (no
 * connection, time-out) passes through, and then whether the call was carried out is unknown. Fields at their zero value are
 * missing from answers: `product.current_inventory ?? 0`.
 */
export function activeOrderClient(options: ActiveOrderClientOptions) {
  const { baseUrl, appId, appSecret, appKey, timeoutMs = 10_000 } = options;
  const send = options.fetch ?? globalThis.fetch;
  const now = () => options.clock?.now() ?? new Date();
  const root = baseUrl.replace(/\/+$/, '') + basePath;

  function bodyOf(name: CallName, params: Query): Query {
    if (calls[name].body !== 'payload') return params;
    const timestamp = String(Math.floor(now().getTime() / 1000));
    return { payload: encodePayload({ ...params, timestamp }, appKey) };
  }

  async function call(name: CallName, params: Query = {}, parts: Parts = {}) {
    const path = calls[name].path.replace(/:(\w+)/g, (_, part: string) => encodeURIComponent(String(parts[part] ?? '')));
    const response = await send(root + path, {
      method: calls[name].method,
      headers: { [headers.appId]: appId, [headers.appSecret]: appSecret, 'Content-Type': 'application/json' },
      body: JSON.stringify(bodyOf(name, params)),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return readAnswer(response.status, await response.text());
  }

  const dataOf = async <T>(name: CallName, params?: Query, parts?: Parts) => (await call(name, params, parts)).data as T;

  return {
    ping: () => dataOf<'pong'>('ping'),
    /** @throws ActiveOrderError 30001 when the merchant has none. */
    machines: () => dataOf<Machine[]>('machines'),
    machine: (machine_no: string) => dataOf<MachineDetail>('machine', {}, { machine_no }),
    products: (params: Given<ProductsParams>) => dataOf<ProductPage>('products', params),
    floors: (machine_no: string) => dataOf<Floor[]>('floors', { machine_no }),
    categories: (machine_no: string) => dataOf<Category[]>('categories', { machine_no }),
    banners: (machine_no: string) => dataOf<Banner[]>('banners', { machine_no }),
    /** The message tells of slots that were left as they are because the addition passed their capacity; otherwise it is "ok". */
    replenish: async (params: Given<ReplenishParams>) => ({ message: (await call('replenish', params)).message }),
    /** Lost the answer? Place it again with the same trade_id: error 6040 carries `data.order_id` of the first. */
    placeOrder: (order: PlaceOrderBody) => dataOf<OrderRef>('placeOrder', order),
    /** `orderStatusNumbers` names the numbers. Paying never dispenses by itself: see dispense. */
    updateOrder: async (order_id: number, update: { machine_no: string; status: OrderStatusNumber }) => {
      await call('updateOrder', { ...update, status: String(update.status) }, { order_id });
    },
    order: (order_id: number, machine_no: string) => dataOf<Order>('order', { machine_no }, { order_id }),
    /** Asking again for the same record while it is under way answers the same delivery: nothing is dispensed twice. */
    dispense: (params: Given<DispenseParams, 'method'>) => dataOf<Delivery>('dispense', { ...params, method: methods.dispense }),
    delivery: (delivery_id: string, machine_no: string) => dataOf<Delivery>('delivery', { machine_no }, { delivery_id }),
    testDispense: (params: Given<TestDispenseParams, 'method'>) =>
      dataOf<Delivery>('testDispense', { ...params, method: methods.dispense }),
    createPickupCodes: async (params: Given<CreatePickupCodesParams>) => {
      await call('createPickupCodes', params);
    },
    deletePickupCodes: async (params: Given<DeletePickupCodesParams>) => {
      await call('deletePickupCodes', params);
    },
    pickupCodes: (product_id: number, machine_no: string) => dataOf<PickupCode[]>('pickupCodes', { machine_no }, { product_id }),
    consume: (params: Given<ConsumeParams, 'method'>) => dataOf<Order>('consume', { ...params, method: methods.consumeCode }),
  };
}

/** The body decides, not the status: an integration may be switched to answer every error with HTTP 200. */
function readAnswer(status: number, text: string): { data: unknown; message: string } {
  const answer = parsed(text);
  const code = typeof answer?.code === 'number' ? answer.code : undefined;
  const message = typeof answer?.message === 'string' ? answer.message : undefined;
  if (code === 0 && status < 300) return { data: answer?.data, message: message ?? 'ok' };
  throw new ActiveOrderError({
    code: code || status,
    status,
    message: message ?? `HTTP ${status}, not an answer of this protocol`,
    data: isRecord(answer?.data) ? answer.data : {},
  });
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
