import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitDiscount } from './split-discount.ts';

test('three at 2.00 with 1.00 off are 1.67, 1.67, 1.66', () => {
  expect(splitDiscount([{ quantity: 3, priceCents: 200 }], 500)).toEqual([
    [
      { quantity: 2, priceCents: 167 },
      { quantity: 1, priceCents: 166 },
    ],
  ]);
});

test('what costs nothing stays so', () => {
  expect(splitDiscount([{ quantity: 2, priceCents: 0 }], 0)).toEqual([[{ quantity: 2, priceCents: 0 }]]);
});

const item = fc.record({ quantity: fc.integer({ min: 1, max: 50 }), priceCents: fc.nat(100_000_000) });

test('always adds up to the cent, loses no unit, and makes none dearer', () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), (items, share) => {
      const total = items.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
      const amount = Math.round(total * share);
      const split = splitDiscount(items, amount);
      expect(split.flat().reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0)).toBe(amount);
      for (const [n, prices] of split.entries()) {
        expect(prices.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(items[n]?.quantity);
        for (const { priceCents } of prices) expect(priceCents).toBeLessThanOrEqual(items[n]?.priceCents ?? 0);
        expect(new Set(prices.map(({ priceCents }) => priceCents)).size).toBe(prices.length);
      }
    }),
  );
});
