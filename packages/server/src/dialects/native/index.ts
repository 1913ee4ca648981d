import type { Dialect } from '../../http/dialect.ts';
import { wordFailure } from './errors.ts';
import { api, dialect } from './integration.ts';
import { outbound, wants } from './outbound.ts';
import { routes } from './routes.ts';

export { dialect, integrationOf, newToken, role, tokenText } from './integration.ts';

/** The hub's own API, for programs of the merchant's. */
export const native: Dialect = { name: dialect, roles: [api], prefixes: ['/v1'], routes, wordFailure, wants, outbound };
