import { createHash, createHmac } from 'node:crypto';

/** Lower-case hex. */
export const hash = (algorithm: string, text: string): string => createHash(algorithm).update(text, 'utf8').digest('hex');
export const hmac = (algorithm: string, key: string, text: string): string =>
  createHmac(algorithm, key).update(text, 'utf8').digest('hex');
