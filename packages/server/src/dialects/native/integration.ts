import { randomBytes } from 'node:crypto';
import type { IntegrationRole } from '../../http/integration-role.ts';

/** As integrations name it: a program of the merchant's own, with a token of ours. */
export const dialect = 'native';
export const role = 'api';

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

/** Programs of the merchant's own. */
export const api: IntegrationRole = {
  role,
  summary: "a program of the merchant's own, such as a cash register",
  given: {},
  settings: {},
  create() {
    const token = newToken();
    return { draft: integrationOf(token), told: { Token: tokenText(token) } };
  },
};
