import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseYuan, yuan } from './money.ts';

test('yuan has two digits', () => {
  expect([300, 5, 0, -150, 123456789].map(yuan)).toEqual(['3.00', '0.05', '0.00', '-1.50', '1234567.89']);
  expect(() => yuan(1.5)).toThrow(RangeError);
});

test('parseYuan takes texts and numbers', () => {
  const amounts = ['3.00', '3', '3.5', 3.5, 0.29, '0.10000', '-1.5', '-0'];
  expect(amounts.map((amount) => parseYuan(amount))).toEqual([300, 300, 350, 350, 29, 10, -150, 0]);
});

test.each(['', 'x', '1.005', 0.1 + 0.2, '1e3', '¥3', '1,000.00', '.5', null, Number.NaN, '99999999999999'])(
  '%j is no amount',
  (value) => {
    expect(() => parseYuan(value, 'price')).toThrow(/^price must/);
  },
);

test('one undoes the other', () => {
  fc.assert(fc.property(fc.integer({ min: -1e14, max: 1e14 }), (cents) => parseYuan(yuan(cents)) === cents));
});
