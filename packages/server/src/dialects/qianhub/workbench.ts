import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  actions,
  BatchQueryBody,
  explainBody,
  gatewayPath,
  protocolVersion,
  QueryBody,
  readPrivateKey,
  readPublicKey,
  signBody,
  headers as wireHeaders,
} from '@polyvend/protocols/qianhub';
import { FieldError, mistake } from '@polyvend/protocols/shared';
import { Type } from 'typebox';
import { oldKey, type TryCall, type Workbench } from '../../http/workbench.ts';
import { keyForm, role, settingsOf } from './integration.ts';

const keyName = 'privateKey';

const bodies = {
  [actions.test]: Type.Object({ hello: Type.Optional(Type.String()) }),
  [actions.listShop]: undefined,
  [actions.query]: QueryBody,
  [actions.batchQuery]: BatchQueryBody,
} as const;

const summaries: Readonly<Record<keyof typeof bodies, string>> = {
  [actions.test]: '测试接口: the body comes back',
  [actions.listShop]: '查询门店',
  [actions.query]: '查询门店数据',
  [actions.batchQuery]: '批量查询门店数据',
};

/** Two keys are of one pair when these are the same. */
const publicHalf = (key: KeyObject | undefined): string | undefined =>
  key && (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' }).toString('base64');

export const workbench: Workbench = {
  explain({ headers, body }, credentials) {
    const [current] = credentials;
    const appId = headers[wireHeaders.app.toLowerCase()]?.trim() ?? '';
    const signature = headers[wireHeaders.sign.toLowerCase()]?.trim() ?? '';
    const ofApp =
      appId === ''
        ? [mistake('header.missing', { name: wireHeaders.app })]
        : appId === current?.wireId
          ? []
          : [mistake('app.other', { name: wireHeaders.app, expected: current?.wireId ?? '' })];
    const keys = credentials.flatMap((one) => {
      const key = readPublicKey(settingsOf(one).publicKey);
      const finding = oldKey(one);
      return key ? [{ key, ...(finding && { finding }) }] : [];
    });
    const explained = explainBody(Buffer.from(body), signature, { keys });
    return { ...explained, right: explained.right && ofApp.length === 0, findings: [...ofApp, ...explained.findings] };
  },

  // Who is mirrored calls nobody.
  calls: (integration) =>
    integration.role !== role
      ? []
      : (Object.keys(bodies) as (keyof typeof bodies)[]).map(
          (name): TryCall => ({
            ...{ name, method: 'POST', path: gatewayPath, summary: summaries[name], writes: false, fields: bodies[name] },
          }),
        ),

  asks: () => ({ [keyName]: 'the private key of the third party, which the hub never had: base64 of PKCS#8, or PEM' }),

  build({ call, fields, secrets }, credentials) {
    if (!Object.hasOwn(bodies, call)) throw new Error(`there is no call ${call}`);
    const key = readPrivateKey(secrets[keyName]);
    if (!key) throw new FieldError(keyName, `must be ${keyForm}`);
    const half = publicHalf(key);
    const integration = credentials.find((one) => publicHalf(readPublicKey(settingsOf(one).publicKey)) === half);
    if (!integration) throw new FieldError(keyName, 'does not go with the public key of this integration');
    const inner = call === actions.listShop ? {} : { body: fields };
    const body = JSON.stringify({ version: protocolVersion, action: call, ...inner });
    const signed = { [wireHeaders.app]: integration.wireId, [wireHeaders.sign]: signBody(body, key) };
    return { method: 'POST', url: gatewayPath, headers: { 'Content-Type': 'application/json', ...signed }, body };
  },
};
