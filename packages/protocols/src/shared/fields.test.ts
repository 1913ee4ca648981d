import { describe, expect, test } from 'vitest';
import {
  FieldError,
  optionalFlag,
  optionalInteger,
  optionalText,
  readInteger,
  readNumber,
  readOneOf,
  readText,
  stringForm,
} from './fields.ts';

test('stringForm', () => {
  expect([2, 1.5, true, 'x', '', 5n].map(stringForm)).toEqual(['2', '1.5', 'true', 'x', '', '5']);
  expect([null, undefined, {}, [], Number.NaN].map(stringForm)).toEqual(Array(5).fill(undefined));
});

describe('readers', () => {
  test('take texts and numbers alike', () => {
    expect([readInteger({ n: '7' }, 'n'), readInteger({ n: 7 }, 'n'), readText({ n: 7 }, 'n')]).toEqual([7, 7, '7']);
    expect([readNumber({ n: '-4.5' }, 'n'), optionalFlag({ n: 1 }, 'n'), optionalFlag({ n: 'false' }, 'n')]).toEqual([
      -4.5,
      true,
      false,
    ]);
  });

  test('hold missing, null and empty for not given', () => {
    for (const params of [{}, { n: null }, { n: '' }]) {
      expect(optionalInteger(params, 'n')).toBeUndefined();
      expect(optionalText(params, 'n')).toBeUndefined();
      expect(() => readInteger(params, 'n')).toThrow('n is required');
    }
  });

  test('do not look up the prototype', () => expect(optionalText({}, 'constructor')).toBeUndefined());

  test.each(['1.0', '1e3', ' 1', '0x10', '9007199254740993', [], {}])('%j is no whole number', (n) => {
    expect(() => readInteger({ n }, 'n')).toThrow(FieldError);
  });

  test('name the field and the reason', () => {
    expect(() => readInteger({ order_id: 'x' }, 'order_id')).toThrow('order_id must be a whole number');
    expect(() => readInteger({ order_id: 0 }, 'order_id', { min: 1 })).toThrow('order_id must be at least 1');
    expect(() => readInteger({ page: 9 }, 'page', { max: 5 })).toThrow('page must be at most 5');
    expect(() => readOneOf({ a: 'z' }, 'a', ['x', 'y'])).toThrow('a must be one of x, y');
    expect(() => readText({ no: 'abc' }, 'no', { pattern: /^\d{8}$/, shape: '8 digits' })).toThrow('no must be 8 digits');
    expect(() => readText({ no: 'abc' }, 'no', { max: 2 })).toThrow('no must have at most 2 characters');
    try {
      readText({}, 'code');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ field: 'code', reason: 'is required' });
    }
  });
});
