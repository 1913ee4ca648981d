import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { explainPayload } from './explain.ts';
import { encodePayload } from './sign.ts';

const key = 'k-0123456789abcdef';
const now = new Date('2026-01-02T03:04:05Z');
const timestamp = String(now.getTime() / 1000);
const judging = {
  ...{ keys: [{ name: 'App key', key }], now, window: 300, needsTimestamp: true },
  others: [{ name: 'AppSecret', key: 'the app secret', finding: { code: 'key.other', level: 'mistake' } as const }],
};
const params = { machine_no: '80000001', timestamp, page: 1, note: '', Zone: 'b', goods: [{ id: 7, n: 2 }] };
const md5 = (text: string) => createHash('md5').update(text).digest('hex').toUpperCase();
const payloadOf = (sign: string, of: object = params) => Buffer.from(JSON.stringify({ ...of, sign })).toString('base64');
const codes = (payload: unknown) => explainPayload(payload, judging).findings.map(({ code }) => code);

const text = `Zone=b&goods[0][id]=7&goods[0][n]=2&machine_no=80000001&page=1&timestamp=${timestamp}`;

describe('a payload that is explained', () => {
  test('a right one shows the very text, and the key nowhere', () => {
    const explained = explainPayload(encodePayload(params, key), judging);
    expect(explained).toMatchObject({ right: true, findings: [] });
    expect(explained.signed[0]).toMatchObject({ text: `${text}&key=‹App key›`, expected: md5(`${text}&key=${key}`) });
    expect(JSON.stringify(explained)).not.toContain(key);
  });

  const mistakes: [string, string, string[]][] = [
    [
      'the order in which they were sent',
      `machine_no=80000001&timestamp=${timestamp}&page=1&Zone=b&goods[0][id]=7&goods[0][n]=2&key=${key}`,
      ['text.order-sent'],
    ],
    [
      'an order without regard to case',
      `goods[0][id]=7&goods[0][n]=2&machine_no=80000001&page=1&timestamp=${timestamp}&Zone=b&key=${key}`,
      ['text.order-folded'],
    ],
    [
      'empty values',
      `Zone=b&goods[0][id]=7&goods[0][n]=2&machine_no=80000001&note=&page=1&timestamp=${timestamp}&key=${key}`,
      ['text.empty-kept'],
    ],
    ['a key without its name', `${text}${key}`, ['text.key-joined']],
    ['no key', text, ['text.key-missing']],
    ['another secret', `${text}&key=the app secret`, ['key.other']],
    [
      'nested values as JSON',
      `Zone=b&goods=[{"id":7,"n":2}]&machine_no=80000001&page=1&timestamp=${timestamp}&key=${key}`,
      ['text.nested-json'],
    ],
    [
      'two at once',
      `machine_no=80000001&timestamp=${timestamp}&page=1&note=&Zone=b&goods[0][id]=7&goods[0][n]=2${key}`,
      ['text.order-sent', 'text.empty-kept', 'text.key-joined'],
    ],
  ];
  test.each(mistakes)('signed over %s', (_, signed, expected) => {
    const explained = explainPayload(payloadOf(md5(signed)), judging);
    expect(explained.right).toBe(false);
    expect(explained.findings.map(({ code }) => code)).toEqual(expected);
    const theirs = explained.signed[0]?.theirs;
    const differs = theirs?.differsAt ?? -1;
    if (expected[0] !== 'key.other') {
      expect(theirs?.text).toBe(signed.replace(key, '‹App key›'));
      expect(theirs?.text.slice(0, differs)).toBe(explained.signed[0]?.text.slice(0, differs));
      expect(theirs?.text[differs]).not.toBe(explained.signed[0]?.text[differs]);
    }
    expect(JSON.stringify(explained)).not.toContain(key);
  });

  test('other hashes, other forms of the signature', () => {
    const whole = `${text}&key=${key}`;
    expect(codes(payloadOf(createHash('sha256').update(whole).digest('hex')))).toEqual(['sign.other-hash']);
    expect(codes(payloadOf(createHmac('md5', key).update(whole).digest('hex')))).toEqual(['sign.other-hash']);
    expect(codes(payloadOf(createHash('md5').update(whole).digest('base64')))).toEqual(['sign.base64']);
    expect(codes(payloadOf('nonsense'))).toEqual(['sign.form', 'text.unknown']);
    expect(codes(payloadOf(''))).toEqual(['sign.missing']);
    expect(codes(payloadOf(md5('something else')))).toEqual(['text.unknown']);
    const lower = explainPayload(payloadOf(md5(whole).toLowerCase()), judging);
    expect([lower.right, lower.findings.map(({ code }) => code)]).toEqual([true, ['sign.lower-case']]);
  });

  test('the time, missing, in milliseconds, and off', () => {
    const at = (time: string | undefined) => codes(encodePayload({ ...params, timestamp: time }, key));
    expect(at(undefined)).toEqual(['time.missing']);
    expect(at(`${timestamp}000`)).toEqual(['time.milliseconds']);
    expect(at('yesterday')).toEqual(['time.form']);
    expect(at(String(Number(timestamp) - 301))).toEqual(['time.off']);
    expect(at(String(Number(timestamp) - 300))).toEqual([]);
  });

  test('payloads that were damaged on their way', () => {
    const payload = encodePayload({ ...params, text: '>>>???>>>' }, key);
    expect(codes(undefined)).toEqual(['payload.missing']);
    expect(codes(encodeURIComponent(payload.replaceAll('=', '') + '=='))).toEqual(['payload.url-damaged']);
    expect(codes(JSON.stringify(params))).toEqual(['payload.in-clear']);
    expect(codes('!!!')).toEqual(['payload.not-base64']);
    expect(codes(Buffer.from('a=1&b=2').toString('base64'))).toEqual(['payload.not-json']);
  });

  test('the old key of two is right, and told', () => {
    const old = { name: 'App key', key: 'old', finding: { code: 'key.old', level: 'note' } as const };
    const explained = explainPayload(encodePayload(params, 'old'), { ...judging, keys: [...judging.keys, old] });
    expect([explained.right, explained.findings]).toEqual([true, [old.finding]]);
  });

  test('a large payload is explained in bounded time', () => {
    const large = { ...params, text: 'x'.repeat(60_000) };
    // The processor's time: a busy computer stands still now and then.
    const from = process.cpuUsage();
    expect(codes(payloadOf(md5('no'), large))).toEqual(['text.unknown']);
    expect(process.cpuUsage(from).user / 1000).toBeLessThan(3_000);
  });
});
