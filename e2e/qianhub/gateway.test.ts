import { connect, type Socket } from 'node:net';
import { answerError, headers, signBody } from '@polyvend/protocols/qianhub';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type Sample,
  sampleBill,
  sampleDayEnd,
  sampleHandover,
  sampleTakeOut,
} from '../../packages/protocols/src/qianhub/samples.fixture.ts';
import vector from '../../packages/protocols/vectors/qianhub.json' with { type: 'json' };
import { integrationOf } from '../../packages/server/src/dialects/qianhub/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { changeMerchant } from '../../packages/server/src/ledger/merchants/change-merchant.ts';
import { showShop } from '../../packages/server/src/ledger/pos/show-shop.ts';
import { rawRequest, startTestHub, type TestHub, until } from '../support/index.ts';
import { type App, addApp, addProgram, addShop, ask, askRaw, type Program, query } from './steps.ts';

const [sample] = vector.vectors as [(typeof vector.vectors)[0]];

let hub: TestHub;
let app: App;
let program: Program;
let shopId: number;
beforeAll(async () => {
  hub = await startTestHub({ environment: { POLYVEND_BODY_LIMIT: String(2 * 1024 * 1024) } });
  app = await addApp(hub);
  program = await addProgram(hub);
  shopId = await addShop(program, '20001', { brand_id: 1, brand_name: '哇哇叫', shop_address: '深圳市南山区1-12铺' });
});
afterAll(() => hub?.stop());

const put = (...records: Sample[]) =>
  program.call(
    'POST',
    '/v1/pos/records',
    records.map(({ shop_10: _, ...record }) => ({ ...record, shop_id: shopId })),
  );

describe('the signature', () => {
  test("the vendor's sample is answered as the document says", async () => {
    const { appId, publicKey, body, signature } = sample;
    await createIntegration(hub.ledger, { merchantId: hub.merchant.id, ...integrationOf({ appId, publicKey }) });
    const sent = { [headers.app]: appId, [headers.sign]: signature };
    const answer = await rawRequest(`${hub.url}/gateway`, { headers: sent, body });
    expect([answer.status, answer.text]).toEqual([200, '{"name":"Jack"}']);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test.each([1024, 2048, 4096])('keys of %i bits', async (bits) => {
    const own = await addApp(hub, { bits });
    expect((await ask(hub, own, 'qianhub.test', { 名: '杰克' })).body).toEqual({ 名: '杰克' });
  });

  test('is over the bytes, whatever they are; hex in either case; and before anything is read', async () => {
    const spaced = '{ "version":"1.0" ,"action":"qianhub.test","body":null}\n';
    expect(await askRaw(hub, app, spaced)).toMatchObject({ status: 200, text: 'null' });
    const upper = { [headers.sign]: signBody(spaced, app.key).toUpperCase() };
    expect((await askRaw(hub, app, spaced, upper)).status).toBe(200);
    expect((await askRaw(hub, app, Buffer.from([0xff, 0xfe]))).body).toEqual(answerError('badRequest', 'the body is not JSON'));
    for (const junk of ['', '{', 'null', spaced]) {
      const forged = { [headers.sign]: signBody(`${junk} `, app.key) };
      expect((await askRaw(hub, app, junk, forged)).body, junk).toEqual(answerError('signInvalid'));
    }
  });

  test.each([
    ['truncated', (sign: string) => sign.slice(0, -2)],
    ['one digit off', (sign: string) => sign.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))],
    ['no hex', () => 'zz'],
    ['of the length alone', () => '0'.repeat(256)],
  ])('%s is 1003', async (_, forge) => {
    const body = '{"version":"1.0","action":"qianhub.test"}';
    const answer = await askRaw(hub, app, body, { [headers.sign]: forge(signBody(body, app.key)) });
    expect([answer.status, answer.body]).toEqual([400, answerError('signInvalid')]);
  });

  test("another app's is 1003, a key that was registered wrongly too", async () => {
    const other = await addApp(hub);
    expect((await ask(hub, { ...app, key: other.key }, 'qianhub.test')).body).toEqual(answerError('signInvalid'));
    const broken = await addApp(hub, { settings: { publicKey: 'MIGf' } });
    expect((await ask(hub, broken, 'qianhub.test')).body).toEqual(answerError('signInvalid'));
  });

  test('a header that is missing is 1001 and named; an app that is unknown, revoked or expired is 1002', async () => {
    const body = '{}';
    expect((await askRaw(hub, app, body, { [headers.app]: '' })).body).toEqual(answerError('headerMissing', headers.app));
    expect((await askRaw(hub, app, body, { [headers.sign]: '' })).body).toEqual(answerError('headerMissing', headers.sign));
    expect((await ask(hub, { ...app, appId: '1' }, 'qianhub.test')).body).toEqual(answerError('appInvalid'));
    const revoked = await addApp(hub);
    await hub.changeIntegration(hub.merchant.id, revoked.id, { status: 'revoked' });
    const tenant = await hub.tenant();
    const expired = await addApp(hub, { merchantId: tenant.merchant.id });
    await changeMerchant(hub.ledger, tenant.merchant.id, { status: 'expired' });
    for (const one of [revoked, expired]) {
      await until(async () => (await ask(hub, one, 'qianhub.test')).body?.error_code === 1002, 'its credentials count no more');
    }
  });

  test('of two apps of one AppID the key tells which; below /i/ the path does', async () => {
    const other = await addApp(hub);
    const twin = { ...app, key: other.key };
    const publicKey = await registeredKey(other);
    const id = await createIntegration(hub.ledger, {
      merchantId: hub.merchant.id,
      ...integrationOf({ appId: app.appId, publicKey }),
    });
    await until(async () => (await ask(hub, twin, 'qianhub.test')).status === 200, 'the twin is known');
    const body = '{"version":"1.0","action":"qianhub.test"}';
    expect((await askRaw(hub, twin, body, {}, `/i/${id}/gateway`)).status).toBe(200);
    expect((await askRaw(hub, app, body, {}, `/i/${id}/gateway`)).body).toEqual(answerError('signInvalid'));
    await hub.changeIntegration(hub.merchant.id, id, { status: 'revoked' });
  });

  async function registeredKey({ id }: App): Promise<string> {
    const { rows } = await sql<{ key: string }>`select settings->>'publicKey' as key from integrations where id = ${id}`.execute(
      hub.ledger.db,
    );
    return rows[0]?.key ?? '';
  }

  test('a body of 1 MB is verified and echoed; one too large is 1000', async () => {
    const text = '树'.repeat(340_000);
    const answer = await ask(hub, app, 'qianhub.test', text);
    expect([answer.status, answer.body === text]).toEqual([200, true]);
    expect(await ask(hub, app, 'qianhub.test', 'x'.repeat(3_000_000))).toMatchObject({
      status: 400,
      body: answerError('system', 'the body is too large'),
    });
  });
});

