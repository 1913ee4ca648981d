import { describe, expect, test } from 'vitest';
import file from '../../vectors/owitho.json' with { type: 'json' };
import { parseData } from './schema.ts';
import {
  type Envelope,
  encodeEnvelope,
  isSalt,
  isUtcNear,
  maxSignatures,
  newSalt,
  readEnvelope,
  readTokenRequest,
  signCall,
  signTokenRequest,
  tokenRequest,
  verifyEnvelope,
  verifyTokenRequest,
} from './sign.ts';

const appId = '4cdbc040657a4847b2667e31d9e2c3d9';
const utc = 1_526_697_000_000;
const data = '{"name":"张三","age":23}';

function read(body: string | Uint8Array): Envelope {
  const result = readEnvelope(body);
  return result.ok ? result.envelope : expect.unreachable(result.reason);
}

test.each(file.vectors)('vector $kind $signature', (vector) => {
  const { kind, signature, data = '', accessToken = '', secretKey = '', ...stamp } = vector;
  expect(kind === 'token' ? signTokenRequest(stamp, secretKey) : signCall(stamp, data, accessToken)).toBe(signature);
});

describe('a token request', () => {
  test('is read from a query and verified', () => {
    const query = tokenRequest({ appId, secretKey: 'fresh', salt: 2345, utc });
    expect(query).toMatchObject({ salt: '2345', utc: String(utc), signature: '4e911ed8185ee04970b2d02373c780d9' });
    const again = readTokenRequest(Object.fromEntries(new URLSearchParams({ ...query })));
    expect([verifyTokenRequest(again, 'fresh'), verifyTokenRequest(again, 'stale')]).toEqual([true, false]);
  });

  test('lacks what was not sent', () => {
    expect(readTokenRequest({ appId: ['a', 'b'], salt: null })).toEqual({ appId: '', salt: '', utc: '', signature: '' });
    expect(verifyTokenRequest(readTokenRequest({}), 'fresh')).toBe(false);
  });
});

describe('an envelope', () => {
  test('is good when any signature fits any token', () => {
    const envelope = read(Buffer.from(encodeEnvelope(JSON.parse(data) as object, { appId, tokens: ['new', 'old'], utc })));
    expect(envelope).toMatchObject({ appId, utc: String(utc), data });
    for (const tokens of [['new'], ['old'], ['x', 'old']]) expect(verifyEnvelope(envelope, tokens)).toBe(true);
    for (const tokens of [[], ['x'], ['']]) expect(verifyEnvelope(envelope, tokens)).toBe(false);
  });

  test('is signed with the secret key where there is no token', () => {
    const envelope = read(encodeEnvelope({}, { appId, tokens: [], secretKey: 'fresh', utc }));
    expect(verifyEnvelope(envelope, ['fresh'])).toBe(true);
    expect(() => encodeEnvelope({}, { appId, tokens: [], utc })).toThrow(RangeError);
  });

  test('is signed over its data as sent, spaces and all', () => {
    const spaced = '{ "a" : 1.50,\n"b":"\\u00e9" }';
    const envelope = read(encodeEnvelope(spaced, { appId, tokens: ['t'], utc }));
    expect(envelope.data).toBe(spaced);
    expect(verifyEnvelope(envelope, ['t'])).toBe(true);
    expect(verifyEnvelope({ ...envelope, data: spaced.replace('1.50', '1.5') }, ['t'])).toBe(false);
  });

  test('may spell its signature in the ways of the vendor’s examples, and its numbers as texts', () => {
    const signature = signCall({ appId, salt: 1234, utc }, data, 't');
    for (const spelt of [{ signatures: [signature] }, { signatures: signature }, { signature: [signature] }, { signature }]) {
      for (const stamp of [
        { salt: 1234, utc },
        { salt: '1234', utc: String(utc) },
      ]) {
        expect(verifyEnvelope(read(JSON.stringify({ appId, ...stamp, data, ...spelt })), ['t'])).toBe(true);
      }
    }
    const shouted = read(JSON.stringify({ appId, salt: 1234, utc, data, signature: signature.toUpperCase() }));
    expect(verifyEnvelope(shouted, ['t'])).toBe(true);
  });

  test('may hold an object, signed as its characters stand in the body', () => {
    const spaced = '{ "skuCode" : 1.50, "data": {"a":1} }';
    const signature = signCall({ appId, salt: 1234, utc }, spaced, 't');
    const envelope = read(`{"appId":"${appId}","salt":1234,"utc":${utc},"signature":"${signature}","data": ${spaced} }`);
    expect(envelope.data).toBe(spaced);
    expect(verifyEnvelope(envelope, ['t'])).toBe(true);
    expect(readEnvelope(`{"data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`).ok).toBe(false);
  });

  test('with a part changed is no longer good', () => {
    const envelope = read(encodeEnvelope(data, { appId, tokens: ['t'], salt: 1234, utc }));
    for (const change of [{ appId: 'x' }, { salt: '1235' }, { utc: '1' }, { data: `${data} ` }, { signatures: [] }]) {
      expect(verifyEnvelope({ ...envelope, ...change }, ['t'])).toBe(false);
    }
  });

  test('does not cost more for more signatures and tokens', () => {
    const good = signCall({ appId, salt: 1234, utc }, data, 't');
    const many = Array<string>(maxSignatures).fill('0'.repeat(32));
    const body = (signatures: string[]) => read(JSON.stringify({ appId, salt: 1234, utc, data, signatures }));
    expect(body([...many, good]).signatures).toHaveLength(maxSignatures);
    expect(verifyEnvelope(body([...many.slice(1), good]), ['t'])).toBe(true);
    expect(verifyEnvelope(body([...many, good]), ['t'])).toBe(false);
    expect(verifyEnvelope(body([good]), [...many, 't'])).toBe(false);
    expect(read(encodeEnvelope({}, { appId, tokens: many.concat('t'), utc })).signatures).toHaveLength(maxSignatures);
  });

  test.each(['', '{', '[]', 'null', '1', '{}', '{"data":7}', '{"data":"\\ud800"}', Buffer.from([0xff])])('%j is none', (body) => {
    expect(readEnvelope(body)).toMatchObject({ ok: false, reason: expect.stringMatching(/^(The body|data) /) });
  });

  test('lacks what was not sent, and does not look up the prototype', () => {
    const envelope = read('{"data":"{}","appId":{},"signatures":[1,null,["a"]],"__proto__":{"salt":"1234"}}');
    expect(envelope).toEqual({ appId: '', salt: '', utc: '', data: '{}', signatures: [] });
    expect(verifyEnvelope(envelope, ['t'])).toBe(false);
  });

  test('does not have its data parsed', () => {
    expect(read('{"data":"no json"}').data).toBe('no json');
    expect(() => parseData('no json')).toThrow('data must be a JSON text');
  });
});

test('salt and utc', () => {
  expect(['1000', '9999', '999', '10000', '0999', '1234.0', ' 1234', ''].map(isSalt)).toEqual([
    true,
    true,
    ...Array(6).fill(false),
  ]);
  for (let tries = 0; tries < 100; tries++) expect(isSalt(String(newSalt()))).toBe(true);
  const now = new Date(utc);
  const near = (offset: number) => isUtcNear(String(utc + offset), now);
  expect([near(0), near(300_000), near(-300_000), near(300_001), near(-300_001)]).toEqual([true, true, true, false, false]);
  expect(['', 'x', '1e12', '-1', String(utc / 1000)].map((text) => isUtcNear(text, now))).toEqual(Array(5).fill(false));
});
