import { createHash } from 'node:crypto';
import { type CallName, calls, encodeSigned, encodeSignedQuery, type Fields } from '@polyvend/protocols/smart-vending';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putLine } from '../../packages/server/src/ledger/places/put-line.ts';
import { type RawAnswer, type RawRequest, rawRequest, startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { addCustomer, expectAnswer, expectFail, type TestCustomer } from './steps.ts';

// Who calls, and whether it says what it signed: in every form that programs in the field send, and in none that they do not.

let hub: TestHub;
let asker: TestCustomer;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
  asker = await addCustomer(hub, { settings: {} });
  machine = await hub.machine('spring', { connect: false });
  await putLine(hub.ledger, { merchantId: hub.merchant.id, name: '一号线', area: '上海' });
});
afterAll(async () => {
  await asker?.close();
  await hub?.stop();
});

const paths = { list: calls.tradeList.path, status: calls.status.path, lines: calls.lines.path, code: calls.createCode.path };

const post = (path: string, body: string | Uint8Array, how: RawRequest = {}) => rawRequest(hub.url + path, { body, ...how });
const signed = (fields: Fields, query: Fields = {}, key = asker.key) =>
  encodeSigned({ clientId: asker.clientId, nonce_str: 'the-same', ...fields }, key, query);
/** As a program does that knows nothing of ours. */
const md5 = (text: string) => createHash('md5').update(text, 'utf8').digest('hex');

function expectMachine({ status, body, text }: RawAnswer): void {
  expect({ status, assetId: body?.assetId }, text).toEqual({ status: 200, assetId: machine.machineNo });
}

