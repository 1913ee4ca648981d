import { expect, test } from 'vitest';
import { isPathOf } from './workbench.ts';

test('a path is a call’s with slashes at its end too', () => {
  expect(isPathOf('/api/orders/:id', '/api/orders/7')).toBe(true);
  expect(isPathOf('/api/orders/:id', '/api/orders/7///')).toBe(true);
  expect(isPathOf('/api/orders/:id', '/api/orders')).toBe(false);
});

test('however many slashes are pasted, it is looked at once', () => {
  // Of the square of their number this would not end within a test.
  const path = `/${'/'.repeat(250_000)}x`;
  for (let n = 0; n < 20; n += 1) expect(isPathOf('/api/orders/:id', path)).toBe(false);
});
