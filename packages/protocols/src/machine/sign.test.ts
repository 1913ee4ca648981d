import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage, verifyMessage } from './sign.ts';

const key = 'ds069ed4223ac1660f';
const shutdown = { client_id: '16327128', method: 'android.shutdown', timestamp: '1727494645' };

test('a message carries the signature of the vendor’s example', () => {
  const decoded = decodeMessage(encodeMessage(shutdown, key));
  expect(decoded).toEqual({ ok: true, fields: { ...shutdown, sign: '4D49FFFDE0DA4537160CFC258356277B' } });
});

test('bytes and text alike, and tampering fails', () => {
  const decoded = decodeMessage(Buffer.from(encodeMessage({ ...shutdown, title: '可乐 330ml' }, key)));
  if (!decoded.ok) return expect.unreachable(decoded.reason);
  expect(verifyMessage(decoded.fields, key)).toBe(true);
  expect(verifyMessage({ ...decoded.fields, client_id: '16327129' }, key)).toBe(false);
  expect(verifyMessage(decoded.fields, 'other')).toBe(false);
  expect(verifyMessage({ ...decoded.fields, sign: undefined }, key)).toBe(false);
});

test('numbers and nested values are borne', () => {
  const fields = { ...shutdown, timestamp: 1727494645, more: { a: ['1'] } };
  const signed = { ...shutdown, 'more[a][0]': '1' };
  const decoded = decodeMessage(encodeMessage(signed, key));
  expect(decoded.ok && verifyMessage({ ...fields, sign: decoded.fields.sign }, key)).toBe(true);
});

test('what is none of ours is told apart', () => {
  expect(decodeMessage('{"raw":"json"}')).toEqual({ ok: false, reason: 'not base64' });
  expect(decodeMessage(new Uint8Array([0xff, 0xfe, 0x00]))).toEqual({ ok: false, reason: 'not base64' });
  expect(decodeMessage('abcd')).toEqual({ ok: false, reason: 'not json' });
  expect(decodeMessage('W10=')).toEqual({ ok: false, reason: 'not an object' });
});
