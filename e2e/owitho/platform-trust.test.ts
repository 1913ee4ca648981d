import { encodeEnvelope, tokenRequest } from '@polyvend/protocols/owitho';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { changeIntegration } from '../../packages/server/src/ledger/integrations/change-integration.ts';
import { rawRequest, startTestHub, type TestHub, until } from '../support/index.ts';
import { openSeller, type Seller } from './seller.ts';

let hub: TestHub;
let seller: Seller;

beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  seller = await openSeller(hub, { settings: { tokensPerDay: 5 } });
});
afterEach(() => seller.third.close());
afterAll(async () => {
  await hub?.stop();
});

const utc = () => hub.clock.now().getTime();

function ask(how: Partial<Parameters<typeof tokenRequest>[0]> & { signature?: string } = {}, path = '/getAccessToken') {
  const { signature, ...rest } = how;
  const query = tokenRequest({ appId: seller.appId, secretKey: seller.secretKey, utc: utc(), ...rest });
  const sent = { ...query, ...(signature !== undefined && { signature }) };
  return rawRequest(`${hub.url}${path}?${new URLSearchParams(sent)}`, { method: 'GET' });
}

const tokenOf = async (): Promise<string> => (await ask()).body.data.accessToken;

async function codeWith(key: string, how: { salt?: number; utc?: number; data?: string } = {}): Promise<string> {
  const { data = '{"machineCode":"M1"}', ...stamp } = how;
  const body = encodeEnvelope(data, { appId: seller.appId, tokens: [key], utc: utc(), ...stamp });
  return (await rawRequest(`${hub.url}/testSign`, { body })).body.code;
}

test('a token: numbers for codes, opaque, for a day', async () => {
  const { status, body, headers } = await ask();
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ code: 200, msg: 'success' },
    data: { accessToken: expect.stringMatching(/^[0-9a-f]{64}$/), expireTime: utc() + 86_400_000 },
  });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(await codeWith(body.data.accessToken)).toBe('200');
  // It is not kept in clear.
  const { rows } = await hub.hub.database.pool.query('select encode(token, $1) as kept from channel_tokens', ['escape']);
  expect(JSON.stringify(rows)).not.toContain(body.data.accessToken);
  hub.clock.advance(86_400);
  expect(await codeWith(body.data.accessToken)).toBe('40002');
});

test('who asks wrongly gets none: app, salt, time, signature, in this order', async () => {
  const wrong = { secretKey: 'wrong' };
  const answers = [
    await ask({ appId: '0'.repeat(32), salt: 1, utc: 1 }),
    await ask({ salt: 999, utc: 1, ...wrong }),
    await ask({ salt: 10_000 }),
    await ask({ utc: utc() - 300_001, ...wrong }),
    await ask({ utc: utc() + 300_001 }),
    await ask(wrong),
    await ask({ signature: '' }),
    await rawRequest(`${hub.url}/getAccessToken`, { method: 'GET' }),
  ];
  expect(answers.map(({ body }) => body.code)).toEqual([40001, 40003, 40003, 40004, 40004, 40002, 40002, 40001]);
  for (const { status, body } of answers) expect({ status, data: body.data }).toEqual({ status: 200, data: {} });
  expect((await ask({ utc: utc() - 300_000 })).body.code).toBe(200);
});

test('a new token ends the one before after the overlap, in which both are good', async () => {
  const first = await tokenOf();
  hub.clock.advance(10);
  const second = await tokenOf();
  expect([await codeWith(first), await codeWith(second)]).toEqual(['200', '200']);
  hub.clock.advance(299);
  expect([await codeWith(first), await codeWith(second)]).toEqual(['200', '200']);
  hub.clock.advance(2);
  await until(async () => (await codeWith(first)) === '40002', 'the first to end');
  expect(await codeWith(second)).toBe('200');
});

test('so many tokens a day, however many ask at once; then 40000', async () => {
  const codes = (await Promise.all(Array.from({ length: 12 }, () => ask()))).map(({ body }) => body.code);
  expect(codes.filter((code) => code === 200)).toHaveLength(5);
  expect(codes.filter((code) => code === 40000)).toHaveLength(7);
  expect((await ask()).body).toEqual({ code: 40000, msg: 'too many tokens today', data: {} });
  hub.clock.advance(86_401);
  expect((await ask()).body.code).toBe(200);
});

test('a call that is forged, stale, or wrongly salted is refused; the secret key signs nothing here', async () => {
  const token = await tokenOf();
  expect(await codeWith('forged')).toBe('40002');
  expect(await codeWith(seller.secretKey)).toBe('40002');
  expect(await codeWith(token, { salt: 99 })).toBe('40003');
  expect(await codeWith(token, { utc: utc() - 300_001 })).toBe('40004');
  expect(await codeWith(token, { data: '{"machineCode":""}' })).toBe('40000');
  expect(await codeWith('forged', { data: '{' })).toBe('40002');
  const body = encodeEnvelope('{"machineCode":"M1"}', { appId: seller.appId, tokens: [token], utc: utc() });
  expect((await rawRequest(`${hub.url}/testSign`, { body: body.replace('M1', 'M2') })).body.code).toBe('40002');
  expect((await rawRequest(`${hub.url}/testSign`, { body })).body).toEqual({
    ...{ code: '200', msg: 'success' },
    data: { machineCode: 'M1', machineInfo: 'not synchronised yet' },
  });
  const other = await openSeller(hub);
  const theirs = encodeEnvelope('{"machineCode":"M1"}', { appId: other.appId, tokens: [token], utc: utc() });
  expect((await rawRequest(`${hub.url}/testSign`, { body: theirs })).body.code).toBe('40002');
  await other.third.close();
});

test('a revoked third party is no app any more; under /i its own number names it', async () => {
  expect((await ask({}, `/i/${seller.id}/getAccessToken`)).body.code).toBe(200);
  expect((await ask({}, `/i/${hub.integration.id}/getAccessToken`)).body.code).toBe(40001);
  await changeIntegration(hub.ledger, hub.merchant.id, seller.id, { status: 'revoked' });
  await until(async () => (await ask()).body.code === 40001, 'the integration to be forgotten');
});
