import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/smart-vending.json' with { type: 'json' };
import { FieldError } from '../shared/fields.ts';
import {
  encodeQuery,
  encodeSigned,
  encodeSignedQuery,
  type Received,
  readSender,
  readSigned,
  signedText,
  signParams,
  withSign,
} from './sign.ts';

const key = 'WnXEcqnCgUEGm4zVqYaVeLVGbIFRmvGJ';
const md5 = (text: string) => hash('md5', text, 'hex');

function read(received: Received) {
  const message = readSigned(received);
  return message.ok ? message : expect.unreachable(message.reason);
}

test.each(vectors.vectors)('the vector $text has its signature', ({ text, sign }) => expect(md5(text)).toBe(sign));

test.each(vectors.vectors.filter(({ params }) => params))('the vector $text is signed', ({ params = {}, key, text, sign }) => {
  expect(signedText(params) + key).toBe(text);
  expect(signParams(params, key)).toBe(sign);
});

describe.each(vectors.vectors.filter(({ body }) => body !== undefined))(
  'vector $text',
  ({ query = '', body = '', key, text, sign }) => {
    const message = (given: string, more = '') => read({ query: `${query}${more}&sign=${given}`, body });

    test('is verified as it came, in either case', () => {
      for (const given of [sign, sign.toUpperCase()]) {
        expect(message(given).text + key).toBe(text);
        expect(message(given).verify(key)).toBe(true);
      }
    });

    test('fails with another key, more parameters, another signature or none', () => {
      expect([message(sign).verify(`${key}x`), message(sign).verify('')]).toEqual([false, false]);
      expect(message(sign, '&more=1').verify(key)).toBe(false);
      expect(message(sign.replace(/.$/, (last) => (last === '0' ? '1' : '0'))).verify(key)).toBe(false);
      expect(read({ query, body }).verify(key)).toBe(false);
    });
  },
);

describe('what is signed', () => {
  test.each([
    [
      'empty and null are not, 0, false, [] and {} are',
      '{"e":"","n":null,"z":0,"f":false,"l":[],"o":{}}',
      'f=false&l=[]&o={}&z=0',
    ],
    ['sign and sign_type are not, in any letter case', '{"SIGN":"x","Sign_Type":"MD5","sign_type":"MD5","signs":"1"}', 'signs=1'],
    ['sorted by bytes', '{"b":1,"a":2,"B":3,"_":4,"10":5,"9":6,"中":7,"é":8}', '10=5&9=6&B=3&_=4&a=2&b=1&é=8&中=7'],
    ['by bytes, not by UTF-16', '{"\u{1F600}":1,"\uFFFD":2}', '\uFFFD=2&\u{1F600}=1'],
    [
      'numbers by their text',
      '{"a":1.50,"b":3.0,"c":1e5,"d":12345678901234567890,"e":-0}',
      'a=1.50&b=3.0&c=1e5&d=12345678901234567890&e=-0',
    ],
    ['texts by what they say', '{"a":"\\u4e2d\\"\\n"}', 'a=中"\n'],
    [
      'objects as they came',
      '{"a":{"x" : 39.929985046386719,"y":"\\u4e2d"}, "b":[ 1, 2 ]}',
      'a={"x" : 39.929985046386719,"y":"\\u4e2d"}&b=[ 1, 2 ]',
    ],
    ['of repeated names the last', '{"a":1,"a":2}', 'a=2'],
  ])('%s', (_, body, text) => {
    expect(read({ body }).text).toBe(text);
    expect(read({ body: Buffer.from(body) }).text).toBe(text);
  });

  test.each([
    ['decoded, + a blank', 'a=%E4%B8%AD+x%2B&b=1%2C2', '', 'a=中 x+&b=1,2'],
    ['the body wins', 'a=1&limit=30', '{"limit":"5","b":2}', 'a=1&b=2&limit=5'],
    ['the body wins with nothing, too', 'a=1&limit=30', '{"limit":null}', 'a=1'],
    ['of repeated names the last', 'a=1&a=2&b', '', 'a=2'],
    ['a stray % stays', 'a=100%&b=%zz', '', 'a=100%&b=%zz'],
    ['its question mark is none of it', '?a=1', '', 'a=1'],
    ['GB18030', 'a=%D6%D0%CE%C4', '', 'a=中文'],
  ])('of a query: %s', (_, query, body, text) => expect(read({ query, body }).text).toBe(text));

  test('is what is read', () => {
    const { params } = read({
      query: 'limit=30&a=1',
      body: '{"limit":5,"n":39.929985046386719,"a":"","o":{"n":1.5},"b":true,"x":1,"x":2}',
    });
    expect({ ...params }).toEqual({ limit: 5, n: '39.929985046386719', a: '', o: { n: 1.5 }, b: true, x: 2 });
  });
});

