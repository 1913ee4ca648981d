import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { explainEnvelope, explainTokenRequest } from './explain.ts';
import { encodeEnvelope, tokenRequest } from './sign.ts';

const token = 'token-0123456789';
const now = new Date('2026-01-02T03:04:05Z');
const utc = now.getTime();
const secret = { name: 'Secret Key', key: 'secret', finding: { code: 'key.secret-for-token', level: 'mistake' } as const };
const judging = { appId: 'app', keys: [{ name: 'accessToken', key: token }], others: [secret], now, windowMs: 300_000 };
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const data = '{"machineCode": "1"}';
const bodyOf = (signature: string, more: object = {}) =>
  JSON.stringify({ appId: 'app', salt: 1234, utc, signatures: [signature], data, ...more });
const text = `appId=app&accessToken=${token}&data=${data}&salt=1234&utc=${utc}`;
const codes = (body: string) => explainEnvelope(body, judging).findings.map(({ code }) => code);

test('a right call, and the text that was signed', () => {
  const explained = explainEnvelope(encodeEnvelope(data, { appId: 'app', tokens: [token], salt: 1234, utc }), judging);
  expect(explained).toMatchObject({ right: true, findings: [], signed: [{ text: text.replace(token, '‹accessToken›') }] });
  expect(explained.signed[0]?.expected).toBe(md5(text));
  expect(JSON.stringify(explained)).not.toContain(token);
});

const mistakes: [string, string, string[]][] = [
  ['with the secret key for a token', text.replace(token, 'secret'), ['key.secret-for-token']],
  ['over data that was serialised again', text.replace(data, '{"machineCode":"1"}'), ['text.reserialised']],
  ['in the order of the envelope', `appId=app&salt=1234&utc=${utc}&data=${data}&accessToken=${token}`, ['text.order-sent']],
  ['with utc in seconds', text.slice(0, -3), ['text.utc-seconds']],
  ['under another name', text.replace('accessToken', 'token'), ['text.key-named-otherwise']],
  ['without the token', text.replace(`accessToken=${token}&`, ''), ['text.key-missing']],
];
test.each(mistakes)('signed %s', (_, signed, expected) => {
  const explained = explainEnvelope(bodyOf(md5(signed)), judging);
  expect([explained.right, explained.findings.map(({ code }) => code)]).toEqual([false, expected]);
  expect(JSON.stringify(explained)).not.toContain(token);
});

test('app, salt, time, and what is no envelope', () => {
  const right = md5(text);
  expect(codes(bodyOf(right, { appId: 'other' }))).toContain('app.other');
  expect(codes(bodyOf(md5(text.replace('salt=1234', 'salt=99')), { salt: 99 }))).toEqual(['salt.form']);
  const late = String(utc - 300_001);
  expect(codes(bodyOf(md5(text.replace(String(utc), late)), { utc: Number(late) }))).toEqual(['time.off']);
  const short = String(utc / 1000);
  expect(codes(bodyOf(md5(text.replace(String(utc), short)), { utc: Number(short) }))).toEqual(['time.seconds']);
  expect(codes('no')).toEqual(['body.not-json']);
  expect(codes(bodyOf('').replace('[""]', '[]'))).toEqual(['sign.missing']);
  expect(codes(bodyOf('', { signatures: ['', right] })), 'any of the signatures').toEqual([]);
  expect(explainEnvelope(bodyOf(right), { ...judging, keys: [] }).findings).toMatchObject([{ code: 'token.none' }]);
});

test('a request for a token', () => {
  const keys = [{ name: 'Secret Key', key: 'secret' }];
  const query = { ...tokenRequest({ appId: 'app', secretKey: 'secret', salt: 1234, utc }) };
  expect(explainTokenRequest(query, { ...judging, keys })).toMatchObject({ right: true, findings: [] });
  const wrong = { ...query, signature: md5(`appId=app&salt=1234&utc=${utc}secret`) };
  expect(explainTokenRequest(wrong, { ...judging, keys }).findings).toMatchObject([{ code: 'text.key-joined' }]);
  const unknown = { ...query, signature: md5('x') };
  expect(explainTokenRequest(unknown, { ...judging, keys }).findings).toMatchObject([{ code: 'text.unknown' }]);
});