describe('the envelope', () => {
  test.each([
    ['{', 'the body is not JSON'],
    ['[]', 'the body is not an object'],
    ['{"action":"qianhub.test"}', 'version must be "1.0"'],
    ['{"version":1.0,"action":"qianhub.test"}', 'version must be "1.0"'],
    ['{"version":"1.0"}', 'action is required'],
    ['{"version":"1.0","action":"qianhub.agent.query"}', 'body must be an object'],
    [
      `{"version":"1.0","action":"qianhub.test","body":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'the body is nested too deep',
    ],
  ])('%.60s is 1004', async (body, detail) => {
    expect(await askRaw(hub, app, body)).toMatchObject({ status: 400, body: answerError('badRequest', detail) });
  });

  test('an action that is none is 1005', async () => {
    expect((await ask(hub, app, 'sample.init')).body).toEqual(answerError('actionUnknown', 'sample.init'));
    expect((await ask(hub, app, 'toString')).body).toEqual(answerError('actionUnknown', 'toString'));
  });

  test('what is no call is answered in the form too', async () => {
    expect(await rawRequest(`${hub.url}/gateway`, { method: 'GET' })).toMatchObject({ status: 405, body: { error_code: 1005 } });
    expect(await rawRequest(`${hub.url}/gateway/x`)).toMatchObject({ status: 404, body: { error_code: 1005 } });
  });

  test('too many calls are 1000 with 400', async () => {
    const limited = await startTestHub({ environment: { POLYVEND_RATE_LIMIT: '2' } });
    try {
      const own = await addApp(limited);
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(limited, own, 'qianhub.test')));
      expect(answers.map(({ status }) => status)).toContain(200);
      expect(answers.find(({ status }) => status === 400)?.body).toEqual(answerError('system', 'too many requests'));
    } finally {
      await limited.stop();
    }
  });
});

describe('shops', () => {
  test('those that the app sees, with every field', async () => {
    const { body } = await ask(hub, app, 'qianhub.agent.list-shop');
    expect(body).toEqual({
      shops: [
        {
          brand_id: 1,
          brand_name: '哇哇叫',
          shop_id: shopId,
          sn: '20001',
          shop_name: '【树莓派】哇哇叫欢乐海岸店',
          shop_address: '深圳市南山区1-12铺',
          shop_contact: null,
          business_on: null,
          latest_business_day: null,
          create_on: '2025-06-01 08:00:00',
        },
      ],
    });
  });

  test('one that is not shown to the app is like none', async () => {
    const narrow = await addApp(hub, { everyShop: false });
    const tenant = await hub.tenant();
    const stranger = await addApp(hub, { merchantId: tenant.merchant.id });
    for (const one of [narrow, stranger]) {
      expect((await ask(hub, one, 'qianhub.agent.list-shop')).body).toEqual({ shops: [] });
      const [hidden, none] = [await query(hub, one, shopId), await query(hub, one, 987_654)];
      expect(hidden).toMatchObject({ status: 400, body: { error_code: 1006 } });
      expect(hidden.text.replace(`"${shopId}"`, '#')).toBe(none.text.replace('"987654"', '#'));
    }
    await showShop(hub.ledger, { merchantId: hub.merchant.id, shopId, integrationId: narrow.id, visible: true }, { by: 'test' });
    expect((await ask(hub, narrow, 'qianhub.agent.list-shop')).body.shops).toHaveLength(1);
    expect((await query(hub, narrow, shopId)).status).toBe(200);
  });
});

describe('queries', () => {
  test('records come as they were told, with the number of the shop here', async () => {
    expect((await put(sampleBill(), sampleHandover(), sampleDayEnd(), sampleTakeOut())).body.results).toMatchObject(
      Array.from({ length: 4 }, (_, index) => ({ index, outcome: 'latest' })),
    );
    const { shop_10: _, ...bill } = sampleBill();
    const told = { ...bill, shop_id: shopId, json: { ...bill.json, shop_id: shopId } };
    expect((await query(hub, app, shopId)).body).toEqual([told]);
    expect((await query(hub, app, shopId, 'handover.stat')).body).toEqual([{ ...sampleHandover(), shop_id: shopId }]);
    expect((await query(hub, app, shopId, 'dayend.stat')).body).toEqual([{ ...sampleDayEnd(), shop_id: shopId }]);
    expect((await query(hub, app, shopId, 'waimai.order')).body).toEqual([{ ...sampleTakeOut(), shop_id: shopId }]);
    const mixed = await query(hub, app, shopId, ['dayend.stat', 'cashier.finish', 'waimai.order', 'handover.stat']);
    const types = mixed.body.map(({ boh_type }: Sample) => boh_type);
    expect(types).toEqual(['waimai.order', 'cashier.finish', 'handover.stat', 'dayend.stat']);
    expect((await ask(hub, app, 'qianhub.agent.list-shop')).body.shops[0].latest_business_day).toBe('2018-07-29');
  });

  test('both ends of the range count', async () => {
    const at = async (begin: string, end: string) =>
      (await query(hub, app, shopId, 'cashier.finish', { begin, end })).body.length;
    expect(await at('2018-07-28 15:30:43', '2018-07-28 15:30:43')).toBe(1);
    expect(await at('2018-07-28 15:30:44', '2018-07-28 23:00:00')).toBe(0);
    expect(await at('2018-07-28 00:00:00', '2018-07-28 15:30:42')).toBe(0);
  });

  test('a bill that comes again after a reversal replaces the first; an older one that is late does not', async () => {
    const again = sampleBill();
    Object.assign(again.json, { bill_id: 77, undo_index: 2, cashier_on: '2018-07-28 18:00:00' });
    const older = sampleBill();
    Object.assign(older.json, { bill_id: 77, undo_index: 1, cashier_on: '2018-07-28 17:00:00' });
    await put(again);
    expect((await put(older)).body.results).toMatchObject([{ outcome: 'superseded' }]);
    const { body } = await query(hub, app, shopId);
    expect(body.filter(({ json }: Sample) => json.bill_id === 77).map(({ json }: Sample) => json.undo_index)).toEqual([2]);
  });

  test.each([
    [{ shop_id: undefined }, 'badRequest', 'shop_id is required'],
    [{ shop_id: 'ten' }, 'badRequest', 'shop_id must be a whole number'],
    [{ boh_type: undefined }, 'badRequest', 'boh_type is required'],
    [{ begin: undefined }, 'badRequest', 'begin is required'],
    [{ end: null }, 'badRequest', 'end is required'],
    [{ end: 5 }, 'badRequest', 'end must be a text'],
    [{ boh_type: 'cashier.begin' }, 'bohTypeUnknown', 'boh_type cashier.begin'],
    [{ boh_type: 'toString' }, 'bohTypeUnknown', 'boh_type toString'],
    [{ begin: '2018-07-30 00:00:00' }, 'timeRange', 'end is before begin'],
    [{ begin: '2018-06-28 23:59:58' }, 'timeRange', 'more than 31 days'],
    [{ begin: '2018-07-28' }, 'timeRange', 'begin must be a time such as 2018-07-28 12:00:00'],
    [{ end: '2018-02-30 00:00:00' }, 'timeRange', 'end must be a time such as 2018-07-28 12:00:00'],
  ] as const)('%o is refused', async (change, name, detail) => {
    const body = {
      shop_id: shopId,
      boh_type: 'cashier.finish',
      begin: '2018-07-28 00:00:00',
      end: '2018-07-29 23:59:59',
      ...change,
    };
    expect(await ask(hub, app, 'qianhub.agent.query', body)).toMatchObject({ status: 400, body: answerError(name, detail) });
  });

  test.each([[{}], [{ boh_types: [] }], [{ boh_types: 'cashier.finish' }], [{ boh_types: ['cashier.finish', 5] }]])(
    'a batch of %o is refused',
    async (types) => {
      const body = { shop_id: shopId, begin: '2018-07-28 00:00:00', end: '2018-07-29 23:59:59', ...types };
      expect(await ask(hub, app, 'qianhub.agent.batch-query', body)).toMatchObject({ status: 400, body: { error_code: 1004 } });
    },
  );

  test('31 days are the most unless the integration says otherwise', async () => {
    const range = { begin: '2018-07-01 00:00:00', end: '2018-08-01 00:00:00' };
    expect((await query(hub, app, shopId, 'cashier.finish', range)).status).toBe(200);
    const wide = await addApp(hub, { settings: { mostDays: 400 } });
    expect((await query(hub, wide, shopId, 'cashier.finish', { ...range, begin: '2017-08-01 00:00:00' })).status).toBe(200);
  });
});

describe('a long answer', () => {
  const count = 3_000;
  let longShop: number;
  beforeAll(async () => {
    longShop = await addShop(program, '30001');
    await sql`
      insert into pos_records (merchant_id, shop_id, kind, key, version, latest, at, staff_id, staff_name, amount_cents, document, digest,
        source, received_at)
      select ${hub.merchant.id}, ${longShop}, 'bill', n::text, 0, true, '2018-07-28T00:00:00+08'::timestamptz + n * interval '1 second', 1, '王店', 0,
        json_build_object('n', n, 'pad', repeat('x', 10000)), sha256(n::text::bytea), 'register', now()
      from generate_series(1, ${count}) as n`.execute(hub.ledger.db);
  });

  function openQuery(): Promise<Socket> {
    const body = JSON.stringify({
      version: '1.0',
      action: 'qianhub.agent.query',
      body: { shop_id: longShop, boh_type: 'cashier.finish', begin: '2018-07-28 00:00:00', end: '2018-07-29 00:00:00' },
    });
    const lines = [
      'POST /gateway HTTP/1.1',
      'Host: hub',
      `${headers.app}: ${app.appId}`,
      `${headers.sign}: ${signBody(body, app.key)}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    const { hostname, port } = new URL(hub.url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
        resolve(socket);
      });
      socket.once('error', reject);
    });
  }

  test('comes whole and in order', async () => {
    const { body } = await query(hub, app, longShop);
    expect(body.map(({ json }: Sample) => json.n)).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  });

  test('waits for a reader that does not read: what is not taken is not fetched', async () => {
    const statements = vi.spyOn(pg.Client.prototype, 'query');
    const batches = () => statements.mock.calls.filter(([asked]) => JSON.stringify(asked).includes('wanted(kind)')).length;
    const socket = await openQuery();
    try {
      socket.pause();
      let before = -1;
      // Until the sockets of the system are full, and nothing more is fetched.
      while (before !== batches() || before === 0) {
        before = batches();
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      const whenFull = batches();
      socket.resume();
      await until(() => batches() > whenFull + 5, 'the rest is fetched');
    } finally {
      socket.destroy();
      statements.mockRestore();
    }
    expect((await query(hub, app, longShop)).body).toHaveLength(count);
  });

  test('that fails midway breaks the connection: it never ends as valid JSON', async () => {
    const socket = await openQuery();
    let text = '';
    let renamed = false;
    const rename = (from: string, to: string) =>
      sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(hub.ledger.db);
    try {
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString('latin1');
          if (renamed) return;
          renamed = true;
          socket.pause();
          rename('pos_records', 'pos_records_gone').then(() => socket.resume());
        });
      });
    } finally {
      await rename('pos_records_gone', 'pos_records');
    }
    expect(text).toMatch(/^HTTP\/1\.1 200/);
    // The end of a chunked answer was not sent.
    expect(text.endsWith('0\r\n\r\n')).toBe(false);
    expect(text.length).toBeLessThan(30_000_000);
  });

  test('that fails before anything was said is refused in words', async () => {
    await sql`alter table pos_records rename to pos_records_gone`.execute(hub.ledger.db);
    try {
      expect(await query(hub, app, longShop)).toMatchObject({
        status: 400,
        body: answerError('system', 'something went wrong here'),
      });
    } finally {
      await sql`alter table pos_records_gone rename to pos_records`.execute(hub.ledger.db);
    }
  });
});
