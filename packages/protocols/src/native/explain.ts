import { createHmac } from 'node:crypto';
import {
  type Explanation,
  type Finding,
  findingsOfKey,
  firstDifference,
  mistake,
  type NamedKey,
  placeOf,
  spacedOut,
  timeFindings,
} from '../shared/explain.ts';
import {
  signWebhook,
  verifyWebhook,
  type WebhookMessage,
  webhookHeaders,
  webhookKey,
  webhookText,
  webhookToleranceSeconds,
} from './sign.ts';

export interface WebhookJudging {
  /** Secrets that count, the usual one first. */
  readonly keys: readonly NamedKey[];
  readonly now: Date;
}

/** What is right and wrong with a webhook as somebody received or made it. Never throws. */
export function explainWebhook(
  headers: Readonly<Record<string, string>>,
  body: string,
  { keys, now }: WebhookJudging,
): Explanation {
  const [usual] = keys;
  const missing = Object.values(webhookHeaders).filter((name) => !headers[name]);
  const findings: Finding[] = missing.map((name) => mistake('header.missing', { name }));
  if (!usual || missing.length > 0) return { right: false, signed: [], findings };
  const message = {
    id: headers[webhookHeaders.id] ?? '',
    timestamp: headers[webhookHeaders.timestamp] ?? '',
    body,
  };
  const found = headers[webhookHeaders.signature] ?? '';
  const ofTime = timeFindings(message.timestamp, now, webhookToleranceSeconds);
  const text = webhookText(message);
  const signed = { what: 'webhook', algorithm: 'hmac-sha256', text, expected: signWebhook(message, usual.key), found };
  const fitting = keys.find(({ key }) => verifyWebhook(message, found, key));
  if (fitting) {
    return {
      right: ofTime.length === 0,
      signed: [{ ...signed, expected: signWebhook(message, fitting.key) }],
      findings: [...findingsOfKey(fitting, usual), ...ofTime],
    };
  }
  const theirs = findTheirs(message, found, keys);
  if (!theirs) return { right: false, signed: [signed], findings: [mistake('text.unknown'), ...ofTime] };
  const differing = theirs.text === text ? undefined : { text: theirs.text, differsAt: firstDifference(text, theirs.text) };
  return {
    right: false,
    signed: [{ ...signed, ...(differing && { theirs: differing }) }],
    findings: [theirs.finding, ...ofTime],
  };
}

function findTheirs(
  message: WebhookMessage,
  found: string,
  keys: readonly NamedKey[],
): { text: string; finding: Finding } | undefined {
  const given = found.split(' ').map((one) => one.replace(/^v1,/, ''));
  const text = webhookText(message);
  const texts = [
    { text, finding: mistake('text.unknown') },
    { text: message.body, finding: mistake('text.id-left-out') },
    { text: `${message.timestamp}.${message.body}`, finding: mistake('text.id-left-out') },
    { text: webhookText({ ...message, body: recompacted(message.body) }), finding: mistake('text.reserialised') },
    { text: webhookText({ ...message, body: spacedOut(recompacted(message.body)) }), finding: mistake('text.spaced') },
    { text: `${text}\n`, finding: mistake('text.newline') },
    { text: text.trim(), finding: mistake('text.newline') },
  ];
  for (const { key, name } of keys) {
    const bytes = webhookKey(key);
    if (!bytes) continue;
    for (const [n, one] of texts.entries()) {
      const digest = createHmac('sha256', bytes).update(one.text, 'utf8').digest();
      if (given.includes(digest.toString('base64')))
        return n === 0 ? { text, finding: mistake('sign.form', { length: found.length, digits: 44 }) } : one;
      if (given.includes(digest.toString('hex')))
        return { ...one, finding: mistake('sign.form', { length: found.length, digits: 44 }) };
      // With the characters of the secret, instead of the bytes that they stand for.
      const byText = [key, key.replace(/^whsec_/, '')].map((secret) =>
        createHmac('sha256', secret).update(one.text, 'utf8').digest(),
      );
      if (byText.some((made) => given.includes(made.toString('base64')) || given.includes(made.toString('hex')))) {
        return { text: one.text, finding: mistake('key.decoded', { name: placeOf(name) }) };
      }
    }
  }
  return undefined;
}

function recompacted(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return body;
  }
}
