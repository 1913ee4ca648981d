import type { Routes, Shape } from '../../packages/server/src/console/route.ts';
import { areas } from '../../packages/server/src/console/routes/index.ts';
import type { ServedRoute } from '../../packages/server/src/http/served-routes.ts';
import type { Permission } from '../../packages/server/src/ledger/staff/roles.ts';

export interface ConsoleRoute {
  method: string;
  /** Below /v1, with its parameters in braces. */
  path: string;
  needs: Permission | 'signed-in' | 'anyone';
  shape: Shape;
  /** Names of the parameters of its path. */
  parameters: string[];
  changes: boolean;
  /** Of all machines together. */
  everyMachine: boolean;
}

/** Every route of the console's API, as it is declared. */
export const consoleRoutes: readonly ConsoleRoute[] = Object.values<Routes>(areas).flatMap((routes) =>
  Object.entries(routes).map(([name, { needs, shape, everyMachine = false, ...rest }]) => {
    const [method = '', path = ''] = name.split(' ');
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter ?? '');
    return { method, path, needs, shape, parameters, changes: 'audit' in rest, everyMachine };
  }),
);

const served = new Set(consoleRoutes.map(({ method, path }) => `${method} /v1${path.replaceAll(/\{(\w+)\}/g, ':$1')}`));

/** Whether a served route is the console's. */
export const isConsoles = ({ method, url }: ServedRoute): boolean =>
  served.has(`${method} ${url}`) || url === '/v1/stream' || url.startsWith('/v1/demo/');
