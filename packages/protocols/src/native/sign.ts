import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Webhooks in the form of Standard Webhooks (standardwebhooks.com): `webhook-signature` is `v1,` and base64 of HMAC-SHA-256 over
 * `{webhook-id}.{webhook-timestamp}.{body}`; several stand with a blank between, one of which must fit.
 */
export const webhookHeaders = { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' } as const;

/** Seconds by which a timestamp may be older or newer. */
export const webhookToleranceSeconds = 300;

const prefix = 'whsec_';

/** A secret that nobody can guess: `whsec_` and base64 of 24 bytes. */
export const newWebhookSecret = (): string => prefix + randomBytes(24).toString('base64');

/** The bytes that are signed with; undefined for what is no secret. */
export function webhookKey(secret: string): Buffer | undefined {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

export interface WebhookMessage {
  readonly id: string;
  /** Seconds since 1970, as it stands in the header. */
  readonly timestamp: string;
  /** As its bytes are sent. */
  readonly body: string;
}

/** What is signed. */
export const webhookText = ({ id, timestamp, body }: WebhookMessage): string => `${id}.${timestamp}.${body}`;

/** One signature, `v1,…`. @throws TypeError for what is no secret. */
export function signWebhook(message: WebhookMessage, secret: string): string {
  const key = webhookKey(secret);
  if (!key) throw new TypeError('This is no webhook secret');
  return `v1,${createHmac('sha256', key).update(webhookText(message), 'utf8').digest('base64')}`;
}

/** The three headers of a delivery, signed with each secret: with two while one takes the place of the other. */
export function webhookHeadersOf(message: WebhookMessage, secrets: readonly string[]): Record<string, string> {
  return {
    [webhookHeaders.id]: message.id,
    [webhookHeaders.timestamp]: message.timestamp,
    [webhookHeaders.signature]: secrets.map((secret) => signWebhook(message, secret)).join(' '),
  };
}

/** Whether one of the signatures fits; the timestamp is not looked at. Constant-time in each; never throws. */
export function verifyWebhook(message: WebhookMessage, signatures: string, secret: string): boolean {
  const key = webhookKey(secret);
  if (!key) return false;
  const expected = Buffer.from(signWebhook(message, secret));
  let fits = false;
  for (const given of signatures.split(' ').slice(0, 16)) {
    const bytes = Buffer.from(given);
    fits = (bytes.length === expected.length && timingSafeEqual(bytes, expected)) || fits;
  }
  return fits;
}
