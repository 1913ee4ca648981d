import type { Dialect } from '../../http/dialect.ts';
import { wordFailure } from './errors.ts';
import { dialect, importer } from './integration.ts';
import { outbound, wants } from './outbound.ts';
import { routes } from './routes.ts';
import { workbench } from './workbench.ts';

export { dialect, role } from './integration.ts';

/** 无人售货机订单导入: takes a vending system's orders, and brings each into an ERP's books as a retail bill. */
export const gobox: Dialect = {
  name: dialect,
  roles: [importer],
  prefixes: ['/api/create_order', '/api/access_token', '/api/set_of_books', '/api/devices', '/api/orders'],
  routes,
  wordFailure,
  wants,
  outbound,
  workbench,
};