describe('a signature', () => {
  const signed = (text: string) => md5(text + key);

  test('may be over objects as they came or compacted', () => {
    const body = (sign: string) => `{"o":{ "a" : [1, 39.929985046386719] , "b" : " x " },"c":1,"sign":"${sign}"}`;
    for (const text of [
      'c=1&o={ "a" : [1, 39.929985046386719] , "b" : " x " }',
      'c=1&o={"a":[1,39.929985046386719],"b":" x "}',
    ]) {
      expect(read({ body: body(signed(text)) }).verify(key)).toBe(true);
    }
    expect(read({ body: body(signed('c=1&o={"a":[1,39.92998504638672],"b":" x "}')) }).verify(key)).toBe(false);
  });

  test('may stand in the query, and under any letter case', () => {
    expect(read({ query: `SIGN=${signed('a=1')}`, body: '{"a":1}' }).verify(key)).toBe(true);
    expect(read({ body: `{"a":1,"Sign":"${signed('a=1')}"}` }).verify(key)).toBe(true);
  });

  test.each([undefined, null, 1, {}, '', 'a'.repeat(31), 'z'.repeat(32)])('%j is none', (sign) => {
    expect(read({ body: JSON.stringify({ a: 1, sign }) }).verify(key)).toBe(false);
  });

  test('is over the UTF-8 of a body in GB18030', () => {
    const body = Buffer.concat([
      Buffer.from('{"name":"'),
      Buffer.from([0xd6, 0xd0]),
      Buffer.from(`","sign":"${signed('name=中')}"}`),
    ]);
    const message = read({ body });
    expect([message.params.name, message.verify(key)]).toEqual(['中', true]);
  });
});

describe('bodies', () => {
  test('forms are read where they may be', () => {
    const body = Buffer.from(encodeSignedQuery({ code: '123 4&5', assetId: 7, goodsNum: '' }, key));
    const message = read({ body, form: true });
    expect({ ...message.params }).toMatchObject({ code: '123 4&5', assetId: '7' });
    expect(message.verify(key)).toBe(true);
    expect(readSigned({ body })).toEqual({ ok: false, reason: 'not json' });
  });

  test('an empty one is none, and a byte order mark is nothing', () => {
    expect(read({ query: 'a=1', body: ' \n' }).text).toBe('a=1');
    expect(read({ body: Buffer.from('\uFEFF{"a":1}\n') }).text).toBe('a=1');
  });

  test.each([
    ['[1]', 'not json'],
    ['{"a":', 'not json'],
    ['"a"', 'not json'],
    [`{"a":${'['.repeat(40)}${']'.repeat(40)}}`, 'not json'],
    [`{"a":${'['.repeat(300_000)}`, 'not json'],
    [Buffer.from([0x7b, 0xff, 0xff, 0x7d]), 'not text'],
    [`{"a":"${'x'.repeat(1_048_576)}"}`, 'too large'],
    [JSON.stringify(Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`a${n}`, n]))), 'too large'],
  ])('hostile: %.20j', (body, reason) => {
    expect(readSigned({ body, form: true })).toEqual({ ok: false, reason });
  });

  test('__proto__ is a name like others', () => {
    const body = '{"__proto__":{"admin":true},"constructor":"c","toString":1}';
    const { params, text } = read({ body });
    expect(text).toBe('__proto__={"admin":true}&constructor=c&toString=1');
    expect([Object.getPrototypeOf(params), params.admin, ({} as { admin?: unknown }).admin]).toEqual([
      null,
      undefined,
      undefined,
    ]);
  });
});

