import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Secrets at rest: AES-256-GCM under the hub's own key, and HMAC-SHA-256 under one made from it. */
export interface Vault {
  seal(secrets: Record<string, string>): Buffer;
  open(sealed: Buffer): Record<string, string>;
  /** 32 bytes by which a short secret is found again: of a few digits a plain hash could be looked up in a list of all. */
  fingerprint(text: string): Buffer;
}

const version = 1;

/** `key`: 32 bytes. A sealed secret is version, 12 bytes of nonce, 16 of tag, and the text. */
export function createVault(key: Buffer): Vault {
  if (key.length !== 32) throw new Error('The key of the vault must have 32 bytes.');
  const fingerprintKey = Buffer.from(hkdfSync('sha256', key, '', 'fingerprint', 32));
  return {
    seal(secrets) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const text = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), text]);
    },
    open(sealed) {
      if (sealed[0] !== version) throw new Error('A sealed secret of an unknown version.');
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
      decipher.setAuthTag(sealed.subarray(13, 29));
      const text = Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]);
      return JSON.parse(text.toString('utf8')) as Record<string, string>;
    },
    fingerprint: (text) => createHmac('sha256', fingerprintKey).update(text, 'utf8').digest(),
  };
}

/** For secrets that are random and long: a plain hash suffices, and is compared in constant time. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}
