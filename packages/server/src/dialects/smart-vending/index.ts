import type { Dialect } from '../../http/dialect.ts';
import { wordFailure } from './errors.ts';
import { inbound } from './inbound.ts';
import { customer, dialect, platform } from './integration.ts';
import { outbound, wants } from './outbound.ts';
import { routes } from './routes.ts';
import { workbench } from './workbench.ts';

export { type Credentials, dialect, integrationOf, newCredentials } from './integration.ts';

/** Smart Vending (映翰通): asked for machines, trades and statistics, and pushing them; and the same from the customer's side. */
export const smartVending: Dialect = {
  name: dialect,
  roles: [platform, customer],
  prefixes: ['/osapi', '/smart-vending/push'],
  routes,
  wordFailure,
  wants,
  outbound,
  workbench,
  inbound,
};
