import { createCashRegister } from '@polyvend/simulator';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sample, sampleBill, sampleHandover, sampleTakeOut } from '../../packages/protocols/src/qianhub/samples.fixture.ts';
import { changeMerchant } from '../../packages/server/src/ledger/merchants/change-merchant.ts';
import { rawRequest, startTestHub, type TestHub, until } from '../support/index.ts';
import { addApp, addProgram, addShop, type Program, query } from './steps.ts';

let hub: TestHub;
let program: Program;
let shopId: number;
beforeAll(async () => {
  hub = await startTestHub();
  program = await addProgram(hub);
  shopId = await addShop(program);
});
afterAll(() => hub?.stop());

const records = '/v1/pos/records';

function bill(bill_id: number, more: object = {}): Sample {
  const { shop_10: _, ...sample } = sampleBill();
  return { ...sample, sn: '20001', json: { ...sample.json, bill_id, ...more } };
}

describe('records of a cash register', () => {
  test('one alone: told, told again, told wrongly', async () => {
    const warnings = ['json.promotion is 0.00, the promotions make -10.00', 'json.discount is 0.00, the discounts make -22.00'];
    expect((await program.call('POST', records, bill(1))).body).toEqual({ results: [{ index: 0, outcome: 'latest', warnings }] });
    expect((await program.call('POST', records, bill(1))).body).toEqual({ results: [{ index: 0, outcome: 'known', warnings }] });
    expect(await program.call('POST', records, bill(1, { amount: '109' }))).toMatchObject({
      status: 400,
      body: { error: { code: 'request.field', field: 'json.amount', message: 'json.amount must be number' } },
    });
    expect(await program.call('POST', records, { ...bill(1), sn: 'none' })).toMatchObject({
      status: 404,
      body: { error: { code: 'shop.unknown' } },
    });
  });

  test('a list: each is judged for itself, and the answer names what is wrong with which', async () => {
    const { sn: _, ...nowhere } = bill(12);
    const answer = await program.call('POST', records, [
      bill(10),
      { ...bill(11), json: { ...bill(11).json, payments: [{}] } },
      nowhere,
      { ...bill(13), sn: 'none' },
      { ...sampleHandover(), shop_id: shopId },
      bill(10),
      5,
      { ...sampleTakeOut(), sn: '20001' },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body.results).toMatchObject([
      { index: 0, outcome: 'latest' },
      { index: 1, outcome: 'refused', error: { code: 'request.field', field: 'json.payments[0].payment_type_id' } },
      { index: 2, outcome: 'refused', error: { field: 'sn' } },
      { index: 3, outcome: 'refused', error: { code: 'shop.unknown' } },
      { index: 4, outcome: 'latest' },
      { index: 5, outcome: 'known' },
      { index: 6, outcome: 'refused', error: { field: 'record' } },
      { index: 7, outcome: 'latest' },
    ]);
  });

  test('told by many at once, each is kept once', async () => {
    const list = Array.from({ length: 20 }, (_, n) => bill(100 + n, { cashier_on: '2018-07-20 12:00:00' }));
    await Promise.all(Array.from({ length: 10 }, () => program.call('POST', records, list)));
    const app = await addApp(hub);
    const range = { begin: '2018-07-20 12:00:00', end: '2018-07-20 12:00:00' };
    expect((await query(hub, app, shopId, 'cashier.finish', range)).body).toHaveLength(20);
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from pos_records where merchant_id = ${hub.merchant.id} and kind = 'bill' and length(key) = 3 and key < '120'`.execute(
      hub.ledger.db,
    );
    expect(rows).toEqual([{ n: 20 }]);
  });

  test('a warning is kept with its record', async () => {
    await program.call('POST', records, bill(200, { paid: 5, cashier_on: '2018-07-21 12:00:00' }));
    const { rows } = await sql<{ doubts: string[] }>`
      select doubts from pos_records where merchant_id = ${hub.merchant.id} and key = '200'`.execute(hub.ledger.db);
    expect(rows[0]?.doubts).toContain('json.paid is 5.00, the payments make 109.00');
  });

  test('too many of them are refused before any is kept', async () => {
    const answer = await program.call(
      'POST',
      records,
      Array.from({ length: 1_001 }, () => 5),
    );
    expect(answer).toMatchObject({ status: 400, body: { error: { field: 'body' } } });
  });
});

describe('shops', () => {
  test.each([
    [{}, 'shop_name'],
    [{ shop_name: 'a'.repeat(201) }, 'shop_name'],
    [{ shop_name: 'x', time_zone: 'Mars/Base' }, 'time_zone'],
    [{ shop_name: 'x', day_closes_at: '25:00' }, 'day_closes_at'],
    [{ shop_name: 'x', business_on: 'soon' }, 'business_on'],
    [{ shop_name: 'x', brand_id: -1 }, 'brand_id'],
    [{ shop_name: 'x', payment_codes: [] }, 'payment_codes'],
    [{ shop_name: 'x', payment_codes: { cash: { id: 1, name: '现金' } } }, 'payment_codes.cash.sn'],
    [5, 'body'],
  ])('%o is refused by its field', async (body, field) => {
    expect(await program.call('PUT', '/v1/pos/shops/9', body)).toMatchObject({ status: 400, body: { error: { field } } });
  });

  test('are put, and put again', async () => {
    const body = { shop_name: '二店', day_closes_at: '05:00', payment_codes: { cash: { id: 1, sn: '01', name: '现金' } } };
    const made = await program.call('PUT', '/v1/pos/shops/20002', body);
    expect(made).toMatchObject({ status: 200, body: { sn: '20002', time_zone: 'Asia/Shanghai', ...body } });
    const again = await program.call('PUT', '/v1/pos/shops/20002', { shop_name: '二店新' });
    expect(again.body).toEqual({ ...made.body, shop_name: '二店新' });
  });
});

describe('the token', () => {
  test.each([
    ['none', ''],
    ['no bearer', 'Basic abc'],
    ['no token', 'Bearer abc'],
    ['unknown', `Bearer pv_${'0'.repeat(16)}_${'a'.repeat(32)}`],
  ])('%s is 401', async (_, authorization) => {
    const answer = await rawRequest(`${hub.url}${records}`, { headers: authorization ? { authorization } : {}, body: '{}' });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'credentials.invalid' } } });
  });

  test('with another’s secret, or revoked, is 401; of an expired merchant 403', async () => {
    const tenant = await hub.tenant();
    const other = await addProgram(hub, tenant.merchant.id);
    const mixed = program.token.slice(0, 20) + other.token.slice(20);
    const answer = await rawRequest(`${hub.url}${records}`, { headers: { authorization: `Bearer ${mixed}` }, body: '{}' });
    expect(answer.status).toBe(401);
    await changeMerchant(hub.ledger, tenant.merchant.id, { status: 'expired' });
    await until(async () => (await other.call('POST', records, [])).status === 403, 'the merchant is expired');
    const gone = await addProgram(hub);
    const { rows } = await sql<{ id: number }>`select max(id) as id from integrations`.execute(hub.ledger.db);
    await hub.changeIntegration(hub.merchant.id, rows[0]?.id ?? 0, { status: 'revoked' });
    await until(async () => (await gone.call('POST', records, [])).status === 401, 'it is revoked');
  });

  test('what is none of the calls is answered in the form of the API', async () => {
    expect(await rawRequest(`${hub.url}/v1/nothing`)).toMatchObject({ status: 404, body: { error: { code: 'not-found' } } });
    expect(await program.call('PATCH', records)).toMatchObject({ status: 405, body: { error: { code: 'method-not-allowed' } } });
    // Nothing is an object without fields.
    expect(await program.call('POST', records)).toMatchObject({ status: 400, body: { error: { code: 'request.field' } } });
    const headers = { authorization: `Bearer ${program.token}` };
    expect(await rawRequest(`${hub.url}${records}`, { method: 'POST', headers, body: '{' })).toMatchObject({
      status: 400,
      body: { error: { code: 'request.malformed' } },
    });
  });
});

test('a day of cash registers that repeat themselves and speak in disorder comes out to the fen', async () => {
  const sn = 'day';
  const dayShop = await addShop(program, sn);
  const registers = [1, 2].map((number) =>
    createCashRegister({ url: hub.url, token: program.token, sn, number, clock: hub.clock, repeats: 0.5, shuffles: 0.5 }),
  );
  for (let hour = 0; hour < 6; hour += 1) {
    for (const register of registers) {
      const sold = Array.from({ length: 30 }, () => register.sell());
      for (const { bill_id } of sold.slice(0, 3)) register.refund(bill_id);
      register.handOver();
      expect((await register.send()).filter(({ outcome }) => outcome === 'refused')).toEqual([]);
      hub.clock.advance(600);
    }
  }
  const app = await addApp(hub);
  const range = { begin: '2025-06-01 00:00:00', end: '2025-06-02 00:00:00' };
  const { body } = await query(hub, app, dayShop, 'cashier.finish', range);
  const byId = (bills: Sample[]) =>
    bills.map(({ shop_id, shop_name, brand_id, brand_name, ...bill }) => bill).sort((a, b) => a.bill_id - b.bill_id);
  const books = registers.flatMap(({ bills }) => [...bills.values()]);
  expect(byId(body.map(({ json }: Sample) => json))).toEqual(byId(books));
  expect((await query(hub, app, dayShop, 'handover.stat', range)).body).toHaveLength(12);
});