describe('is taken', () => {
  test('what is signed over query and body together; over the body alone it is not', async () => {
    const list = await post(`${paths.list}?limit=5&cursor=0`, signed({}, { limit: 5, cursor: 0 }));
    expectAnswer('tradeList', list);
    expect(list.body).toMatchObject({ limit: '5', cursor: '0' });
    expectFail(await post(`${paths.list}?limit=5&cursor=0`, signed({})), 10003);
    expectFail(await post(paths.list, signed({}, { limit: 5 })), 10003);
    // The body wins where both name it.
    const both = await post(`${paths.list}?limit=5`, signed({ limit: 7 }, { limit: 5 }));
    expect(both.body.limit).toBe('7');
  });

  test('by a signature made by hand, as the vendor’s page has it', async () => {
    const { clientId, key } = asker;
    const sign = md5(`assetId=${machine.machineNo}&clientId=${clientId}&nonce_str=abc${key}`);
    expectMachine(await post(paths.status, JSON.stringify({ nonce_str: 'abc', sign, assetId: machine.machineNo, clientId })));
    expectMachine(
      await post(
        paths.status,
        JSON.stringify({ nonce_str: 'abc', sign: sign.toUpperCase(), assetId: machine.machineNo, clientId }),
      ),
    );
  });

  test.each<[string, Record<string, string>]>([
    ['no content type', {}],
    ['application/json;', { 'content-type': 'application/json;' }],
    ['the type of a form, as curl -d says', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a type that is none', { 'content-type': ';;;' }],
    ['text/html; charset=gbk', { 'content-type': 'text/html; charset=gbk' }],
  ])('whatever the type says: %s', async (_, headers) => {
    expectMachine(await post(paths.status, signed({ assetId: machine.machineNo }), { headers }));
  });

  test('a nonce that was seen before, and one that is spelled nonceStr', async () => {
    const body = signed({ assetId: machine.machineNo });
    for (let n = 0; n < 3; n += 1) expectMachine(await post(paths.status, body));
    const { clientId, key } = asker;
    expectMachine(await post(paths.status, encodeSigned({ clientId, nonceStr: 'x', assetId: machine.machineNo }, key)));
  });

  test('empty values, null, sign_type in any letters, and fields that we do not know', async () => {
    const fields = { assetId: machine.machineNo, lineName: '', more: null, zero: 0, none: [], sign_type: 'MD5' };
    expectMachine(await post(paths.status, signed(fields)));
    expectMachine(await post(`${paths.status}?SIGN_TYPE=MD5&empty=`, signed({ assetId: machine.machineNo })));
  });

  test('objects as they are written: spaced, or signed compact', async () => {
    const { clientId, key } = asker;
    const spaced = '{"longitude" : 116.39564514160156,\n  "latitude" : 39.929985046386719\n}';
    const text = (location: string) =>
      md5(`assetId=${machine.machineNo}&clientId=${clientId}&location=${location}&nonce_str=n${key}`);
    const body = (sign: string) =>
      `{ "assetId" : "${machine.machineNo}", "clientId":"${clientId}", "location" : ${spaced}, "nonce_str":"n", "sign":"${sign}" }`;
    expectMachine(await post(paths.status, body(text(spaced))));
    expectMachine(await post(paths.status, body(text('{"longitude":116.39564514160156,"latitude":39.929985046386719}'))));
    // Digits that a number would have lost are part of what is signed.
    expectFail(await post(paths.status, body(text('{"longitude":116.39564514160156,"latitude":39.92998504638672}'))), 10003);
  });

  test('a body in GB18030, signed over its characters', async () => {
    const { clientId, key } = asker;
    const sign = md5(`areaName=上海&clientId=${clientId}&nonce_str=n${key}`);
    const ascii = (text: string) => Buffer.from(text, 'latin1');
    const body = Buffer.concat([
      ascii(`{"areaName":"`),
      Buffer.from([0xc9, 0xcf, 0xba, 0xa3]),
      ascii(`","clientId":"${clientId}","nonce_str":"n","sign":"${sign}"}`),
    ]);
    const answer = await post(paths.lines, body);
    expectAnswer('lines', answer);
    expect(answer.body).toMatchObject([{ name: '一号线', areaName: '上海' }]);
  });

  test('a code asked for by query, form or JSON', async () => {
    const query = encodeSignedQuery({ clientId: asker.clientId, nonce_str: 'n', assetId: machine.machineNo }, asker.key);
    for (const answer of [
      await post(paths.code, query),
      await post(`${paths.code}?${query}`, ''),
      await post(paths.code, signed({})),
    ]) {
      expectAnswer('createCode', answer);
    }
  });

  test('at doubled and trailing slashes, and where the path names the integration', async () => {
    for (const path of ['//osapi/router/status/', `/i/${asker.integrationId}/osapi/router/status`]) {
      expectMachine(await post(path, signed({ assetId: machine.machineNo })));
    }
    expectFail(await post(`/i/${hub.integration.id}/osapi/router/status`, signed({})), 10002);
  });
});

describe('is refused, with HTTP 200 and FAIL', () => {
  const status = () => ({ assetId: machine.machineNo });

  test.each<[string, () => RawRequest['body'], number, string | RegExp]>([
    ['another key', () => signed(status(), {}, 'x'), 10003, /签名错误/],
    ['no signature', () => JSON.stringify({ clientId: asker.clientId, nonce_str: 'n' }), 10001, 'sign is required'],
    ['a signature of no form', () => JSON.stringify({ clientId: asker.clientId, nonce_str: 'n', sign: 'x' }), 10003, /签名错误/],
    [
      'a signature that is no text',
      () => JSON.stringify({ clientId: asker.clientId, nonce_str: 'n', sign: [1] }),
      10001,
      'sign is required',
    ],
    ['something changed after it', () => signed(status()).replace('the-same', 'another'), 10003, /签名错误/],
    ['something added after it', () => signed(status()).replace('{', '{"lineName":"x",'), 10003, /签名错误/],
    ['a client that there is not', () => encodeSigned({ clientId: 'x', nonce_str: 'n' }, asker.key), 10002, /unknown clientId/],
    ['no client', () => encodeSigned({ nonce_str: 'n' }, asker.key), 10001, 'clientId is required'],
    ['no nonce', () => encodeSigned({ clientId: asker.clientId }, asker.key), 10001, 'nonce_str is required'],
    ['nothing', () => '', 10001, 'clientId is required'],
    ['JSON that is broken', () => '{"clientId":', 40000, /not a JSON object/],
    ['a list', () => '[]', 40000, /not a JSON object/],
    ['a form where none is taken', () => 'a=1&b=2', 40000, /not a JSON object/],
    ['bytes that are no text', () => Uint8Array.of(0x7b, 0xff, 0xff, 0x7d), 40000, /UTF-8 nor GB18030/],
    ['a body that is too large', () => signed({ more: 'x'.repeat(300_000) }), 41300, /too large/],
  ])('%s', async (_, body, code, error) => {
    expectFail(await post(paths.status, body() ?? ''), code, error);
  });

  test.each<[CallName, Fields, RegExp]>([
    ['sales', {}, /^assetId is required$/],
    ['statistic', { startTime: 1, endTime: 2 }, /^assetIds is required$/],
    ['statistic', { assetIds: '1', endTime: 2 }, /^startTime is required$/],
    ['statistic', { assetIds: '1', startTime: 1 }, /^endTime is required$/],
    ['statistic', { assetIds: '1', startTime: 3, endTime: 2 }, /^endTime must not be before startTime$/],
    ['tradeList', { payStyle: 'cash' }, /^payStyle must be numbers/],
    ['tradeList', { limit: -1 }, /^limit /],
    ['tradeList', { cursor: 'x' }, /^cursor must be a whole number$/],
    ['tradeList', { startTime: '99999999999' }, /^startTime /],
    ['lines', { lineName: 'a\u0000' }, /^lineName has characters that are no text$/],
    ['sites', { areaName: 'x'.repeat(200) }, /^areaName must have at most 128 characters$/],
    ['goods', { limit: 1.5 }, /^limit must be a whole number$/],
    ['refillMessages', { siteNumber: {} }, /^siteNumber must be a text$/],
  ])('%s with %o: the field is named', async (name, params, error) => {
    expectFail(await asker.call(name, params), 10001, error);
  });

  test('what there is not, and what is asked for in another way', async () => {
    expectFail(await post('/osapi/nothing', signed({})), 40400);
    expectFail(await post('/osapi', signed({})), 40400);
    for (const method of ['GET', 'PUT', 'DELETE']) expectFail(await rawRequest(hub.url + paths.list, { method }), 40500);
    expectFail(await post(calls.statistic.path, signed({})), 40500);
  });

  test('a customer that is revoked, as one that never was; a merchant whose account ended', async () => {
    const other = await hub.tenant();
    const theirs = await addCustomer(hub, { tenant: other, settings: {} });
    expectAnswer('goods', await theirs.call('goods'));
    await hub.hub.database.pool.query("update merchants set status = 'expired' where id = $1", [other.merchant.id]);
    await hub.changeIntegration(other.merchant.id, theirs.integrationId, { settings: {} });
    await expect.poll(async () => (await theirs.call('goods')).body.error_code).toBe(10004);
    await hub.changeIntegration(other.merchant.id, theirs.integrationId, { status: 'revoked' });
    await expect.poll(async () => (await theirs.call('goods')).body.error_code).toBe(10002);
    await theirs.close();
  });

  test('too many', async () => {
    const limited = await startTestHub({ environment: { POLYVEND_RATE_LIMIT: '5' } });
    const fast = await addCustomer(limited, { settings: {} });
    try {
      const answers = await Promise.all(Array.from({ length: 40 }, () => fast.call('goods', { limit: 1 })));
      const refused = answers.filter(({ body }) => body.result === 'FAIL');
      expect(refused.length).toBeGreaterThan(0);
      for (const answer of refused) expectFail(answer, 42900);
    } finally {
      await fast.close();
      await limited.stop();
    }
  });
});

describe('what is another’s', () => {
  test('machine answers like one that there is not, byte for byte, in every call that names one', async () => {
    const theirs = await hub.machine('spring', { connect: false }, await hub.tenant());
    const ask = async (assetId: string) => {
      const period = { startTime: 1, endTime: 2_000_000_000 };
      const answers = [
        await asker.call('status', { assetId }),
        await asker.call('sales', { assetId }),
        await asker.call('tradeList', { assetId }),
        await asker.call('statistic', { assetIds: `${machine.machineNo},${assetId}`, ...period }),
        await asker.call('refillMessages', { assetId }),
        await asker.call('createCode', { assetId }),
      ];
      for (const answer of answers) expectFail(answer, 20001, /no such machine/);
      return answers.map(({ text }) => text);
    };
    expect(await ask(theirs.machineNo)).toEqual(await ask('99999999'));
    const { list } = (await asker.call('status', { limit: 1_000 })).body;
    expect(list.map(({ assetId }: { assetId: string }) => assetId)).toEqual([machine.machineNo]);
  });
});
