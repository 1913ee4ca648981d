import { encodePush, mayServe, type PushName, pickupCodeClient, pushReceived } from '@polyvend/protocols/smart-vending';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manualClock } from '../shared/manual-clock.ts';
import { type Customer, createCustomer } from './create-customer.ts';

const credentials = { clientId: '2066000001', key: 'TESTKEY0000000000000000000000001' };
const clock = manualClock();
let customer: Customer;
beforeEach(async () => {
  customer = await createCustomer({ ...credentials, clock, codes: [{ code: '4383743', goodsNum: '00123', fee: 350 }] });
});
afterEach(() => customer.close());

async function push(name: PushName, fields: object, init: RequestInit = {}, sender = credentials) {
  const answer = await fetch(customer.pushUrls[name], { method: 'POST', body: encodePush(fields, sender), ...init });
  return pushReceived(name, answer.status, await answer.text());
}

describe('pushes', () => {
  test('are verified, kept and given to who waits', async () => {
    const waited = customer.waitFor(({ push }) => push === 'refill');
    expect(await push('trade', { id: 't', price: '250' })).toBe(true);
    expect(await push('refill', { assetId: '1', paySales: [] })).toBe(true);
    expect(await waited).toMatchObject({
      push: 'refill',
      verified: true,
      params: { assetId: '1', paySales: [] },
      answered: 'ok',
    });
    expect(customer.received.map(({ push }) => push)).toEqual(['trade', 'refill']);
  });

  test("another's are not taken", async () => {
    expect(await push('trade', { id: 't' }, {}, { ...credentials, key: 'x' })).toBe(false);
    expect(await push('trade', { id: 't' }, {}, { ...credentials, clientId: '2' })).toBe(false);
    expect(await push('trade', {}, { body: 'no json' })).toBe(false);
    expect(customer.received.map(({ verified }) => verified)).toEqual([false, false, false]);
  });

  test('are refused, hung up on, lost and taken in the end', async () => {
    customer.behave({ kind: 'refuse' }, 'refill');
    expect([await push('refill', {}), await push('trade', {})]).toEqual([false, true]);
    customer.behave({ kind: 'first', times: 1, fail: { kind: 'status', status: 500 } }, 'trade');
    expect([await push('trade', {}), await push('trade', {})]).toEqual([false, true]);
    customer.behave({ kind: 'reset' }, 'status');
    await expect(push('status', {})).rejects.toThrow();
    customer.behave({ kind: 'hang' });
    const impatience = new AbortController();
    const hanging = expect(push('machine', {}, { signal: impatience.signal })).rejects.toThrow(/timeout|aborted/i);
    await customer.waitFor(({ push }) => push === 'machine');
    impatience.abort();
    await hanging;
    expect(customer.received.map(({ answered }) => answered)).toEqual(['ok', 'ok', 'status', 'ok', 'reset', 'hang']);
  });
});

describe('a mall', () => {
  const mall = (sender = credentials) => pickupCodeClient({ baseUrl: customer.url, ...sender });
  const code = '4383743';
  const check = async (assetId = '1', goodsNum?: string) =>
    mall().check({ code, assetId, ...(goodsNum !== undefined && { goodsNum }) });

  test('its code is good once', async () => {
    const checked = await check('1', '00123');
    expect(checked).toEqual({ result: 'SUCCESS', goodsNum: '00123', codeStatus: '1', fee: '350' });
    expect(mayServe(checked)).toBe(true);
    await mall().use({ code });
    await mall().use({ code });
    expect((await check()).codeStatus).toBe('2');
    expect(customer.codeFate(code)).toEqual({ checks: 2, uses: 2, used: true });
  });

  test('what does not fit fails', async () => {
    await expect(check('1', '999')).rejects.toMatchObject({ code: '20002' });
    await expect(mall().check({ code: '1', assetId: '1' })).rejects.toMatchObject({ code: '30001' });
    await expect(mall().check({ code, assetId: '' })).rejects.toThrow('assetId is required');
    await expect(mall({ ...credentials, key: 'x' }).use({ code })).rejects.toMatchObject({ code: '10003' });
    customer.sellCode({ code: '5', goodsNum: '1', fee: 0, assetId: '7', expiresAt: clock.now() });
    await expect(mall().check({ code: '5', assetId: '8' })).rejects.toMatchObject({ code: '30001' });
    expect((await mall().check({ code: '5', assetId: '7' })).codeStatus).toBe('3');
    expect(() => customer.codeFate('6')).toThrow('No code 6');
    expect(customer.codeFate(code).used).toBe(false);
  });

  test('its answer is lost after the use, or it does not use at all', async () => {
    customer.behave({ kind: 'status', status: 500 }, 'use');
    await expect(mall().use({ code })).rejects.toMatchObject({ status: 500 });
    expect(customer.codeFate(code).used).toBe(false);
    customer.behave({ kind: 'reset' }, 'use');
    await expect(mall().use({ code })).rejects.toThrow();
    expect(customer.codeFate(code).used).toBe(true);
    customer.behave({ kind: 'refuse' }, 'check');
    await expect(check()).rejects.toMatchObject({ name: 'SmartVendingError' });
    expect(customer.questions.map(({ asked, answered }) => `${asked} ${answered}`)).toEqual([
      'use status',
      'use reset',
      'check ok',
    ]);
  });
});
