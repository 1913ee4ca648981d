import type { FastifyInstance } from 'fastify';

export interface ServedRoute {
  method: string;
  /** With its parameters as they are declared: `/api/openapi/v1/orders/:order_id`. */
  url: string;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Everything that is served, as it was registered: what is to hold for every route is checked against this. */
    servedRoutes: readonly ServedRoute[];
  }
}

/** Keeps the list of routes; to be called before the first of them is registered. */
export function keepServedRoutes(app: FastifyInstance): void {
  const served: ServedRoute[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) served.push({ method: one, url });
  });
  app.decorate('servedRoutes', served);
}
