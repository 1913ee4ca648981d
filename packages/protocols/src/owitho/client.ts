import { OwithoError, readAnswer } from './errors.ts';
import { type CallName, calls, tokenPath } from './schema/calls.ts';
import { type MachineLayout, readMachineLayout, type TestSignAnswer, writeMachineLayout } from './schema/machines.ts';
import { type OrderNotice, writeOrderNotice } from './schema/notices.ts';
import { type OrderCallback, type OrderOutcome, readOrderQueryAnswer } from './schema/outcomes.ts';
import { type Sku, writeSkuSync } from './schema/products.ts';
import { parseData } from './schema/reading.ts';
import { readToken, type Token } from './schema/tokens.ts';
import { patience } from './schema/values.ts';
import { encodeEnvelope, tokenRequest } from './sign.ts';
import { createTokenKeeper, type TokenSource } from './token-keeper.ts';

interface Wire {
  /** The other side's address, `https://open.owitho.com`. */
  readonly baseUrl: string;
  readonly appId: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: { now(): Date };
  /** How long a call may take (10 000 ms). */
  readonly timeoutMs?: number;
}

export interface OwithoPlatformClientOptions extends Wire {
  readonly secretKey: string;
  /** A keeper in memory unless told: give one that all processes of the app share where there are several. */
  readonly tokens?: TokenSource;
}

export interface OwithoThirdPartyClientOptions extends Wire {
  /** Every token of the app that is valid now, the newest first. */
  readonly tokens: () => readonly string[] | Promise<readonly string[]>;
  /** Signs when there is no token. */
  readonly secretKey: string;
}

const rootOf = (baseUrl: string) => baseUrl.replace(/\/+$/, '');

/** Where a token is got, signed: good for as long as the platform's window around `utc` (ms). */
export function tokenUrl(baseUrl: string, options: Parameters<typeof tokenRequest>[0]): string {
  return `${rootOf(baseUrl)}${tokenPath}?${new URLSearchParams(tokenRequest(options))}`;
}

/** Asks for a new token, which ends the one before. @throws OwithoError, FieldError, and what `fetch` throws. */
export async function fetchToken(options: Wire & { readonly secretKey: string }): Promise<Token> {
  const { baseUrl, appId, secretKey } = options;
  const wire = wireOf(options);
  return readToken(await wire.get(tokenUrl(baseUrl, { appId, secretKey, utc: wire.utc() })));
}

function wireOf({ baseUrl, fetch: send = globalThis.fetch, clock, timeoutMs: usually = 10_000 }: Wire) {
  const now = () => clock?.now() ?? new Date();
  async function ask(url: string, init: RequestInit, timeoutMs = usually): Promise<unknown> {
    const response = await send(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    return readAnswer(response.status, await response.text());
  }
  return {
    utc: () => now().getTime(),
    get: (url: string) => ask(url, { method: 'GET' }),
    post: (name: CallName, body: string, timeoutMs?: number) =>
      ask(
        rootOf(baseUrl) + calls[name].path,
        { method: 'POST', headers: { 'Content-Type': 'application/json' }, body },
        timeoutMs,
      ),
  };
}

export type OwithoPlatformClient = ReturnType<typeof owithoPlatformClient>;

/**
 * What a third party calls. Each throws {@link OwithoError} when it is refused; what `fetch` throws (no connection, time-out)
 * passes through, and then whether the call was carried out is unknown: all of them may be repeated. Money in fen. A refused
 * signature (40002) is tried once more, with a new token.
 */
export function owithoPlatformClient(options: OwithoPlatformClientOptions) {
  const { appId, clock } = options;
  const wire = wireOf(options);
  const getAccessToken = () => fetchToken(options);
  const source = options.tokens ?? createTokenKeeper({ fetchToken: getAccessToken, ...(clock ? { clock } : {}) });

  async function call(name: CallName, data: object): Promise<unknown> {
    const signedWith = (token: string) => encodeEnvelope(data, { appId, tokens: [token], utc: wire.utc() });
    const token = await source.token();
    try {
      return await wire.post(name, signedWith(token));
    } catch (error) {
      if (!(error instanceof OwithoError && error.is('signatureInvalid'))) throw error;
      return await wire.post(name, signedWith(await source.renew(token)));
    }
  }

  return {
    /** Asks for a new token, which ends the one before; the calls below keep one by themselves. */
    getAccessToken,
    /** All of the products are taken, or none. */
    syncSkus: async (skus: readonly Sku[]) => void (await call('skuSync', writeSkuSync(skus))),
    /** The list replaces what the platform knew of that machine, or of that container of it. */
    syncMachine: async (layout: MachineLayout) => void (await call('machineSync', writeMachineLayout(layout))),
    /** To be repeated until it is accepted. */
    orderCallback: async (outcome: OrderCallback) => void (await call('orderCallback', outcome)),
    testSign: async (machineCode: string) => parseData(await call('testSign', { machineCode })) as TestSignAnswer,
  };
}

export type OwithoThirdPartyClient = ReturnType<typeof owithoThirdPartyClient>;

/**
 * What the platform calls at a third party. Throws as {@link owithoPlatformClient} does, and FieldError for an answer that lacks what
 * it must have. Money in fen.
 */
export function owithoThirdPartyClient(options: OwithoThirdPartyClientOptions) {
  const { appId, secretKey, timeoutMs = patience.machineQueryMs } = options;
  const wire = wireOf(options);

  async function call(name: CallName, data: object, withinMs?: number): Promise<unknown> {
    const tokens = await options.tokens();
    return wire.post(name, encodeEnvelope(data, { appId, tokens, secretKey, utc: wire.utc() }), withinMs);
  }

  return {
    /** Time-out 3 s: a buyer waits. */
    machineQuery: async (machineCode: string): Promise<MachineLayout> =>
      readMachineLayout(await call('machineQuery', { machineCode }, Math.min(timeoutMs, patience.machineQueryMs))),
    /** To be repeated until it is answered, for ten minutes at most: then ask for the order instead. */
    orderNotice: async (notice: OrderNotice): Promise<void> => void (await call('orderNotice', writeOrderNotice(notice))),
    /** A third party that does not know the order answers an error: the protocol has no code of its own for that. */
    orderQuery: async (orderViewId: string): Promise<OrderOutcome> =>
      readOrderQueryAnswer(await call('orderQuery', { orderViewId })),
  };
}
