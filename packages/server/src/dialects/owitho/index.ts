import { calls, tokenPath } from '@polyvend/protocols/owitho';
import type { Dialect } from '../../http/dialect.ts';
import { freshen } from './calls/freshen.ts';
import { tellProducts } from './calls/tell-products.ts';
import { keepTokens } from './calls/tokens.ts';
import { wordFailure } from './errors.ts';
import { dialect, platform, thirdParty } from './integration.ts';
import { outbound, wants } from './outbound.ts';
import { routes } from './routes.ts';
import { workbench } from './workbench.ts';

export { type Credentials, dialect, integrationOf, newCredentials } from './integration.ts';

/** The owitho open platform (猩便利): as a third party, whose machines a platform sells, and as that platform. */
export const owitho: Dialect = {
  name: dialect,
  roles: [thirdParty, platform],
  prefixes: [tokenPath, ...Object.values(calls).map(({ path }) => path)],
  routes,
  wordFailure,
  wants,
  outbound,
  workbench,
  errands: [keepTokens, tellProducts],
  freshen,
};
