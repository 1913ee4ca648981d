import { expect, test } from 'vitest';
import { isPayStyle, payStyleOf, payStyleSide, payStyles } from './pay-style.ts';

test('the styles stand in the order of their numbers', () => {
  const numbered = Object.fromEntries(payStyles.map((style, n) => [style, n + 1]));
  expect(numbered).toMatchObject({ baifubao: 1, cash: 4, game: 8, 'style-18': 18, points: 20, qrcode: 23, cvc: 27 });
  expect(new Set(payStyles).size).toBe(payStyles.length);
});

test('what is paid at the machine itself is offline, all else online', () => {
  const offline = payStyles.filter((style) => payStyleSide(style) === 'offline');
  expect(offline).toEqual(['cash', 'card', 'badge', 'pickup-code', 'game', 'pos', 'one-card']);
});

test('an integration says how its orders are paid', () => {
  expect(payStyleOf({ settings: {} })).toBe('qrcode');
  expect(payStyleOf({ settings: { payStyle: 'wechat' } })).toBe('wechat');
  expect(payStyleOf({ settings: { payStyle: 'barter' } })).toBe('qrcode');
  expect(isPayStyle('toString')).toBe(false);
});
