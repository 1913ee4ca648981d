import { mistake, type NamedKey } from '@polyvend/protocols/shared';
import {
  buildCall,
  type CallName,
  calls,
  encodePush,
  explainMessage,
  type PushName,
  pushes,
} from '@polyvend/protocols/smart-vending';
import { oldKey, splitUrl, type TryCall, type Workbench, without } from '../../http/workbench.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import { pushPath } from './errors.ts';
import { keyOf, roles } from './integration.ts';

const added = ['clientId', 'nonce_str', 'nonceStr', 'sign'];

const named = (one: Integration): NamedKey => {
  const finding = oldKey(one);
  return { name: 'key', key: keyOf(one), ...(finding && { finding }) };
};

const callsOf = ({ role }: Integration): CallName[] =>
  (Object.keys(calls) as CallName[]).filter((name) => (calls[name].side === 'mall') === (role === roles.customer));

export const workbench: Workbench = {
  explain({ url, body }, credentials) {
    const { path, query } = splitUrl(url);
    const call = (Object.keys(calls) as CallName[]).map((name) => calls[name]).find((one) => one.path === path);
    const [current] = credentials;
    const clientId = current?.wireId ?? '';
    const others = [{ name: 'clientId', key: clientId, finding: mistake('key.other', { name: 'clientId' }) }];
    return explainMessage({ query, body, form: call?.form ?? false }, { keys: credentials.map(named), others, clientId });
  },

  calls(integration) {
    const asked = callsOf(integration).map((name): TryCall => {
      const { methods, path, summary, params } = calls[name];
      const writes = name === 'createCode' || name === 'useCode';
      return { name, method: methods[0], path, summary, writes, fields: without(params, added) };
    });
    if (integration.role !== roles.customer) return asked;
    const told = (Object.keys(pushes) as PushName[]).map((name): TryCall => {
      const { fields, summary } = pushes[name];
      return {
        name: `push.${name}`,
        method: 'POST',
        path: pushPath + name,
        summary,
        writes: true,
        fields: without(fields, added),
      };
    });
    return [...asked, ...told];
  },

  asks: () => ({}),

  build({ call, fields }, [integration]) {
    const credentials = { clientId: integration.wireId, key: keyOf(integration) };
    const headers = { 'Content-Type': 'application/json' };
    const push = call.replace(/^push\./, '');
    if (call.startsWith('push.') && Object.hasOwn(pushes, push)) {
      return { method: 'POST', url: pushPath + push, headers, body: encodePush(fields, credentials) };
    }
    if (!Object.hasOwn(calls, call)) throw new Error(`there is no call ${call}`);
    const built = buildCall(call as CallName, fields, credentials);
    return { method: built.method, url: built.path, headers: built.body === undefined ? {} : headers, body: built.body ?? '' };
  },
};
