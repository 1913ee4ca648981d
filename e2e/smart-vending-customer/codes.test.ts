import { encodeSigned, encodeSignedQuery } from '@polyvend/protocols/smart-vending';
import type { UpstreamPlatform } from '@polyvend/simulator';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createOpenPickupCode } from '../../packages/server/src/ledger/pickup-codes/create-open-pickup-code.ts';
import { rawRequest, startTestHub, type TestHub } from '../support/index.ts';
import { becomeCustomer, credentials, openUpstream } from './site.ts';

// The mall's side: machines of another platform check codes of ours, and use them.

let hub: TestHub;
let upstream: UpstreamPlatform;
let code: string;

beforeAll(async () => {
  hub = await startTestHub();
  upstream = await openUpstream(hub.clock, { mallUrl: hub.url });
  await becomeCustomer(hub.ledger, hub.merchant.id, { baseUrl: upstream.url });
  await hub.settle();
});
beforeEach(async () => {
  code = await newCode();
});
afterAll(async () => {
  await hub?.stop();
  await upstream?.close();
});

async function newCode(more: { expiresAt?: Date } = {}): Promise<string> {
  const goodsNumber = upstream.goods[0]?.number ?? '';
  const { rows } = await hub.hub.database.pool.query('select id from goods where number = $1', [goodsNumber]);
  const draft = { merchantId: hub.merchant.id, integrationId: null, goodsId: rows[0].id, elsewhere: true, feeCents: 321 };
  return (await createOpenPickupCode(hub.ledger, { ...draft, ...more, cause: { by: 'test' } })).code;
}

let calls = 0;
const nonce = () => `n${++calls}`;
type Way = 'query' | 'form' | 'json' | 'both';

async function ask(call: 'check' | 'use', params: Record<string, string>, way: Way = 'both') {
  const signed = { nonceStr: nonce(), ...params, clientId: credentials.clientId };
  const pairs = encodeSignedQuery(signed, credentials.key);
  const url = `${hub.url}/osapi/pickupcode/${call}`;
  const json = encodeSigned(signed, credentials.key);
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: pairs };
  const sent = way === 'form' ? form : way === 'query' ? {} : { body: json };
  const answer = await rawRequest(way === 'query' || way === 'both' ? `${url}?${pairs}` : url, { method: 'POST', ...sent });
  expect(answer.status).toBe(200);
  return answer.body;
}

const assetId = () => upstream.machines[0]?.assetId ?? '';

test.each(['query', 'form', 'json', 'both'] as const)('parameters in %s', async (way) => {
  const goodsNum = upstream.goods[0]?.number;
  expect(await ask('check', { code, assetId: assetId() }, way)).toEqual({
    result: 'SUCCESS',
    goodsNum,
    codeStatus: '1',
    fee: '321',
  });
  expect(await ask('use', { code }, way)).toEqual({ result: 'SUCCESS' });
  expect(await ask('check', { code, assetId: assetId() }, way)).toMatchObject({ result: 'SUCCESS', codeStatus: '2' });
});

test('of two uses at once one wins; the same call again is a repeat, another is not', async () => {
  const nonces = Array.from({ length: 6 }, nonce);
  const answers = await Promise.all(nonces.map((nonceStr) => ask('use', { code, nonceStr })));
  const won = answers.flatMap(({ result }, n) => (result === 'SUCCESS' ? [nonces[n] ?? ''] : []));
  expect(won).toHaveLength(1);
  expect(answers.filter(({ errorCode }) => errorCode === '30002')).toHaveLength(5);
  expect(await ask('use', { code, nonceStr: won[0] ?? '' })).toEqual({ result: 'SUCCESS' });
  expect(await ask('use', { code })).toMatchObject({ result: 'FAIL', errorCode: '30002' });
});

test('another good, an expired one, one that never was', async () => {
  expect(await ask('check', { code, assetId: assetId(), goodsNum: 'other' })).toMatchObject({
    result: 'FAIL',
    errorCode: '30001',
  });
  expect(await ask('check', { code: '1234567', assetId: assetId() })).toMatchObject({ result: 'FAIL', errorCode: '30001' });
  const short = await newCode({ expiresAt: new Date(hub.clock.now().getTime() + 1_000) });
  hub.clock.advance(2);
  expect(await ask('check', { code: short, assetId: assetId() })).toMatchObject({ result: 'SUCCESS', codeStatus: '3' });
  expect(await ask('use', { code: short })).toMatchObject({ result: 'FAIL', errorCode: '30003' });
});

test('typed at the platform’s machine: checked, dispensed, used; and the sale is told', async () => {
  const typed = await upstream.typeCode(code);
  expect(typed).toMatchObject({ result: 'served', uses: 1 });
  expect(await upstream.typeCode(code)).toMatchObject({ result: 'refused' });
});
