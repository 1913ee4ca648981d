import {
  type BuiltCall,
  buildCall,
  type CallName,
  calls,
  encodeSigned,
  type Fields,
  type PushName,
  problemsOf,
  pushes,
  type SmartVendingClient,
  smartVendingClient,
} from '@polyvend/protocols/smart-vending';
import { type Customer, createCustomer, type ReceivedPush } from '@polyvend/simulator';
import { expect } from 'vitest';
import { integrationOf, newCredentials } from '../../packages/server/src/dialects/smart-vending/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { type RawAnswer, type RawRequest, rawRequest, type TestHub, type TestTenant, until } from '../support/index.ts';

/** A customer of a merchant: its credentials, the server that is pushed to and asked about codes, and its side of the wire. */
export interface TestCustomer {
  clientId: string;
  key: string;
  integrationId: number;
  customer: Customer;
  client: SmartVendingClient;
  /** A call as the client would make it: signed over query and body. */
  build(name: CallName, params?: Fields): BuiltCall;
  /** Sent as it is built, for answers that are looked at byte by byte. */
  call(name: CallName, params?: Fields): Promise<RawAnswer>;
  /** Any POST below the hub, the body signed here. */
  post(path: string, fields: Fields, how?: RawRequest): Promise<RawAnswer>;
  /** Changes its settings, in force when this resolves. */
  set(settings: Record<string, unknown>): Promise<void>;
  /** What it has received and verified, oldest first. */
  pushed(push: PushName): ReceivedPush[];
  close(): Promise<void>;
}

/** With the URLs of its server for everything it can be pushed, unless told otherwise. */
export async function addCustomer(
  hub: TestHub,
  { tenant = hub, settings }: { tenant?: TestTenant; settings?: Record<string, unknown> } = {},
): Promise<TestCustomer> {
  const credentials = newCredentials();
  const customer = await createCustomer({ ...credentials, clock: hub.clock });
  const merchantId = tenant.merchant.id;
  const integrationId = await createIntegration(hub.ledger, {
    merchantId,
    ...integrationOf(credentials),
    settings: settings ?? pushSettings(customer),
  });
  // It is told by NOTIFY too, which what happens next may overtake.
  hub.hub.directory.forget();
  const build = (name: CallName, params: Fields = {}) => buildCall(name, params, credentials);
  return {
    ...credentials,
    integrationId,
    customer,
    client: smartVendingClient({ baseUrl: hub.url, ...credentials, timeoutMs: 60_000 }),
    build,
    call: (name, params) => sendBuilt(hub, build(name, params)),
    post: (path, fields, how) =>
      rawRequest(hub.url + path, { body: encodeSigned({ clientId: credentials.clientId, ...fields }, credentials.key), ...how }),
    set: (changed) => hub.changeIntegration(merchantId, integrationId, { settings: changed }),
    pushed: (push) => customer.received.filter((one) => one.push === push && one.verified),
    close: () => customer.close(),
  };
}

/** The settings that lead every push to a customer's server. */
export function pushSettings({ pushUrls }: Customer): Record<string, string> {
  const { machine, trade, prize, status, refill } = pushUrls;
  return { machineUrl: machine, tradeUrl: trade, prizeUrl: prize, statusUrl: status, refillUrl: refill };
}

export const sendBuilt = (hub: TestHub, { method, path, body }: BuiltCall): Promise<RawAnswer> =>
  rawRequest(hub.url + path, { method, ...(body !== undefined && { body }) });

/** In the vendor's form of an answer, with exactly the fields of the call's tables. */
export function expectAnswer(name: CallName, { status, headers, body, text }: RawAnswer): void {
  expect(status, text).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(problemsOf(calls[name].answer, body), text.slice(0, 2_000)).toEqual([]);
}

/** A refusal in the vendor's form. */
export function expectFail({ status, body, text }: RawAnswer, code: number, error?: string | RegExp): void {
  const { result, errorCode, error_code } = body ?? {};
  expect({ status, result, errorCode, error_code }, text).toEqual({
    status: 200,
    result: 'FAIL',
    errorCode: String(code),
    error_code: code,
  });
  expect(Object.keys(body)).toEqual(['result', 'errorCode', 'error_code', 'error']);
  if (typeof error === 'string') expect(body.error).toBe(error);
  if (error !== undefined && typeof error !== 'string') expect(body.error).toMatch(error);
}

/** A push with exactly the fields of its table. */
export function expectPush({ push, params, verified }: ReceivedPush): void {
  expect(verified).toBe(true);
  expect(problemsOf(pushes[push].fields, { ...params }), JSON.stringify(params).slice(0, 2_000)).toEqual([]);
}

/** Every answer of a machine is in the ledger, and all that follows from it is done. */
export async function settled(hub: TestHub): Promise<void> {
  await until(async () => {
    const { rows } = await hub.hub.database.pool.query("select from dispenses where state in ('queued', 'sent') limit 1");
    return rows.length === 0;
  }, 'every answer of the machines');
  await hub.settle();
}
