import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compactJson, jsonMembers } from './json-text.ts';

const members = (text: string) => [...(jsonMembers(text) ?? [])];

describe('members', () => {
  test('keep the characters that were sent', () => {
    const text = '\n{ "a" : 39.929985046386719 , "b":"x\\"}\\u4e2d", "c": { "d" : [1, "]" ] } ,"e":null,"f":-1.50e+3,"g":true}\t';
    expect(members(text)).toEqual([
      ['a', '39.929985046386719'],
      ['b', '"x\\"}\\u4e2d"'],
      ['c', '{ "d" : [1, "]" ] }'],
      ['e', 'null'],
      ['f', '-1.50e+3'],
      ['g', 'true'],
    ]);
    expect(members('{}')).toEqual([]);
  });

  test('the last of a name counts, and __proto__ is a name', () => {
    expect(members('{"a":1,"\\u0061":2,"__proto__":{"b":3}}')).toEqual([
      ['a', '2'],
      ['__proto__', '{"b":3}'],
    ]);
  });

  test.each(['', '[]', '"a"', '{', '{"a":1}}', '{"a":01}', "{'a':1}", 'null', '{"a":1,}'])('%j is no object', (text) => {
    expect(jsonMembers(text)).toBeUndefined();
  });

  test('nesting is bounded', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(jsonMembers(nested(31))).toBeDefined();
    expect(jsonMembers(nested(32))).toBeUndefined();
    expect(jsonMembers(nested(200_000))).toBeUndefined();
  });

  test('are what JSON.parse reads, however the text is laid out', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(object, fc.constantFrom(0, 1, '\t', '\r\n'), (value, indent) => {
        const found = members(JSON.stringify(value, null, indent)).map(([name, slice]) => [name, compactJson(slice)]);
        expect(found).toEqual(Object.entries(value).map(([name, item]) => [name, JSON.stringify(item)]));
      }),
    );
  });
});

test('compacting leaves texts and numbers alone', () => {
  expect(compactJson('{ "a b" : [ 1.50 ,\n "c \\" d" ] }')).toBe('{"a b":[1.50,"c \\" d"]}');
});
