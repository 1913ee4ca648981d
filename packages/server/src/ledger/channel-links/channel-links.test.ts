import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { elsewhere, eventsOf, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { secondsAfter } from '../clock.ts';
import type { Ledger } from '../ledger.ts';
import { listChannelTokens } from './channel-token.ts';
import { keepChannelToken } from './keep-channel-token.ts';
import { refuseChannelToken } from './refuse-channel-token.ts';
import { tellCatalogue } from './tell-catalogue.ts';

let ledger: TestLedger;
let shop: TestShop;
let fetched = 0;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
beforeEach(async () => {
  shop = await testShop(ledger);
  fetched = 0;
});

const day = 86_400;

async function fetch(seconds = day) {
  fetched += 1;
  const token = `token-${fetched}`;
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { token, validUntil: secondsAfter(ledger.clock.now(), seconds) };
}

const keep = (where: Ledger = ledger, how = fetch) => {
  const { merchantId, integrationId } = shop;
  return keepChannelToken(where, { merchantId, integrationId, ahead: 600, overlap: 300, fetch: () => how() });
};
const known = async () => (await listChannelTokens(ledger, shop.merchantId, shop.integrationId)).map(({ token }) => token);

test('of many that need a token at once, in two processes, one fetches', async () => {
  const other = elsewhere(ledger);
  const tokens = await Promise.all(Array.from({ length: 10 }, (_, n) => keep(n % 2 === 0 ? ledger : other)));
  expect(new Set(tokens.map(({ token }) => token))).toEqual(new Set(['token-1']));
  expect(fetched).toBe(1);
});

test('a token is replaced before its end, a short-lived one at half its life; the one before is good for the overlap', async () => {
  await keep();
  ledger.clock.advance(day - 601);
  expect((await keep()).token).toBe('token-1');
  ledger.clock.advance(1);
  expect((await keep()).token).toBe('token-2');
  expect(await known()).toEqual(['token-2', 'token-1']);
  ledger.clock.advance(299);
  expect(await known()).toEqual(['token-2', 'token-1']);
  ledger.clock.advance(1);
  expect(await known()).toEqual(['token-2']);
  const other = await testShop(ledger);
  shop = other;
  fetched = 10;
  await keep(ledger, () => fetch(100));
  ledger.clock.advance(49);
  expect((await keep()).token).toBe('token-11');
  ledger.clock.advance(1);
  expect((await keep()).token).toBe('token-12');
});

test('a token that was refused is replaced, and what the other side signs with it is taken for the overlap', async () => {
  const { id } = await keep();
  await refuseChannelToken(ledger, shop.merchantId, shop.integrationId, id);
  expect((await keep()).token).toBe('token-2');
  expect(await known()).toEqual(['token-2', 'token-1']);
});

test('whoever refuses every token is not asked for ever more of them', async () => {
  let failures = 0;
  for (let n = 0; n < 12; n += 1) {
    const token = await keep().catch(() => undefined);
    if (token) await refuseChannelToken(ledger, shop.merchantId, shop.integrationId, token.id);
    else failures += 1;
  }
  expect([fetched, failures]).toEqual([8, 4]);
  ledger.clock.advance(3_600);
  expect((await keep()).token).toBe('token-9');
});

test('while no new one can be had the old is used; without one it says why, and does not ask again at once', async () => {
  const down = () => {
    fetched += 1;
    return Promise.reject(new Error('down'));
  };
  await expect(keep(ledger, down)).rejects.toThrow('no token: down');
  await expect(keep(ledger, down)).rejects.toThrow('no token: down');
  expect(fetched).toBe(1);
  ledger.clock.advance(5);
  const { token } = await keep();
  ledger.clock.advance(day - 600);
  expect((await keep(ledger, down)).token).toBe(token);
  ledger.clock.advance(600);
  await expect(keep(ledger, down)).rejects.toThrow('no token: down');
});

test('tokens are sealed, and those of another integration are its own', async () => {
  await keep();
  const [row] = await ledger.rows<{ token: Buffer }>('select token from channel_tokens where merchant_id = $1', [
    shop.merchantId,
  ]);
  expect(row?.token.toString('latin1')).not.toContain('token-1');
  const { merchantId } = shop;
  shop = await testShop(ledger);
  expect(await known()).toEqual([]);
  expect(await listChannelTokens(ledger, merchantId, shop.integrationId)).toEqual([]);
});

test('the catalogue is due at first and then every so often, for one of those that ask', async () => {
  const ask = () => tellCatalogue(ledger, shop.merchantId, shop.integrationId, day);
  expect((await Promise.all([ask(), ask(), ask()])).filter(Boolean)).toHaveLength(1);
  ledger.clock.advance(day - 1);
  expect(await ask()).toBe(false);
  ledger.clock.advance(1);
  expect(await ask()).toBe(true);
  expect(await eventsOf(ledger, shop, 'catalogue.due')).toEqual(
    Array(2).fill({ kind: 'catalogue.due', data: { integrationId: shop.integrationId } }),
  );
});
