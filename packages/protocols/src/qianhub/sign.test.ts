import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPrivateKey, readPublicKey, signBody, verifySignature } from './sign.ts';

interface Vector {
  appId: string;
  publicKey: string;
  privateKey: string;
  body: string;
  signature: string;
}

const file = new URL('../../vectors/qianhub.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] };
const [sample] = vectors as [Vector];

const publicKey = readPublicKey(sample.publicKey) as KeyObject;
const privateKey = readPrivateKey(sample.privateKey) as KeyObject;

test("the vendor's sample: its key pair makes its signature, and verifies it", () => {
  expect(signBody(sample.body, privateKey)).toBe(sample.signature);
  expect(verifySignature(sample.body, sample.signature, publicKey)).toBe(true);
  expect(verifySignature(Buffer.from(sample.body), sample.signature.toUpperCase(), publicKey)).toBe(true);
});

test.each([
  ['another byte in the body', `${sample.body} `, sample.signature],
  ['an empty body', '', sample.signature],
  ['truncated', sample.body, sample.signature.slice(0, -2)],
  ['half a byte short', sample.body, sample.signature.slice(0, -1)],
  ['a leading zero too many', sample.body, `00${sample.signature}`],
  ['one digit changed', sample.body, sample.signature.replace(/^1/, '2')],
  ['all zeros', sample.body, '0'.repeat(256)],
  ['larger than the modulus', sample.body, 'f'.repeat(256)],
  ['no hex', sample.body, 'z'.repeat(256)],
  ['base64', sample.body, Buffer.from(sample.signature, 'hex').toString('base64')],
  ['empty', sample.body, ''],
  ['missing', sample.body, undefined],
  ['no text', sample.body, 5],
])('a signature that is %s is false', (_, body, signature) => {
  expect(verifySignature(body, signature, publicKey)).toBe(false);
});

test.each([1024, 2048, 3072, 4096])('keys of %i bits work, in lines, in one line and as PEM', (modulusLength) => {
  const pair = generateKeyPairSync('rsa', { modulusLength });
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const pem = pair.publicKey.export({ format: 'pem', type: 'spki' }) as string;
  const lines = spki.replaceAll(/.{76}/g, '$&\r\n');
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    const secret = readPrivateKey(pair.privateKey.export({ format: 'pem', type }) as string) as KeyObject;
    const signature = signBody('树莓派', secret);
    for (const text of [spki, lines, pem])
      expect(verifySignature('树莓派', signature, readPublicKey(text) as KeyObject)).toBe(true);
  }
});

const der = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');

test.each([
  ['empty', ''],
  ['no text', null],
  ['no base64', '公钥'],
  ['broken off', sample.publicKey.slice(0, 100)],
  ['a private key', sample.privateKey],
  ['too small', der(generateKeyPairSync('rsa', { modulusLength: 512 }).publicKey)],
  ['too large', der(generateKeyPairSync('rsa', { modulusLength: 4104 }).publicKey)],
  ['of another kind', der(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)],
  ['endless', 'A'.repeat(100_000)],
])('a public key that is %s is none', (_, text) => {
  expect(readPublicKey(text)).toBeUndefined();
});

test('a private key that is none is none', () => {
  for (const text of ['', 'AAAA', sample.publicKey, undefined]) expect(readPrivateKey(text)).toBeUndefined();
});

test("another's signature is false, and one key's signature is none of another size's", () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const large = generateKeyPairSync('rsa', { modulusLength: 2048 });
  expect(verifySignature(sample.body, signBody(sample.body, other.privateKey), publicKey)).toBe(false);
  expect(verifySignature(sample.body, signBody(sample.body, large.privateKey), publicKey)).toBe(false);
});
