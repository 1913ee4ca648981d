import { randomBytes } from 'node:crypto';
import { newWebhookSecret } from '@polyvend/protocols/native';
import type { IntegrationRole } from '../../http/integration-role.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import { type Permission, permissions } from '../../ledger/staff/roles.ts';
import { webhookTypes } from './map/webhook.ts';

/** As integrations name it: a program of the merchant's own, with a token of ours. */
export const dialect = 'native';
export const role = 'api';
/** Its URL is told what happens here. */
export const webhookRole = 'webhook';

/** A token: the part by which it is found, and the part that proves it. The whole is told once. */
export interface Token {
  id: string;
  secret: string;
}

export const newToken = (): Token => ({ id: randomBytes(8).toString('hex'), secret: randomBytes(24).toString('base64url') });

export const tokenText = ({ id, secret }: Token): string => `pv_${id}_${secret}`;

/** undefined for what is no token. */
export function readToken(text: string): Token | undefined {
  const [, id, secret] = /^pv_([0-9a-f]{16})_([A-Za-z0-9_-]{16,64})$/.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** The part of an integration that is made of its token. */
export const integrationOf = ({ id, secret }: Token) => ({ dialect, role, wireId: id, secret });

/** What a token without scopes of its own may do: what all of them could before there were any. */
const usualScopes: readonly Permission[] = ['sell', 'pos.write'];

/** What a token may do. */
export function scopesOf({ settings }: Pick<Integration, 'settings'>): readonly Permission[] {
  const { scopes } = settings;
  return Array.isArray(scopes) ? permissions.filter((one) => scopes.includes(one)) : usualScopes;
}

/** Programs of the merchant's own. */
export const api: IntegrationRole = {
  role,
  summary: "a program of the merchant's own, such as a cash register",
  given: {},
  confers: scopesOf,
  settings: {},
  create() {
    const token = newToken();
    return { draft: integrationOf(token), told: { Token: tokenText(token) } };
  },
  // The id is part of the token, and nobody keeps it for itself: the whole is new.
  rotate() {
    const token = newToken();
    return { credentials: integrationOf(token), told: { Token: tokenText(token) } };
  },
};

const secretKey = 'secret';

const webhookOf = (wireId: string, secret: string) => ({
  dialect,
  role: webhookRole,
  wireId,
  secrets: { [secretKey]: secret },
});

/** What a webhook is signed with. */
export const webhookSecretOf = ({ secrets }: Integration): string => secrets[secretKey] ?? '';

/** Each secret that counts: while one takes the place of another, both. */
export const webhookSecretsOf = (integration: Integration): string[] =>
  [webhookSecretOf(integration), integration.overlap?.secrets[secretKey] ?? ''].filter((secret) => secret !== '');

/** Where the ledger's own events are told, in the form of Standard Webhooks. */
export const webhook: IntegrationRole = {
  role: webhookRole,
  summary: 'a URL that is told what happens: webhooks in the form of Standard Webhooks',
  given: {},
  confers: () => ['machines.read', 'goods.read', 'orders.read', 'sales.read'],
  settings: {
    url: { type: 'url', about: 'where they are sent; without it nothing is', needed: true },
    events: { type: 'words', about: 'which types, with commas between; all unless told', choices: webhookTypes },
  },
  create() {
    const [id, secret] = [`wh_${randomBytes(8).toString('hex')}`, newWebhookSecret()];
    return { draft: webhookOf(id, secret), told: { Secret: secret } };
  },
  rotate({ wireId }) {
    const secret = newWebhookSecret();
    return { credentials: webhookOf(wireId, secret), told: { Secret: secret } };
  },
};

export interface WebhookSettings {
  /** '' where nothing is told. */
  url: string;
  /** Empty: all. */
  events: readonly string[];
}

export function webhookSettings({ settings: { url, events } }: Pick<Integration, 'settings'>): WebhookSettings {
  return {
    url: typeof url === 'string' ? url : '',
    events: Array.isArray(events) ? events.filter((one) => typeof one === 'string') : [],
  };
}
