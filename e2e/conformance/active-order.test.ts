import { randomBytes } from 'node:crypto';
import {
  basePath,
  decodePayload,
  encodePayload,
  methods,
  type Order,
  type OrderStatusNumber,
  orderStatusNumbers,
} from '@polyvend/protocols/active-order';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { type RawAnswer, rawRequest, type TestHub, type TestMachine, type TestTenant } from '../support/index.ts';
import type { Driver, Message, Outcome, Prying, Shown, Step, Wanted } from './driver.ts';
import { conformance } from './suite.ts';

interface Sale {
  orderId: number;
  machineNo: string;
  records: readonly number[];
}

/** The fields of a callback that say how a record ended. */
interface Callback {
  order_id: number;
  record_id?: number;
  deliver_status?: string;
  delivered_quantity?: number;
}

const nobody = { machineNo: '99999999', id: 987_654_321 };

async function open(hub: TestHub, tenant: TestTenant): Promise<Driver<Sale>> {
  const [appId, appSecret, appKey] = Array.from({ length: 3 }, () => randomBytes(12).toString('hex')) as [string, string, string];
  await createIntegration(hub.ledger, {
    merchantId: tenant.merchant.id,
    dialect: 'active-order',
    role: 'platform',
    wireId: appId,
    secret: appSecret,
    secrets: { appKey },
  });
  const headers = { Appid: appId, AppSecret: appSecret };

  const clear = (path: string, body: unknown): Message => ({
    url: `${hub.url}${basePath}${path}`,
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const signed = (method: 'POST' | 'PUT', path: string, params: Record<string, unknown>, key = appKey): Message => {
    const timestamp = String(Math.floor(hub.clock.now().getTime() / 1000));
    return { ...clear(path, { payload: encodePayload({ timestamp, ...params }, key) }), method };
  };
  const ask = (machineNo: string, orderId: number) => signed('POST', `/orders/${orderId}`, { machine_no: machineNo });
  const change = (machineNo: string, orderId: number, status: OrderStatusNumber) =>
    signed('PUT', `/orders/${orderId}`, { machine_no: machineNo, status: String(status) });
  const dispense = (machineNo: string, orderId: number, recordId: number) =>
    signed('POST', '/deliveries', {
      machine_no: machineNo,
      method: methods.dispense,
      order_id: String(orderId),
      record_id: String(recordId),
    });
  const order = (machineNo: string, products: unknown[], number: string) =>
    clear('/orders', { machine_no: machineNo, products, trade_id: number, notify_url: hub.mall.notifyUrl() });

  return {
    async place(machine, wanted, number) {
      return order(machine.machineNo, await productsOf(machine, wanted), number);
    },
    async saleOf({ machineNo }, answer) {
      const orderId: number = answer.body.data.order_id;
      const { url, ...request } = ask(machineNo, orderId);
      const { records } = (await rawRequest(url, request)).body.data as Order;
      return { orderId, machineNo, records: records.map(({ id }) => id) };
    },
    step(step: Step, { machineNo, orderId, records }) {
      if (step === 'dispense') return records.map((recordId) => dispense(machineNo, orderId, recordId));
      return [change(machineNo, orderId, step === 'pay' ? orderStatusNumbers.paid : orderStatusNumbers.refunding)];
    },
    query: ({ machineNo, orderId }) => ask(machineNo, orderId),
    isRefusal,
    shownBy: ({ body }) => shown[(body.data as Order).status] ?? 'over',
    told: ({ orderId }) =>
      hub.mall.callbacks.flatMap(({ body }): Outcome[] => {
        const { order_id, deliver_status, delivered_quantity } = body as Callback;
        if (order_id !== orderId || deliver_status === undefined) return [];
        return [{ dropped: deliver_status === '1', units: delivered_quantity ?? 0 }];
      }),
    forgeries(message) {
      const as = (more: Record<string, string>) => ({ ...message, headers: { ...headers, ...more } });
      const credentials = {
        'no credentials': { ...message, headers: {} },
        'no secret': as({ AppSecret: '' }),
        'a wrong secret': as({ AppSecret: 'x'.repeat(24) }),
        'the key instead of the secret': as({ AppSecret: appKey }),
        'an unknown seller': as({ Appid: 'x'.repeat(24) }),
        'another merchant’s name': as({ Appid: tenant.integration.appId }),
      };
      const { payload } = JSON.parse(String(message.body)) as { payload?: string };
      if (payload === undefined) return credentials;
      const decoded = decodePayload(payload);
      if (!decoded.ok) throw new Error('Only what this driver made can be forged');
      const { sign, ...params } = decoded.value;
      const bearing = (fields: Record<string, unknown>) => ({
        ...message,
        body: JSON.stringify({ payload: Buffer.from(JSON.stringify(fields)).toString('base64') }),
      });
      const resigned = (key: string) => ({ ...message, body: JSON.stringify({ payload: encodePayload(params, key) }) });
      return {
        ...credentials,
        'no signature': bearing(params),
        'a signature of nothing': bearing({ ...params, sign: '0'.repeat(32) }),
        'signed with the secret': resigned(appSecret),
        'signed with another seller’s key': resigned(tenant.integration.appKey),
        'changed after signing': bearing({ ...params, sign, timestamp: String(Number(params.timestamp) + 1) }),
        'a field added after signing': bearing({ ...params, sign, more: '1' }),
      };
    },
    async pry({ sale: theirs, machine: their }, { sale: own, machine }) {
      const [foreign] = await productsOf(their, { A11: 1 });
      const unknown = { product_id: nobody.id, quantity: 1 };
      const [theirRecord = 0] = theirs.records;
      const pairs = (name: string, ofTheirs: Message, nobodys: Message): Prying => ({ name, theirs: ofTheirs, nobodys });
      const ordersBy = (how: string, machineNo: string, none: string): Prying[] => [
        pairs(`the order${how}`, ask(machineNo, theirs.orderId), ask(none, nobody.id)),
        pairs(`paying${how}`, change(machineNo, theirs.orderId, 1), change(none, nobody.id, 1)),
        pairs(`refunding${how}`, change(machineNo, theirs.orderId, 2), change(none, nobody.id, 2)),
        pairs(`dispensing${how}`, dispense(machineNo, theirs.orderId, theirRecord), dispense(none, nobody.id, nobody.id)),
      ];
      return [
        ...ordersBy(' at its own machine', their.machineNo, nobody.machineNo),
        ...ordersBy(' at a machine of ours', machine.machineNo, machine.machineNo),
        pairs(
          'its record in an order of ours',
          dispense(machine.machineNo, own.orderId, theirRecord),
          dispense(machine.machineNo, own.orderId, nobody.id),
        ),
        pairs(
          'its machine',
          signed('POST', '/products', { machine_no: their.machineNo }),
          signed('POST', '/products', { machine_no: nobody.machineNo }),
        ),
        pairs(
          'an order at its machine',
          order(their.machineNo, [foreign], 'prying-1'),
          order(nobody.machineNo, [unknown], 'prying-2'),
        ),
        pairs('its product', order(machine.machineNo, [foreign], 'prying-3'), order(machine.machineNo, [unknown], 'prying-4')),
      ];
    },
  };
}

const shown: Partial<Record<Order['status'], Shown>> = { USERPAYING: 'open', SUCCESS: 'paid' };

function isRefusal({ status, text, body }: RawAnswer): boolean {
  const fields = Object.keys(body ?? {}).join();
  if (fields !== 'code,message,data' || (body.code === 0) !== (status === 200))
    throw new Error(`No answer of this dialect: ${text}`);
  if (status >= 500) throw new Error(`Neither taken nor refused: ${text}`);
  return body.code !== 0;
}

async function productsOf(machine: TestMachine, wanted: Wanted) {
  return await Promise.all(
    Object.entries(wanted).map(async ([slot, quantity]) => ({ product_id: (await machine.product(slot)).productId, quantity })),
  );
}

conformance({
  name: 'active order',
  capabilities: {
    steps: ['pay', 'dispense', 'refund'],
    promisedWith: 'place',
    placesOnce: true,
    unknownIsTold: 'as failed',
    shows: 'at once',
    toldPer: 'line',
    shortage: 'refused',
    paymentWindow: 20 * 60,
    staleAfter: 300,
  },
  open,
});
