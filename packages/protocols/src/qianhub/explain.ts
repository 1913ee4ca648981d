import { createHash, type KeyObject, publicDecrypt } from 'node:crypto';
import {
  type Explanation,
  type Finding,
  findingsOfKey,
  firstDifference,
  mistake,
  note,
  type Signed,
  spacedOut,
} from '../shared/explain.ts';
import { verifySignature } from './sign.ts';

/** A public key that counts, and what it is told with when it is not the usual one. */
export interface NamedPublicKey {
  readonly key: KeyObject;
  readonly finding?: Finding;
}

export interface BodyJudging {
  /** The usual one first. */
  readonly keys: readonly NamedPublicKey[];
}

/** DER of a DigestInfo, before its hash: which algorithm was signed with. */
const digestInfos: Readonly<Record<string, string>> = {
  '3021300906052b0e03021a05000414': 'sha1',
  '3031300d060960864801650304020105000420': 'sha256',
  '3051300d060960864801650304020305000440': 'sha512',
  '3020300c06082a864886f70d020505000410': 'md5',
};

const hashOf = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex');

/**
 * What is right and wrong with a signature over the bytes of a body. The hash that was signed stands in the signature, so that a wrong one tells what it is of.
 * Never throws.
 */
export function explainBody(body: Uint8Array, signature: string, { keys }: BodyJudging): Explanation {
  const [usual] = keys;
  const text = new TextDecoder().decode(body);
  const expected = hashOf('sha1', body);
  const signed: Signed = { what: 'body', algorithm: 'sha1', text, expected, found: '' };
  if (body.length === 0) return { right: false, signed: [], findings: [mistake('body.empty')] };
  if (signature === '') return { right: false, signed: [signed], findings: [mistake('sign.missing')] };
  if (!usual) return { right: false, signed: [signed], findings: [mistake('key.other')] };
  const fitting = keys.find(({ key }) => verifySignature(body, signature, key));
  if (fitting) {
    const ofCase = signature === signature.toLowerCase() ? [] : [note('sign.upper-case')];
    return { right: true, signed: [{ ...signed, found: expected }], findings: [...findingsOfKey(fitting, usual), ...ofCase] };
  }
  const findings: Finding[] = [];
  let hex = signature.trim();
  const digits = ((usual.key.asymmetricKeyDetails?.modulusLength ?? 0) / 8) * 2;
  if (!/^[0-9a-f]+$/i.test(hex)) {
    const bytes = /^[\w+/-]+={0,2}$/.test(hex) ? Buffer.from(hex, 'base64') : Buffer.alloc(0);
    if (bytes.length * 2 !== digits)
      return { right: false, signed: [signed], findings: [mistake('sign.form', { length: hex.length, digits })] };
    findings.push(mistake('sign.base64'));
    hex = bytes.toString('hex');
  }
  if (hex.length !== digits)
    return { right: false, signed: [signed], findings: [mistake('sign.form', { length: hex.length, digits })] };
  for (const { key, finding } of keys) {
    const made = readDigest(hex, key);
    if (!made) continue;
    if (finding) findings.push(finding);
    if (made.algorithm !== 'sha1') findings.push(mistake('sign.other-hash', { algorithm: made.algorithm }));
    const theirs = findText(body, text, made);
    if (theirs && theirs.text !== text) {
      findings.push(mistake(theirs.code));
      const differsAt = firstDifference(text, theirs.text);
      return { right: false, signed: [{ ...signed, found: made.digest, theirs: { text: theirs.text, differsAt } }], findings };
    }
    if (!theirs) findings.push(mistake('text.unknown'));
    return { right: false, signed: [{ ...signed, found: made.digest }], findings };
  }
  return { right: false, signed: [signed], findings: [...findings, mistake('key.other')] };
}

/** The hash within a signature; undefined when another key made it. */
function readDigest(hex: string, key: KeyObject): { algorithm: string; digest: string } | undefined {
  let info: string;
  try {
    info = publicDecrypt(key, Buffer.from(hex, 'hex')).toString('hex');
  } catch {
    return undefined;
  }
  for (const [head, algorithm] of Object.entries(digestInfos)) {
    if (info.startsWith(head)) return { algorithm, digest: info.slice(head.length) };
  }
  return undefined;
}

/** Which text the hash is of, of those that are signed by mistake. */
function findText(body: Uint8Array, text: string, { algorithm, digest }: { algorithm: string; digest: string }) {
  const candidates: {
    code: 'text.newline' | 'text.reserialised' | 'text.spaced' | 'text.inner-body' | 'text.encoded';
    text: string;
  }[] = [];
  const trimmed = text.trim();
  candidates.push(
    { code: 'text.newline', text: trimmed },
    { code: 'text.newline', text: `${text}\n` },
    { code: 'text.newline', text: `${text}\r\n` },
  );
  try {
    const value = JSON.parse(text) as unknown;
    const compact = JSON.stringify(value);
    candidates.push({ code: 'text.reserialised', text: compact });
    candidates.push({ code: 'text.reserialised', text: JSON.stringify(value, null, 2) });
    candidates.push({ code: 'text.spaced', text: spacedOut(compact) });
    if (typeof value === 'object' && value !== null && 'body' in value) {
      candidates.push({ code: 'text.inner-body', text: JSON.stringify(value.body) });
    }
  } catch {}
  candidates.push(
    { code: 'text.encoded', text: Buffer.from(body).toString('base64') },
    { code: 'text.encoded', text: encodeURIComponent(text.toWellFormed()) },
  );
  if (hashOf(algorithm, body) === digest) return { code: 'text.newline' as const, text };
  return candidates.find((one) => hashOf(algorithm, Buffer.from(one.text)) === digest);
}
