import { createHmac } from 'node:crypto';
import { explainWebhook, newWebhookSecret, verifyWebhook, webhookHeadersOf, webhookKey } from '@polyvend/protocols/native';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';

const secret = newWebhookSecret();
const old = newWebhookSecret();
const now = new Date();
const message = {
  id: 'evt_1',
  timestamp: String(Math.floor(now.getTime() / 1000)),
  body: '{"type":"trade.created","data":{"a":"é"}}',
};
const judging = { keys: [{ name: 'secret', key: secret }], now };

test('what we sign is what the reference takes, and the other way round', () => {
  const headers = webhookHeadersOf(message, [old, secret]);
  expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
  expect(new Webhook(old).verify(message.body, headers)).toEqual(JSON.parse(message.body));
  expect(() => new Webhook(newWebhookSecret()).verify(message.body, headers)).toThrow();
  const theirs = new Webhook(secret).sign(message.id, now, message.body);
  expect(verifyWebhook(message, theirs, secret)).toBe(true);
  expect(verifyWebhook(message, theirs, old)).toBe(false);
  expect(verifyWebhook({ ...message, body: `${message.body} ` }, theirs, secret)).toBe(false);
});

test('mistakes of who verifies or signs', () => {
  const bytes = webhookKey(secret) ?? Buffer.alloc(0);
  const text = `${message.id}.${message.timestamp}.${message.body}`;
  const made = (key: Buffer | string, what: string, form: 'base64' | 'hex' = 'base64') =>
    `v1,${createHmac('sha256', key).update(what).digest(form)}`;
  const explain = (signature: string, more: Partial<typeof message> = {}) => {
    const { id, timestamp, body } = { ...message, ...more };
    return explainWebhook({ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }, body, judging);
  };
  const codes = (signature: string) => explain(signature).findings.map(({ code }) => code);
  expect(explain(made(bytes, text))).toMatchObject({ right: true, findings: [] });
  expect(codes(made(secret, text))).toEqual(['key.decoded']);
  expect(codes(made(bytes, message.body))).toEqual(['text.id-left-out']);
  expect(codes(made(bytes, text, 'hex'))).toEqual(['sign.form']);
  expect(codes(made(bytes, 'x'))).toEqual(['text.unknown']);
  expect(explain(made(bytes, text.replace(message.timestamp, '1')), { timestamp: '1' }).findings).toMatchObject([
    { code: 'time.off' },
  ]);
  expect(explainWebhook({}, message.body, judging).findings.map(({ code }) => code)).toEqual(Array(3).fill('header.missing'));
  expect(JSON.stringify(explain(made(bytes, 'x')))).not.toContain(secret.slice(6));
});
