import { readFileSync } from 'node:fs';
import { encodePayload } from '@polyvend/protocols/active-order';
import { encodeEnvelope } from '@polyvend/protocols/owitho';
import { readPrivateKey, signBody } from '@polyvend/protocols/qianhub';
import { encodeSigned, encodeSignedQuery, newNonce } from '@polyvend/protocols/smart-vending';
import { ConfigError } from '../config.ts';

/** Fields as name=value; a value that is a JSON array or object is taken as such. */
function readFields(fields: readonly string[]): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const field of fields) {
    const at = field.indexOf('=');
    if (at < 1) throw new ConfigError(`${field} is not of the form name=value.`);
    const value = field.slice(at + 1);
    params[field.slice(0, at)] = /^[[{]/.test(value) ? (JSON.parse(value) as unknown) : value;
  }
  return params;
}

/** A body with its payload. The timestamp is now unless it is given. */
export function signActiveOrder(fields: readonly string[], key: string, now: Date): string {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return JSON.stringify({ payload: encodePayload({ timestamp, ...readFields(fields) }, key) });
}

/** A body, or the query of a GET. The nonce is a fresh one unless it is given. */
export function signSmartVending(fields: readonly string[], { key, query }: { key: string; query: boolean }): string {
  const params = { nonce_str: newNonce(), ...readFields(fields) };
  return query ? encodeSignedQuery(params, key) : encodeSigned(params, key);
}

/** X-QianHub-Sign of a body, by the private key in a file. */
export function signQianHub(body: string, keyFile: string): string {
  const key = readPrivateKey(readFileSync(keyFile, 'utf8'));
  if (!key) throw new ConfigError(`${keyFile} is no RSA private key, in base64 or PEM.`);
  return signBody(body, key);
}

/** A signed body of the owitho platform: its data is a JSON text, taken as it is. */
export function signOwitho(data: string, { app, key, token }: { app: string; key?: string; token?: string }, now: Date): string {
  const by = token ?? key;
  if (by === undefined) throw new ConfigError('--key or --token says what to sign with.');
  return encodeEnvelope(data, { appId: app, tokens: [by], utc: now.getTime() });
}
