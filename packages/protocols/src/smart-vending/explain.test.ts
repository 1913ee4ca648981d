import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { explainMessage } from './explain.ts';
import { encodeSigned } from './sign.ts';

const key = 'key-0123456789';
const clientId = 'c1';
const judging = { keys: [{ name: 'key', key }], clientId };
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const bodyOf = (sign: string, more: object = {}) =>
  JSON.stringify({ nonce_str: 'n', list: { b: 1, a: [1, 2] }, Empty: '', clientId, ...more, sign });
const explain = (sign: string, query = 'limit=5', more: object = {}) =>
  explainMessage({ query, body: bodyOf(sign, more) }, judging);
const text = 'clientId=c1&limit=5&list={"b":1,"a":[1,2]}&nonce_str=n';

test('a right one shows its text with the place of the key marked', () => {
  const explained = explain(md5(text + key));
  expect(explained).toMatchObject({ right: true, findings: [], signed: [{ text: `${text}‹key›`, expected: md5(text + key) }] });
  expect(explainMessage({ body: encodeSigned({ clientId, nonce_str: 'n', a: 1 }, key) }, judging).right).toBe(true);
  expect(explain(md5(text + key).toUpperCase())).toMatchObject({ right: true, findings: [{ code: 'sign.upper-case' }] });
  expect(JSON.stringify(explained)).not.toContain(key);
});

const mistakes: [string, string, string[]][] = [
  ['with &key=', `${text}&key=${key}`, ['text.key-named']],
  ['without the key', text, ['text.key-missing']],
  ['without the query', `clientId=c1&list={"b":1,"a":[1,2]}&nonce_str=n${key}`, ['text.query-left-out']],
  ['with empty values', `Empty=&${text}${key}`, ['text.empty-kept']],
  ['in the order sent', `limit=5&nonce_str=n&list={"b":1,"a":[1,2]}&clientId=c1${key}`, ['text.order-sent']],
  ['with blanks in objects', `clientId=c1&limit=5&list={"b": 1, "a": [1, 2]}&nonce_str=n${key}`, ['text.spaced']],
  ['URL-encoded', `clientId=c1&limit=5&list=${encodeURIComponent('{"b":1,"a":[1,2]}')}&nonce_str=n${key}`, ['text.encoded']],
  ['something else', 'something else', ['text.unknown']],
];
test.each(mistakes)('signed %s', (_, signed, expected) => {
  const explained = explain(md5(signed));
  expect([explained.right, explained.findings.map(({ code }) => code)]).toEqual([false, expected]);
  if (expected[0] !== 'text.unknown') expect(explained.signed[0]?.theirs?.text).toBe(signed.replace(key, '‹key›'));
  expect(JSON.stringify(explained)).not.toContain(key);
});

test('sender, nonce, and bodies that are none', () => {
  const codes = (body: string) => explainMessage({ body }, judging).findings.map(({ code }) => code);
  const signed = (params: object) => encodeSigned(params as Record<string, unknown>, key);
  expect(codes(signed({ nonce_str: 'n', clientId: 'c2' }))).toEqual(['app.other']);
  expect(codes(signed({ nonce_str: 'n' }))).toEqual(['app.missing']);
  expect(codes(signed({ clientId }))).toEqual(['nonce.missing']);
  expect(codes('{"clientId"')).toEqual(['body.not-json']);
  expect(codes('{"clientId":"c1","nonce_str":"n"}')).toEqual(['sign.missing']);
});
