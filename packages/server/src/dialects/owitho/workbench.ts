import {
  type CallName,
  calls,
  encodeEnvelope,
  explainEnvelope,
  explainTokenRequest,
  TokenParams,
  tokenPath,
  tokenUrl,
} from '@polyvend/protocols/owitho';
import { mistake, type NamedKey } from '@polyvend/protocols/shared';
import { oldKey, splitUrl, type TryCall, type Workbench, without } from '../../http/workbench.ts';
import { listChannelTokens } from '../../ledger/channel-links/channel-token.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { roles, secretKeyOf, utcWindowOf } from './integration.ts';

const secretName = 'Secret Key';

const reads: readonly CallName[] = ['machineQuery', 'orderQuery', 'testSign'];

const served = ({ role }: Integration): CallName[] =>
  (Object.keys(calls) as CallName[]).filter((name) => calls[name].at === (role === roles.platform ? 'platform' : 'third-party'));

async function tokensOf(ledger: Ledger, { merchant, id }: Integration): Promise<NamedKey[]> {
  const tokens = await listChannelTokens(ledger, merchant.id, id);
  return tokens.map(({ token, validUntil }, n) => ({
    name: 'accessToken',
    key: token,
    ...(n > 0 && { finding: { code: 'key.old' as const, level: 'note' as const, data: { until: validUntil.toISOString() } } }),
  }));
}

const secretOf = (one: Integration): NamedKey => {
  const finding = oldKey(one);
  return { name: secretName, key: secretKeyOf(one), ...(finding && { finding }) };
};

export const workbench: Workbench = {
  async explain({ url, body }, credentials, ledger) {
    const [current] = credentials;
    if (!current) throw new Error('no credentials');
    const { path, query } = splitUrl(url);
    const judging = { appId: current.wireId, now: ledger.clock.now(), windowMs: utcWindowOf(current) };
    const tokens = await tokensOf(ledger, current);
    if (path === tokenPath) {
      const others = tokens.map((one) => ({ ...one, finding: mistake('key.other', { name: 'accessToken' }) }));
      const asked = Object.fromEntries(new URLSearchParams(query));
      return explainTokenRequest(asked, { ...judging, keys: credentials.map(secretOf), others });
    }
    // A platform signs with the secret key where it has no token that is good; a third party never does.
    const secrets = credentials.map(secretOf);
    const taken = current.role === roles.thirdParty;
    const others = secrets.map((one) => ({ ...one, finding: mistake('key.secret-for-token') }));
    return explainEnvelope(body, taken ? { ...judging, keys: [...tokens, ...secrets] } : { ...judging, keys: tokens, others });
  },

  calls(integration) {
    const signed = served(integration).map((name): TryCall => {
      const { path, data, summary } = calls[name];
      return { name, method: 'POST', path, summary, writes: !reads.includes(name), fields: data };
    });
    if (integration.role !== roles.platform) return signed;
    const fields = without(TokenParams, ['appId', 'salt', 'utc', 'signature']);
    const summary = '获取accessToken: a new token, which ends the one before after its overlap';
    return [{ name: 'token', method: 'GET', path: tokenPath, summary, writes: true, fields }, ...signed];
  },

  asks: () => ({}),

  async build({ call, fields }, [integration], ledger) {
    const utc = ledger.clock.now().getTime();
    const stamp = { appId: integration.wireId, secretKey: secretKeyOf(integration), utc };
    if (call === 'token') return { method: 'GET', url: tokenUrl('', stamp), headers: {}, body: '' };
    if (!Object.hasOwn(calls, call)) throw new Error(`there is no call ${call}`);
    const tokens = (await tokensOf(ledger, integration)).slice(0, 1).map(({ key }) => key);
    if (tokens.length === 0 && integration.role === roles.platform) throw new Error('there is no token: ask for one first');
    const { appId, secretKey } = stamp;
    const body = encodeEnvelope(fields, { appId, tokens, secretKey, utc });
    return { method: 'POST', url: calls[call as CallName].path, headers: { 'Content-Type': 'application/json' }, body };
  },
};
