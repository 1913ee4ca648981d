import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Bits of a key: the vendor recommends the least of these (推荐使用 1024 位证书). */
export const keyBits = { least: 1024, most: 4096 } as const;

/** Text of a longer key is no key. */
const longestKey = 8_192;

/**
 * A public key as callers register it: base64 of the DER of a SubjectPublicKeyInfo, in lines or not, with or without the lines of PEM
 * around it. undefined for what is no RSA key of a size that is taken. Never throws.
 */
export function readPublicKey(text: unknown): KeyObject | undefined {
  const der = derOf(text);
  if (!der) return undefined;
  try {
    return taken(createPublicKey({ key: der, format: 'der', type: 'spki' }));
  } catch {
    return undefined;
  }
}

/** A private key: base64 of the DER of PKCS#8, as the vendor's document prints it, or PEM. undefined for what is none. Never throws. */
export function readPrivateKey(text: unknown): KeyObject | undefined {
  const der = derOf(text);
  if (!der) return undefined;
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      return taken(createPrivateKey({ key: der, format: 'der', type }));
    } catch {}
  }
  return undefined;
}

function derOf(text: unknown): Buffer | undefined {
  if (typeof text !== 'string' || text.length > longestKey) return undefined;
  const base64 = text.replaceAll(/-----[A-Z ]+-----/g, '').replaceAll(/\s/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}

function taken(key: KeyObject): KeyObject | undefined {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  // With the exponent 1 every text would be its own signature.
  const fits = modulusLength >= keyBits.least && modulusLength <= keyBits.most && publicExponent >= 3n;
  return key.asymmetricKeyType === 'rsa' && fits ? key : undefined;
}

/** What `X-QianHub-Sign` carries: lower-case hex of SHA1withRSA (PKCS#1 v1.5) over the bytes of the body. */
export function signBody(body: string | Uint8Array, privateKey: KeyObject): string {
  return sign('sha1', bytesOf(body), privateKey).toString('hex');
}

/**
 * Whether `signature` (hex in either case) was made over these very bytes. Forged, short and malformed ones are false; never throws.
 */
export function verifySignature(body: string | Uint8Array, signature: unknown, publicKey: KeyObject): boolean {
  const digits = (((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) + 7) >> 3) << 1;
  if (typeof signature !== 'string' || signature.length !== digits || !/^[0-9a-fA-F]+$/.test(signature)) return false;
  try {
    return verify('sha1', bytesOf(body), publicKey, Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}

const bytesOf = (body: string | Uint8Array): Uint8Array => (typeof body === 'string' ? Buffer.from(body, 'utf8') : body);
