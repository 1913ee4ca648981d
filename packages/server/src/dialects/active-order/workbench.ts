import { timingSafeEqual } from 'node:crypto';
import {
  basePath,
  type CallName,
  calls,
  encodePayload,
  explainPayload,
  machineApiKey,
  offlineHeaders,
  offlinePaths,
  verifyMachineApiKey,
  headers as wireHeaders,
} from '@polyvend/protocols/active-order';
import {
  type Explanation,
  FieldError,
  type Finding,
  mistake,
  type NamedKey,
  note,
  placeOf,
  readHex,
} from '@polyvend/protocols/shared';
import {
  fillPath,
  isPathOf,
  oldKey,
  type PastedRequest,
  splitUrl,
  type TryCall,
  type Workbench,
  without,
} from '../../http/workbench.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import { hashSecret } from '../../ledger/integrations/vault.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { appKeyOf, settingsOf } from './integration.ts';

const keyName = 'App key';
const secretName = 'AppSecret';

const reads: readonly CallName[] = [
  ...(['ping', 'machines', 'machine', 'products', 'floors', 'categories', 'banners'] as const),
  ...(['order', 'delivery', 'pickupCodes'] as const),
];

/** What the signing adds. */
const added = ['timestamp', 'sign'];

export const workbench: Workbench = {
  explain(request, credentials, ledger) {
    const { path } = splitUrl(request.url);
    if (Object.values(offlinePaths).some((one) => one === path)) return explainUpload(request, credentials);
    return explainCall(request, path, credentials, ledger);
  },

  calls: () =>
    (Object.keys(calls) as CallName[]).map((name): TryCall => {
      const { method, path, summary, params, body } = calls[name];
      const fields = body === 'none' ? undefined : without(params, added);
      return { name, method, path: basePath + path, summary, writes: !reads.includes(name), fields };
    }),

  asks: () => ({ [secretName]: 'the AppSecret that was told when the integration was made, or its credentials changed' }),

  build({ call, path, fields, secrets }, credentials, ledger) {
    const wanted = Object.hasOwn(calls, call) ? calls[call as CallName] : undefined;
    if (!wanted) throw new Error(`there is no call ${call}`);
    const secret = secrets[secretName]?.trim() ?? '';
    const integration = ofSecret(credentials, secret);
    if (!integration) throw new FieldError(secretName, 'is neither the secret of this integration nor its old one');
    const timestamp = String(Math.floor(ledger.clock.now().getTime() / 1000));
    const body =
      wanted.body === 'none'
        ? ''
        : JSON.stringify(
            wanted.body === 'clear' ? fields : { payload: encodePayload({ ...fields, timestamp }, appKeyOf(integration)) },
          );
    return {
      method: wanted.method,
      url: basePath + fillPath(wanted.path, path),
      headers: {
        [wireHeaders.appId]: integration.wireId,
        [wireHeaders.appSecret]: secret,
        'Content-Type': 'application/json',
      },
      body,
    };
  },
};

function explainCall(request: PastedRequest, path: string, credentials: readonly Integration[], ledger: Ledger): Explanation {
  const { findings, by } = explainHeaders(request, credentials);
  const call = (Object.keys(calls) as CallName[]).map((name) => calls[name]).find((one) => isPathOf(basePath + one.path, path));
  const needsBody = call?.body ?? (request.body.includes('payload') ? 'payload' : 'none');
  const known = findings.every(({ level }) => level === 'note');
  if (needsBody === 'none') return { right: known, signed: [], findings };
  let envelope: unknown;
  try {
    envelope = JSON.parse(request.body);
  } catch {
    return { right: false, signed: [], findings: [...findings, mistake(request.body === '' ? 'body.empty' : 'body.not-json')] };
  }
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) {
    return { right: false, signed: [], findings: [...findings, mistake('body.not-object')] };
  }
  if (needsBody === 'clear') return { right: known, signed: [], findings };
  const named = (one: Integration): NamedKey => ({ name: keyName, key: appKeyOf(one) });
  // The secret in the header says which of two sets is used; their keys go with it.
  const rest = credentials.filter((one) => one !== by);
  const others: NamedKey[] = [
    ...rest.map((one) => ({ ...named(one), finding: mistake('key.other', { name: `${keyName} of the other set` }) })),
    otherKey(secretName, request.headers[wireHeaders.appSecret.toLowerCase()]),
    otherKey('Appid', by.wireId),
    otherKey('the key of the machines', by.merchant.deviceKey),
  ];
  const { required = [] } = (call?.params ?? {}) as { required?: readonly string[] };
  const explained = explainPayload((envelope as Record<string, unknown>).payload, {
    ...{ keys: [named(by)], others, now: ledger.clock.now(), window: settingsOf(by).timestampWindow },
    needsTimestamp: required.includes('timestamp'),
  });
  return { ...explained, right: explained.right && known, findings: [...findings, ...explained.findings] };
}

