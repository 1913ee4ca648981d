import type { Dialect } from '../../http/dialect.ts';
import { mirror } from './calls/mirror.ts';
import { wordFailure } from './errors.ts';
import { dialect, mirrorPlatform, platform } from './integration.ts';
import { outbound, wants } from './outbound.ts';
import { routes } from './routes.ts';
import { workbench } from './workbench.ts';

export { dialect, integrationOf, mirrorOf, mirrorRole, newAppId, role } from './integration.ts';

/** 彩虹云宝 / 食通宝: the gateway by which third parties read what cash registers tell. */
export const qianHub: Dialect = {
  name: dialect,
  roles: [platform, mirrorPlatform],
  prefixes: ['/gateway'],
  routes,
  wordFailure,
  wants,
  outbound,
  workbench,
  errands: [mirror],
};
