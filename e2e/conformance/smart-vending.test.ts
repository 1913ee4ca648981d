import { buildCall, type CallName, type Fields, newNonce, signParams, type Trade } from '@polyvend/protocols/smart-vending';
import { sql } from 'kysely';
import { newCredentials } from '../../packages/server/src/dialects/smart-vending/index.ts';
import { addCustomer } from '../smart-vending/steps.ts';
import type { RawAnswer, TestHub, TestTenant } from '../support/index.ts';
import type { Driver, Message, Outcome, Prying, Shown } from './driver.ts';
import { conformance } from './suite.ts';

// A customer of this dialect orders nothing: what it sells is a pickup code for a good at a machine, and its buyer types that there. It is told
// by pushes of the trade.

interface Sale {
  code: string;
  machineNo: string;
}

const nobody = '99999999';

async function open(hub: TestHub, tenant: TestTenant): Promise<Driver<Sale>> {
  const customer = await addCustomer(hub, { tenant });
  const credentials = { clientId: customer.clientId, key: customer.key };
  const stranger = await addCustomer(hub, { tenant: await hub.tenant(), settings: {} });

  const messageOf = (name: CallName, params: Fields, by = credentials): Message => {
    const { method, path, body } = buildCall(name, params, by);
    return { url: hub.url + path, method, ...(body !== undefined && { body }) };
  };
  const ask = ({ machineNo }: Sale) => messageOf('tradeList', { assetId: machineNo, limit: 100_000 });
  /** The number of the order behind a code, which the wire shows and does not tell beforehand; undefined before it was typed. */
  async function orderNoOf({ code }: Sale): Promise<string | undefined> {
    const { rows } = await sql<{ orderNo: string }>`
      select o.trade_id as "orderNo" from orders o
      join pickup_codes c on c.merchant_id = o.merchant_id and c.id = o.pickup_code_id
      where c.merchant_id = ${tenant.merchant.id} and c.code = ${code} order by o.id desc limit 1`.execute(hub.ledger.db);
    return rows[0]?.orderNo;
  }

  return {
    async place(machine, wanted) {
      const [slot = '', ...more] = Object.keys(wanted);
      if (more.length > 0 || wanted[slot] !== 1) throw new Error('A code fetches one unit');
      return messageOf('createCode', { assetId: machine.machineNo, productCode: (await machine.product(slot)).goods?.number });
    },
    saleOf: async ({ machineNo }, { body }) => ({ code: body.code, machineNo }),
    step: (_, { code }) => [{ at: (keypad) => keypad.type(code) }],
    query: ask,
    isRefusal,
    async shownBy({ body }, sale) {
      const orderNo = await orderNoOf(sale);
      const trade = (body.list as Trade[]).find((one) => one.orderNo === orderNo);
      return shown(trade);
    },
    async told(sale) {
      const orderNo = await orderNoOf(sale);
      return customer.pushed('trade').flatMap(({ params }): Outcome[] => {
        if (params.orderNo !== orderNo || params.deliverStatus === '-1') return [];
        return [{ dropped: params.deliverStatus === '0', units: params.deliverStatus === '0' ? 1 : 0 }];
      });
    },
    forgeries(message) {
      const body = message.body === undefined ? undefined : (JSON.parse(String(message.body)) as Record<string, unknown>);
      if (!body) throw new Error('Only what this driver made can be forged');
      const { sign, ...params } = body;
      const query = Object.fromEntries(new URL(message.url).searchParams);
      const bearing = (fields: Fields): Message => ({ ...message, body: JSON.stringify(fields) });
      const resigned = (fields: Fields, key: string) => bearing({ ...fields, sign: signParams({ ...query, ...fields }, key) });
      const elsewhere = new URL(message.url);
      elsewhere.searchParams.set('limit', '1');
      const shorter = new URL(message.url);
      for (const name of Object.keys(query).slice(0, 1)) shorter.searchParams.delete(name);
      return {
        nothing: { ...message, body: '' },
        'no signature': bearing(params),
        'an empty signature': bearing({ ...params, sign: '' }),
        'a signature of nothing': bearing({ ...params, sign: '0'.repeat(32) }),
        'signed without the key': resigned(params, ''),
        'signed with another’s key': resigned(params, stranger.key),
        'signed with the clientId': resigned(params, customer.clientId),
        'in another’s name': resigned({ ...params, clientId: stranger.clientId }, customer.key),
        'in nobody’s name': resigned({ ...params, clientId: newCredentials().clientId }, customer.key),
        'in no name': resigned({ ...params, clientId: undefined }, customer.key),
        'changed after signing': bearing({ ...params, sign, nonce_str: newNonce() }),
        'a field added after signing': bearing({ ...params, sign, more: '1' }),
        'a field added to the query': { ...message, url: elsewhere.href },
        'a field left out after signing': { ...message, url: shorter.href },
      };
    },
    async pry({ machine: their }) {
      const about = (name: string, call: CallName, params: (machineNo: string) => Fields): Prying => ({
        name,
        theirs: messageOf(call, params(their.machineNo)),
        nobodys: messageOf(call, params(nobody)),
      });
      const period = { startTime: 1, endTime: 2_000_000_000 };
      return [
        about('its trades', 'tradeList', (assetId) => ({ assetId })),
        about('its state', 'status', (assetId) => ({ assetId })),
        about('its sales', 'sales', (assetId) => ({ assetId })),
        about('its refills', 'refillMessages', (assetId) => ({ assetId })),
        about('its statistic', 'statistic', (assetIds) => ({ assetIds, ...period })),
        about('a code for it', 'createCode', (assetId) => ({ assetId })),
        about('a code for its good there', 'createCode', (assetId) => ({ assetId, productCode: '1001' })),
      ];
    },
    async close() {
      await Promise.all([customer.close(), stranger.close()]);
    },
  };
}

/** Refunded, or never to fall: over. */
function shown(trade: Trade | undefined): Shown {
  if (!trade) return 'open';
  return trade.refundStatus === 0 ? 'paid' : 'over';
}

function isRefusal({ status, text, body }: RawAnswer): boolean {
  if (status !== 200 || typeof body !== 'object' || body === null)
    throw new Error(`No answer of this dialect: ${status} ${text}`);
  if (body.result !== 'FAIL') return false;
  const fields = Object.keys(body).join();
  if (fields !== 'result,errorCode,error_code,error' || body.errorCode !== String(body.error_code) || body.error === '') {
    throw new Error(`No refusal of this dialect: ${text}`);
  }
  if (body.error_code >= 50_000) throw new Error(`Neither taken nor refused: ${text}`);
  return true;
}

conformance({
  name: 'Smart Vending',
  capabilities: {
    steps: ['dispense'],
    unitsPerSale: 1,
    promisedWith: 'dispense',
    placesOnce: false,
    unknownIsTold: 'when known',
    shows: 'later',
    toldPer: 'sale',
    shortage: 'refused',
  },
  open,
});
