import { readRecord } from '@polyvend/protocols/qianhub';
import { expect, test } from 'vitest';
import { createCashRegister, type SentRecord } from './create-cash-register.ts';

const clock = { now: () => new Date('2025-06-01T04:00:00Z') };
const options = { url: 'http://hub/', token: 't', sn: '20001', clock };

test('what it tells is by the tables, to the last sum', () => {
  const register = createCashRegister(options);
  for (let n = 0; n < 50; n += 1) register.sell();
  for (const id of [...register.bills.keys()].slice(0, 5)) register.refund(id);
  register.handOver();
  register.sell();
  register.endDay();
  const read = register.waiting.map((record) => readRecord(record));
  expect(read.flatMap(({ doubts }) => doubts)).toEqual([]);
  expect(register.waiting).toHaveLength(58);
  const taken = [...register.bills.values()].reduce((sum, { real_amount }) => sum + Math.round(real_amount * 100), 0);
  expect(read.at(-1)).toMatchObject({ bohType: 'dayend.stat', businessDay: '2025-06-01', amountFen: taken });
  expect(read.at(55)?.amountFen).toBeLessThan(taken);
});

test('the same seed sells the same', () => {
  const [one, same, other] = [1, 1, 2].map((seed) => createCashRegister({ ...options, seed }));
  const sales = (register: typeof one) => Array.from({ length: 5 }, () => register?.sell());
  const first = sales(one);
  expect(sales(same)).toEqual(first);
  expect(sales(other)).not.toEqual(first);
});

test('what got no answer goes on waiting, and is sent again', async () => {
  const posted: SentRecord[][] = [];
  let broken = true;
  const fetch = (_: unknown, { body }: { body: string }) => {
    posted.push(JSON.parse(body));
    if (broken) return Promise.reject(new Error('lost'));
    const results = (posted.at(-1) ?? []).map((_, index) => ({ index, outcome: 'latest', warnings: [] }));
    return Promise.resolve(Response.json({ results }));
  };
  const register = createCashRegister({ ...options, repeats: 1, fetch: fetch as unknown as typeof globalThis.fetch });
  for (let n = 0; n < 250; n += 1) register.sell();
  await expect(register.send()).rejects.toThrow('lost');
  expect(register.waiting).toHaveLength(250);
  broken = false;
  expect(await register.send()).toHaveLength(500);
  expect(register.waiting).toHaveLength(0);
  expect(posted.map(({ length }) => length)).toEqual([200, 200, 200, 50, 50]);
  expect(() => register.refund(5)).toThrow('no bill 5');
});
