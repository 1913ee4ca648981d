import type { Dialect } from '../../http/dialect.ts';
import { wordFailure } from './errors.ts';
import { api, dialect, webhook } from './integration.ts';
import { outbound, wants } from './outbound.ts';
import { routes } from './routes.ts';
import { workbench } from './workbench.ts';

export { type ErrorAnswer, Refusal, wordError } from './errors.ts';
export { dialect, integrationOf, newToken, role, scopesOf, tokenText } from './integration.ts';
export { authenticate as authenticateToken, readJson } from './verify.ts';

/** The hub's own API, for programs of the merchant's. */
export const native: Dialect = {
  name: dialect,
  roles: [api, webhook],
  prefixes: ['/v1'],
  routes,
  wordFailure,
  wants,
  outbound,
  workbench,
};
