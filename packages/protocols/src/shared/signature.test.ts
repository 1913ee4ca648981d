import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/active-order.json' with { type: 'json' };
import { canonicalText, type Params, signPayload, verifySignature } from './signature.ts';

const md5 = (text: string | undefined, key: string) => hash('md5', `${text}&key=${key}`).toUpperCase();

describe.each(vectors.vectors)('vector $plain', ({ params, key, plain, encoded }) => {
  test('is signed in the plain form', () => expect(signPayload(params, key)).toBe(plain));
  test('has its encoded form', () => expect(md5(canonicalText(params, 'encoded'), key)).toBe(encoded));
  test('is verified in both forms and either case', () => {
    for (const sign of [plain, encoded, plain.toLowerCase()]) expect(verifySignature(params, sign, key)).toBe(true);
  });
  test('fails once tampered with', () => {
    expect(verifySignature({ ...params, timestamp: '1727494646' }, plain, key)).toBe(false);
    expect(verifySignature({ ...params, more: '1' }, plain, key)).toBe(false);
    expect(verifySignature(params, plain, `${key}x`)).toBe(false);
    expect(verifySignature(params, `${plain.slice(0, -1)}${plain.endsWith('0') ? '1' : '0'}`, key)).toBe(false);
  });
});

describe('canonicalText', () => {
  test('leaves out sign, empty values and null, and keeps 0 and false', () => {
    expect(canonicalText({ b: 0, a: false, sign: 'x', c: '', d: null, e: [], f: { g: '' } })).toBe('a=false&b=0');
  });

  test('sorts the flattened keys, or the top-level ones first', () => {
    const params = { o: { z: '1', a: '2' }, 'o-': '3' };
    expect(canonicalText(params)).toBe('o-=3&o[a]=2&o[z]=1');
    expect(canonicalText(params, 'plain', 'top-level')).toBe('o[z]=1&o[a]=2&o-=3');
  });

  test('a top-level order is verified too', () => {
    const params = { o: { z: '可', a: '2' } };
    for (const form of ['plain', 'encoded'] as const) {
      const sign = md5(canonicalText(params, form, 'top-level'), 'k');
      expect(verifySignature(params, sign, 'k')).toBe(true);
    }
  });

  test('encodes a value twice, as the vendor’s kit does', () => {
    expect(canonicalText({ a: '100% 可' }, 'encoded')).toBe('a=100%2525%2520%25E5%258F%25AF');
  });
});

describe('hostile input', () => {
  const sign = 'A'.repeat(32);
  const nested = (depth: number) => JSON.parse(`{"a":${'['.repeat(depth)}"x"${']'.repeat(depth)}}`) as Params;

  test('no sign, or none of its form, is no signature', () => {
    for (const wrong of [undefined, null, 1, {}, '', 'A'.repeat(31), 'Z'.repeat(32)]) {
      expect(verifySignature({ a: '1' }, wrong, 'k')).toBe(false);
    }
  });

  test('nesting is bounded', () => {
    expect(verifySignature(nested(31), signPayload(nested(31), 'k'), 'k')).toBe(true);
    expect(verifySignature(nested(40), sign, 'k')).toBe(false);
    expect(verifySignature(nested(100_000), sign, 'k')).toBe(false);
    expect(() => signPayload(nested(40), 'k')).toThrow(RangeError);
  });

  test('a long key over many values does not multiply into memory', () => {
    const params = { ['k'.repeat(400_000)]: Array.from({ length: 100_000 }, () => 1) };
    expect(verifySignature(params, sign, 'k')).toBe(false);
  });

  test('a lone surrogate has no encoded form, and does not throw', () => {
    expect(canonicalText({ a: '\uD800' }, 'encoded')).toBeUndefined();
    expect(verifySignature({ a: '\uD800' }, sign, 'k')).toBe(false);
  });

  test('__proto__ is a key like others', () => {
    const params = JSON.parse('{"__proto__":{"a":"1"},"constructor":"2"}') as Params;
    expect(canonicalText(params)).toBe('__proto__[a]=1&constructor=2');
    expect(verifySignature(params, signPayload(params, 'k'), 'k')).toBe(true);
  });

  test('whatever is signed is verified, and nothing throws', () => {
    const anything = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(fc.property(anything, (params) => verifySignature(params, signPayload(params, 'k'), 'k')));
    fc.assert(fc.property(anything, (params) => !verifySignature(params, sign, 'k')));
  });
});
