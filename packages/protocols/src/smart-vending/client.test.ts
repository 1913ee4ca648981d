import { describe, expect, test } from 'vitest';
import { smartVendingClient } from './client.ts';
import { answerFailure, type SmartVendingError } from './errors.ts';
import { mayServe, pickupCodeClient } from './pickup-code-client.ts';
import { encodePush } from './push.ts';
import { readSender, readSigned } from './sign.ts';

const options = { clientId: '2066000001', key: 'TESTKEY0000000000000000000000001' };

/** Both clients, whose far end answers as told and shows what it was sent. */
function withAnswer(answer: unknown, status = 200) {
  const sent: { line: string; params: object; verified: boolean }[] = [];
  const connection = {
    ...options,
    baseUrl: 'https://hub.example/',
    fetch: async (input: unknown, init?: RequestInit) => {
      const url = new URL(String(input));
      const message = readSigned({ query: url.search, body: typeof init?.body === 'string' ? init.body : '' });
      if (!message.ok) return expect.unreachable(message.reason);
      const { clientId, nonce_str, nonceStr, sign, ...params } = message.params;
      expect(readSender(message.params).clientId).toBe(options.clientId);
      sent.push({ line: `${init?.method} ${url.pathname}`, params, verified: message.verify(options.key) });
      return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), { status });
    },
  };
  return { hub: smartVendingClient(connection), mall: pickupCodeClient(connection), sent };
}

test('every call has its method and path, and is signed', async () => {
  const { hub, mall, sent } = withAnswer({ result: 'SUCCESS', code: '4383743', list: [] });
  await hub.tradeList({ assetId: '151111', limit: 20, cursor: 0, payStyle: '2,3' });
  await hub.statistic({ assetIds: ['151111', '123124'], startTime: 1, endTime: 2 });
  await hub.status('151111');
  await hub.machines({ limit: 100_000 });
  await hub.sales('151111');
  await hub.lines();
  await hub.sites({ areaName: '上海', cursor: 30 });
  await hub.goods();
  await hub.refillMessages({ siteNumber: '7' });
  expect(await hub.createCode({ productCode: '00123' })).toBe('4383743');
  await mall.check({ code: '4383743', assetId: '151111', goodsNum: '00123' });
  await mall.use({ code: '4383743' });
  expect(sent.every(({ verified }) => verified)).toBe(true);
  expect(sent.map(({ line, params }) => [line, params])).toEqual([
    ['POST /osapi/trade/list', { assetId: '151111', limit: '20', cursor: '0', payStyle: '2,3' }],
    ['GET /osapi/trade/statistic', { assetIds: '151111,123124', startTime: '1', endTime: '2' }],
    ['POST /osapi/router/status', { assetId: '151111' }],
    ['POST /osapi/router/status', { limit: '100000' }],
    ['POST /osapi/router/sales', { assetId: '151111' }],
    ['POST /osapi/router/lines', {}],
    ['POST /osapi/router/sites', { areaName: '上海', cursor: '30' }],
    ['POST /osapi/router/goods', {}],
    ['POST /osapi/refill/message', { siteNumber: '7' }],
    ['POST /osapi/code/create', { productCode: '00123' }],
    ['POST /osapi/pickupcode/check', { code: '4383743', assetId: '151111', goodsNum: '00123' }],
    ['POST /osapi/pickupcode/use', { code: '4383743' }],
  ]);
});

test('a mall finds every field and the signature in the query and in the body alike', async () => {
  const { clientId, key } = options;
  const sent: string[] = [];
  const fetch = async (input: unknown, init?: RequestInit) => {
    sent.push(new URL(String(input)).search, String(init?.body));
    return new Response('{"result":"SUCCESS"}');
  };
  await pickupCodeClient({ baseUrl: 'https://mall.example', clientId, key, fetch }).check({ code: '中1', assetId: '151111' });
  const [query, body] = [readSigned({ query: sent[0] }), readSigned({ body: sent[1] })];
  if (!query.ok || !body.ok) return expect.unreachable();
  expect([query.verify(key), body.verify(key), query.sign === body.sign]).toEqual([true, true, true]);
  expect(query.params).toEqual(body.params);
});

test('lines and sites are read bare and wrapped', async () => {
  const line = { name: 'l', areaName: 'a', description: '', createTime: 1 };
  expect(await withAnswer([line]).hub.lines()).toEqual([line]);
  expect(await withAnswer({ result: 'SUCCESS', list: [line] }).hub.lines()).toEqual([line]);
});

describe('errors', () => {
  const errorOf = (answer: unknown, status = 200) =>
    withAnswer(answer, status)
      .hub.goods()
      .then(
        () => expect.unreachable(),
        (error: SmartVendingError) => error,
      );

  test('carry code and message', async () => {
    expect(await errorOf(answerFailure('fieldInvalid', 'limit must be at least 0'))).toMatchObject({
      name: 'SmartVendingError',
      code: '10001',
      message: 'limit must be at least 0',
      status: 200,
    });
    expect(await errorOf({ result: 'FAIL', error_code: 20006 })).toMatchObject({ code: '20006', message: 'HTTP 200, refused' });
  });

  test.each(['<html>', '', '1', 'null'])('%j from a proxy', async (text) => {
    expect(await errorOf(text, 502)).toMatchObject({ code: '', status: 502 });
    expect(await errorOf(text)).toMatchObject({ status: 200 });
  });

  test('success needs HTTP to agree', async () => {
    expect(await errorOf({ result: 'SUCCESS', list: [] }, 500)).toMatchObject({ status: 500 });
  });
});

test('a code is served only on SUCCESS and when unused', () => {
  expect(mayServe({ result: 'SUCCESS', codeStatus: '1' })).toBe(true);
  expect(mayServe({ result: 'SUCCESS', codeStatus: 1 })).toBe(true);
  for (const answer of [{ result: 'FAIL', codeStatus: '1' }, { result: 'SUCCESS', codeStatus: '2' }, { result: 'SUCCESS' }, {}]) {
    expect(mayServe(answer)).toBe(false);
  }
});

test('every attempt of a push has a nonce of its own', () => {
  const attempts = [1, 2].map(() => encodePush({ assetId: '91000092', location: { longitude: 116.39564514160156 } }, options));
  const read = attempts.map((body) => readSigned({ body }));
  expect(read.every((message) => message.ok && message.verify(options.key))).toBe(true);
  expect(new Set(read.map((message) => message.ok && message.params.nonce_str)).size).toBe(2);
});
