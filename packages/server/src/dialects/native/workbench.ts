import { timingSafeEqual } from 'node:crypto';
import { explainWebhook } from '@polyvend/protocols/native';
import { mistake, type NamedKey } from '@polyvend/protocols/shared';
import type { TSchema } from 'typebox';
import { fillPath, oldKey, type TryCall, type Workbench } from '../../http/workbench.ts';
import { hashSecret } from '../../ledger/integrations/vault.ts';
import { dialect, readToken, role, webhookRole, webhookSecretOf } from './integration.ts';
import { calls } from './routes.ts';

const nameOf = ({ method, path }: { method: string; path: string }) => `${method} /v1${path}`;

/** A token says who calls, and nothing is signed; what we tell is signed, and its receiver may look here why it does not verify. */
export const workbench: Workbench = {
  explain({ headers, body }, credentials, ledger) {
    const [current] = credentials;
    if (current?.role === webhookRole) {
      const keys = credentials.map((one): NamedKey => {
        const finding = oldKey(one);
        return { name: 'secret', key: webhookSecretOf(one), ...(finding && { finding }) };
      });
      return explainWebhook(headers, body, { keys, now: ledger.clock.now() });
    }
    const given = headers.authorization?.trim() ?? '';
    if (given === '') return { right: false, signed: [], findings: [mistake('token.missing', { name: 'Authorization' })] };
    const token = readToken(/^Bearer +(\S+)$/i.exec(given)?.[1] ?? '');
    if (!token) return { right: false, signed: [], findings: [mistake('token.form')] };
    const proof = hashSecret(token.secret);
    const by = credentials.find(
      ({ wireId, secretHash }) => wireId === token.id && secretHash !== null && timingSafeEqual(secretHash, proof),
    );
    if (!by) return { right: false, signed: [], findings: [mistake('token.wrong')] };
    const old = oldKey(by);
    return { right: true, signed: [], findings: old ? [old] : [] };
  },

  calls: (integration) =>
    integration.role !== role
      ? []
      : calls.map((call): TryCall => {
          const { summary = '', body } = call.schema as { summary?: string; body?: TSchema };
          const { method, path } = call;
          return { name: nameOf(call), method, path: `/v1${path}`, summary, writes: method !== 'GET', fields: body };
        }),

  asks: ({ role: of }) => (of === role ? { Token: 'the token, which was told once' } : {}),

  build({ call, path, fields, secrets }) {
    const wanted = calls.find((one) => nameOf(one) === call);
    if (!wanted) throw new Error(`there is no call ${call} of ${dialect}`);
    const headers: Record<string, string> = { Authorization: `Bearer ${secrets.Token ?? ''}` };
    if (wanted.method !== 'GET') headers['Content-Type'] = 'application/json';
    const body = wanted.method === 'GET' ? '' : JSON.stringify(fields);
    return { method: wanted.method, url: `/v1${fillPath(wanted.path, path)}`, headers, body };
  },
};