/** The set of credentials that a secret is of; its key goes with it. */
function ofSecret(credentials: readonly Integration[], secret: string): Integration | undefined {
  const given = hashSecret(secret);
  return credentials.find(({ secretHash }) => secretHash !== null && timingSafeEqual(secretHash, given));
}

const otherKey = (name: string, key = ''): NamedKey => ({ name, key, finding: mistake('key.other', { name }) });

/** The two headers; `by` is the set of credentials that they are of, the new one where they are of none. */
function explainHeaders(
  { headers }: PastedRequest,
  credentials: readonly Integration[],
): { findings: Finding[]; by: Integration } {
  const [current] = credentials;
  if (!current) throw new Error('no credentials');
  const appId = headers[wireHeaders.appId.toLowerCase()]?.trim() ?? '';
  const secret = headers[wireHeaders.appSecret.toLowerCase()]?.trim() ?? '';
  const findings: Finding[] = [];
  if (appId === '') findings.push(mistake('header.missing', { name: wireHeaders.appId }));
  else if (!credentials.some(({ wireId }) => wireId === appId)) {
    findings.push(mistake('app.other', { name: wireHeaders.appId, expected: current.wireId }));
  }
  if (secret === '') findings.push(mistake('secret.missing', { name: wireHeaders.appSecret }));
  const by = ofSecret(credentials, secret);
  if (secret !== '' && !by) {
    const isKey = credentials.some((one) => appKeyOf(one) === secret);
    findings.push(mistake(isKey ? 'secret.is-key' : 'secret.wrong', { name: wireHeaders.appSecret }));
  }
  const old = by && oldKey(by);
  if (old) findings.push(old);
  return { findings, by: by ?? current };
}

/** Of a machine that sells by itself: a header that is made of its number and the key. */
function explainUpload({ headers }: PastedRequest, credentials: readonly Integration[]): Explanation {
  const machineNo = headers[offlineHeaders.machineNo]?.trim() ?? '';
  const found = headers[offlineHeaders.apiKey]?.trim() ?? '';
  const missing = Object.values(offlineHeaders).filter((name) => !headers[name]?.trim());
  const [current] = credentials;
  if (missing.length > 0 || !current) {
    return { right: false, signed: [], findings: missing.map((name) => mistake('header.missing', { name })) };
  }
  const text = machineNo + placeOf(keyName);
  const signed = { what: 'header', algorithm: 'md5', text, expected: machineApiKey(machineNo, appKeyOf(current)), found };
  const by = credentials.find((one) => verifyMachineApiKey(machineNo, appKeyOf(one), found));
  if (by) {
    const old = oldKey(by);
    const expected = machineApiKey(machineNo, appKeyOf(by));
    const findings = [...(old ? [old] : []), ...(found === found.toLowerCase() ? [] : [note('sign.upper-case')])];
    return { right: true, signed: [{ ...signed, expected }], findings };
  }
  const { hex, findings } = readHex(found, 32);
  const others = [
    { key: appKeyOf(current), text: `${machineNo}&key=${placeOf(keyName)}`, code: 'text.key-named' as const },
    { key: appKeyOf(current), text: placeOf(keyName) + machineNo, code: 'text.key-first' as const },
  ];
  const theirs = others.find(
    ({ key, text: other }) => machineApiKey(other.replace(placeOf(keyName), key), '') === hex.toLowerCase(),
  );
  const differsAt = theirs?.code === 'text.key-first' ? 0 : machineNo.length;
  return {
    right: false,
    signed: [{ ...signed, ...(theirs && { theirs: { text: theirs.text, differsAt } }) }],
    findings: [...findings, mistake(theirs?.code ?? 'text.unknown')],
  };
}
