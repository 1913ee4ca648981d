import { expect, test } from 'vitest';
import { ActiveOrderError, answerError, answerOk, codes } from './errors.ts';

test('codes are unique and never HTTP 200', () => {
  const all = Object.values(codes);
  expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
  for (const { status } of all) expect(status).toBeGreaterThanOrEqual(400);
});

test('statuses that clients branch on', () => {
  const statusOf = Object.fromEntries(Object.values(codes).map(({ code, status }) => [code, status]));
  for (const code of [10008, 10013, 10014]) expect(statusOf[code]).toBe(401);
  for (const code of [404, 30003, 80002]) expect(statusOf[code]).toBe(404);
  for (const code of [400, 4006, 6040, 6045, 10001, 30001, 30002, 40005, 60002, 60003]) expect(statusOf[code]).toBe(400);
});

test('answers', () => {
  expect(answerOk({ order_id: 1 })).toEqual({ code: 0, message: 'ok', data: { order_id: 1 } });
  expect(answerOk('')).toEqual({ code: 0, message: 'ok', data: '' });
  expect(answerError('productOffSale')).toEqual({ code: 60002, message: '商品已下架', data: {} });
  expect(answerError('tradeIdExists', undefined, { order_id: 7 }).data).toEqual({ order_id: 7 });
  expect(answerError('validation', 'order_id is required').message).toBe('order_id is required');
});

test('an error knows its name', () => {
  const error = new ActiveOrderError({ code: 6040, message: 'x', status: 400, data: { order_id: 7 } });
  expect([error.is('tradeIdExists'), error.is('signInvalid')]).toEqual([true, false]);
});
