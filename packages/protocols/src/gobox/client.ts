import { GoboxError } from './errors.ts';
import { type CallName, type CreateOrder, calls, type Device, type DeviceBody, type Order, type SetOfBooks } from './schema.ts';
import { actions, tokenHeader } from './values.ts';

export interface GoboxClientOptions {
  /** The hub's address, `https://hub.example`. */
  readonly baseUrl: string;
  readonly fetch?: typeof globalThis.fetch;
  /** How long a call may take (60 000 ms: an import waits for the ERP). */
  readonly timeoutMs?: number;
}

export interface OrderFilter {
  readonly start_date?: string;
  readonly end_date?: string;
  readonly dev_id?: number;
  readonly trans_id?: string;
  readonly status?: number;
}

export interface Page {
  readonly start?: number;
  readonly limit?: number;
}

type Query = Readonly<Record<string, string | number | undefined>>;

export type GoboxClient = ReturnType<typeof goboxClient>;

/**
 * The import service as functions, each with the token of its kind. Each answers what stands beside `state`, or throws
 * {@link GoboxError}; what `fetch` throws (no connection, time-out) passes through: whether the call was carried out is unknown.
 */
export function goboxClient(options: GoboxClientOptions) {
  const { baseUrl, timeoutMs = 60_000 } = options;
  const send = options.fetch ?? globalThis.fetch;
  const root = baseUrl.replace(/\/+$/, '');

  async function call<T>(name: CallName, token: string, how: { id?: number; query?: Query; body?: unknown } = {}): Promise<T> {
    const { method, path } = calls[name];
    const query = new URLSearchParams();
    for (const [field, value] of Object.entries(how.query ?? {})) if (value !== undefined) query.set(field, String(value));
    const url = `${root}${path.replace(/:\w+/, String(how.id ?? ''))}${query.size > 0 ? `?${query}` : ''}`;
    const response = await send(url, {
      method,
      headers: { [tokenHeader]: token, 'Content-Type': 'application/json' },
      ...(how.body !== undefined && { body: JSON.stringify(how.body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return readAnswer(response.status, await response.text()) as T;
  }

  return {
    /** 2.1, with the sender's token. Sending it again is harmless. */
    createOrder: async (token: string, order: CreateOrder) => {
      await call('createOrder', token, { body: order });
    },
    /** 2.2: `session` is the user's token at the ERP. */
    accessToken: async (session: string, query: { url: string; set_of_book: string; user_name: string }) =>
      (await call<{ token: string }>('accessToken', session, { query })).token,
    setOfBooks: (token: string, set_of_book: string) => call<SetOfBooks>('setOfBooks', token, { query: { set_of_book } }),
    /** 2.4, with the administration token. */
    changeSetOfBooks: (token: string, id: number, body: { app_key: string; user_name: string }) =>
      call<SetOfBooks>('changeSetOfBooks', token, { id, body }),
    createDevice: (token: string, body: DeviceBody) => call<Device>('createDevice', token, { body }),
    devices: (token: string, query: Page & { name?: string } = {}) =>
      call<{ total: number; root: Device[] }>('devices', token, { query: { ...query } }),
    device: (token: string, id: number) => call<Device>('device', token, { id }),
    changeDevice: (token: string, id: number, body: DeviceBody) => call<Device>('changeDevice', token, { id, body }),
    deleteDevice: async (token: string, id: number) => {
      await call('deleteDevice', token, { id });
    },
    /** One page of the order source; answers the next page's number, null after the last. */
    downloadOrders: async (token: string, query: OrderFilter & { page?: number }) =>
      (await call<{ page: number | null }>('downloadOrders', token, { query: { action: actions.download, ...query } })).page,
    orders: (token: string, query: OrderFilter & Page & { is_imported?: 0 | 1 } = {}) =>
      call<{ total: number; root: Order[] }>('orders', token, { query: { action: actions.list, ...query } }),
    importOrder: async (token: string, id: number) => {
      await call('importOrder', token, { id, query: { action: actions.import } });
    },
    resetOrder: async (token: string, id: number) => {
      await call('resetOrder', token, { id, query: { action: actions.reset } });
    },
    deleteOrder: async (token: string, id: number) => {
      await call('deleteOrder', token, { id });
    },
  };
}

/** The body decides, not the status. */
function readAnswer(status: number, text: string): Record<string, unknown> {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new GoboxError(`HTTP ${status}, not an answer of this interface`, status);
  }
  const { state, status: said, errmsg, ...rest } = (answer ?? {}) as Record<string, unknown>;
  if (state === 1) return rest;
  if (state === undefined && said === 1) return rest;
  throw new GoboxError(typeof errmsg === 'string' ? errmsg : `HTTP ${status}, not an answer of this interface`, status);
}
