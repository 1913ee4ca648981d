import { expect, test } from 'vitest';
import { decodePayload, encodePayload, machineApiKey, signPayload, verifyMachineApiKey, verifySignature } from './sign.ts';

const key = 'ds069ed4223ac1660f';

test('a payload is read back and verified', () => {
  const decoded = decodePayload(encodePayload({ machine_no: '16327129', status: 2, note: '可乐', tags: ['a', 'b'] }, key));
  if (!decoded.ok) return expect.unreachable(decoded.reason);
  expect(decoded.value).toMatchObject({ machine_no: '16327129', status: 2, note: '可乐', tags: ['a', 'b'] });
  expect(verifySignature(decoded.value, decoded.value.sign, key)).toBe(true);
  expect(verifySignature({ ...decoded.value, status: 1 }, decoded.value.sign, key)).toBe(false);
});

test('what is signed is what is sent', () => {
  const decoded = decodePayload(encodePayload({ at: new Date(0), gone: undefined, list: [undefined, 1], nan: Number.NaN }, key));
  expect(decoded.ok && verifySignature(decoded.value, decoded.value.sign, key)).toBe(true);
});

test('a sign among the parameters is replaced', () => {
  expect(encodePayload({ a: '1', sign: 'old' }, key)).toBe(encodePayload({ a: '1' }, key));
});

test('a client whose language writes 3.0 is verified', () => {
  const sign = signPayload({ price: '3.0' }, key);
  const decoded = decodePayload(Buffer.from(`{"price":3.0,"sign":"${sign}"}`).toString('base64'));
  expect(decoded.ok && verifySignature(decoded.value, decoded.value.sign, key)).toBe(true);
});

test('the api-key of a machine that sells by itself', () => {
  const apiKey = machineApiKey('16327128', 'kva');
  expect(apiKey).toMatch(/^[0-9a-f]{32}$/);
  expect(verifyMachineApiKey('16327128', 'kva', apiKey)).toBe(true);
  expect(verifyMachineApiKey('16327128', 'kva', apiKey.toUpperCase())).toBe(true);
  for (const wrong of [undefined, '', apiKey.slice(1), machineApiKey('16327129', 'kva')]) {
    expect(verifyMachineApiKey('16327128', 'kva', wrong)).toBe(false);
  }
});
