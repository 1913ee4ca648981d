import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { explainBody } from './explain.ts';
import { signBody } from './sign.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const other = generateKeyPairSync('rsa', { modulusLength: 1024 });
const text = '{"version": "1.0", "action": "qianhub.test", "body": {"a":1}}';
const body = Buffer.from(text);
const explain = (signature: string) => explainBody(body, signature, { keys: [{ key: publicKey }] });
const codes = (signature: string) => explain(signature).findings.map(({ code }) => code);
const sha1 = createHash('sha1').update(body).digest('hex');

test('a right signature', () => {
  const signature = signBody(body, privateKey);
  expect(explain(signature)).toMatchObject({ right: true, findings: [], signed: [{ text, expected: sha1, found: sha1 }] });
  expect(explain(signature.toUpperCase())).toMatchObject({ right: true, findings: [{ code: 'sign.upper-case' }] });
});

test('each mistake is told by the hash that stands in the signature', () => {
  const made = (what: string | Buffer, algorithm = 'sha1') => sign(algorithm, Buffer.from(what), privateKey);
  expect(codes(made(body).toString('base64'))).toContain('sign.base64');
  expect(codes(made(body, 'sha256').toString('hex'))).toContain('sign.other-hash');
  expect(codes(made(JSON.stringify(JSON.parse(text))).toString('hex'))).toEqual(['text.reserialised']);
  expect(codes(made(`${text}\n`).toString('hex'))).toEqual(['text.newline']);
  expect(codes(made('{"a":1}').toString('hex'))).toEqual(['text.inner-body']);
  expect(codes(made('something else').toString('hex'))).toEqual(['text.unknown']);
  expect(codes(sign('sha1', body, other.privateKey).toString('hex'))).toEqual(['key.other']);
  expect(codes('abc')).toEqual(['sign.form']);
  expect(codes('')).toEqual(['sign.missing']);
});

test('where the texts part, and the old key of two', () => {
  const found = explain(sign('sha1', Buffer.from(JSON.stringify(JSON.parse(text))), privateKey).toString('hex')).signed[0];
  expect(found?.theirs?.differsAt).toBe('{"version":'.length);
  const keys = [{ key: publicKey }, { key: other.publicKey, finding: { code: 'key.old', level: 'note' } as const }];
  expect(explainBody(body, signBody(body, other.privateKey), { keys })).toMatchObject({
    right: true,
    findings: [{ code: 'key.old' }],
  });
});