describe('sending', () => {
  test('the very characters that are signed', () => {
    const body = encodeSigned(
      { name: '测试', location: { longitude: 116.39564514160156 }, none: undefined, empty: '', nil: null, at: new Date(0) },
      key,
    );
    expect(body).toMatch(
      /^\{"name":"测试","location":\{"longitude":116.39564514160156\},"empty":"","nil":null,"at":"1970-01-01T00:00:00.000Z","sign":"[0-9a-f]{32}"\}$/,
    );
    expect(read({ body }).verify(key)).toBe(true);
  });

  test('a sign among the parameters is replaced', () => {
    expect(encodeSigned({ a: 1, sign: 'old', Sign: 'older' }, key)).toBe(encodeSigned({ a: 1 }, key));
  });

  test('with the query that goes with it, where the body wins', () => {
    const query = { limit: 20, cursor: 0, assetId: 'x', empty: '' };
    const body = encodeSigned({ assetId: '91000092' }, key, query);
    expect(encodeQuery(query)).toBe('limit=20&cursor=0&assetId=x');
    expect(read({ query: encodeQuery(query), body }).verify(key)).toBe(true);
    expect(read({ query: 'limit=21&cursor=0', body }).verify(key)).toBe(false);
  });

  test('an item of a list', () => {
    const item = withSign({ price: 250, refund: 0, phone: '', nonce_str: 'n' }, key);
    expect(item).toEqual({
      price: 250,
      refund: 0,
      phone: '',
      nonce_str: 'n',
      sign: signParams({ price: 250, refund: 0, nonce_str: 'n' }, key),
    });
    expect(read({ body: JSON.stringify(item) }).verify(key)).toBe(true);
  });

  const name = fc.string({ unit: 'binary' }).filter((text) => !/^sign(_type)?$/i.test(text));
  const anything = fc.dictionary(name, fc.jsonValue({ maxDepth: 4 }), { maxKeys: 8 });

  test('whatever is signed is verified, and no other', () => {
    fc.assert(
      fc.property(anything, (params) => {
        const message = read({ body: encodeSigned(params, key) });
        expect([message.verify(key), message.verify('other')]).toEqual([true, false]);
        expect(message.text).toBe(signedText(params));
      }),
    );
  });

  test('by query as well, and laid out as anybody likes', () => {
    const flat = fc.dictionary(
      name.filter((text) => text.isWellFormed() && text !== ''),
      fc.string({ unit: 'grapheme' }),
      { maxKeys: 8 },
    );
    fc.assert(fc.property(flat, (params) => read({ query: encodeSignedQuery(params, key) }).verify(key)));
    fc.assert(
      fc.property(anything, (params) => {
        const body = JSON.stringify({ ...params, sign: signParams(params, key) }, null, 2);
        expect(read({ body }).verify(key)).toBe(true);
      }),
    );
  });

  test('reading never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string(), fc.boolean(), (body, query, form) => {
        const message = readSigned({ body, query, form });
        expect(message.ok && message.verify(key)).toBe(false);
      }),
    );
  });
});

test('who it is from', () => {
  expect(readSender({ clientId: 2066080201, nonceStr: 'n' })).toEqual({ clientId: '2066080201', nonce: 'n' });
  expect(readSender({ clientId: '1', nonce_str: 859623 })).toEqual({ clientId: '1', nonce: '859623' });
  expect(() => readSender({ nonce_str: 'n' })).toThrow(new FieldError('clientId', 'is required'));
  expect(() => readSender({ clientId: '1' })).toThrow(new FieldError('nonce_str', 'is required'));
  expect(() => readSender({ clientId: {}, nonce_str: 'n' })).toThrow(FieldError);
});
