import type { Dialect } from '../../http/dialect.ts';
import { wordFailure } from './errors.ts';
import { dialect, platform } from './integration.ts';
import { outbound, wants } from './outbound.ts';
import { routes } from './routes.ts';
import { workbench } from './workbench.ts';

export { type Credentials, dialect, integrationOf, newCredentials, role } from './integration.ts';

/** 主动下单: order, pay, dispense, pickup codes, restock, for malls; and the uploads of machines that sell by themselves. */
export const activeOrder: Dialect = {
  name: dialect,
  roles: [platform],
  prefixes: ['/api/openapi/v1', '/api/app/v1'],
  routes,
  wordFailure,
  wants,
  outbound,
  workbench,
};
