import { describe, expect, test } from 'vitest';
import { decodeBase64Json, encodeBase64Json } from './base64-json.ts';

const base64 = (text: string | Buffer) => Buffer.from(text as string).toString('base64');
const reasonOf = (text: unknown) => {
  const decoded = decodeBase64Json(text);
  return decoded.ok ? 'ok' : decoded.reason;
};

describe('alphabets and spaces', () => {
  const value = { a: '可乐?>~', b: 'ÿþý' };
  const standard = encodeBase64Json(value);
  const forms = {
    standard,
    unpadded: standard.replace(/=+$/, ''),
    'url-safe': Buffer.from(JSON.stringify(value)).toString('base64url'),
    'in lines': `${standard.slice(0, 8)}\r\n${standard.slice(8)} \n`,
  };
  test.each(Object.entries(forms))('%s', (_name, text) => expect(decodeBase64Json(text)).toEqual({ ok: true, value }));
});

test.each([
  ['{"a":1}', 'not base64'],
  ['e30*', 'not base64'],
  ['e', 'not base64'],
  ['e30==', 'not base64'],
  ['e=30', 'not base64'],
  [undefined, 'not base64'],
  [{ a: 1 }, 'not base64'],
  ['', 'not json'],
  [base64('nonsense'), 'not json'],
  [base64(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 'not json'],
  [base64('[1]'), 'not an object'],
  [base64('null'), 'not an object'],
  [base64('"text"'), 'not an object'],
])('%j is %s', (text, reason) => expect(reasonOf(text)).toBe(reason));

test('numbers that JavaScript would write differently stay as they were sent', () => {
  const text = '{"a":3.0,"b":1.50,"c":12345678901234567890,"d":1e2,"e":7,"f":1.5,"g":[2.0],"h":"x:3.0"}';
  expect(decodeBase64Json(base64(text))).toEqual({
    ok: true,
    value: { a: '3.0', b: '1.50', c: '12345678901234567890', d: '1e2', e: 7, f: 1.5, g: ['2.0'], h: 'x:3.0' },
  });
});

test('the last of duplicate keys counts, and __proto__ sets no prototype', () => {
  const decoded = decodeBase64Json(base64('{"a":1,"a":2,"__proto__":{"b":1}}'));
  expect(decoded.ok && decoded.value.a).toBe(2);
  expect(decoded.ok && decoded.value.b).toBeUndefined();
});

test('deep nesting beside a fragile number does not throw', () => {
  const deep = 200_000;
  expect(reasonOf(base64(`{"n":1.0,"a":${'['.repeat(deep)}${']'.repeat(deep)}}`))).toBe('ok');
});
