import type { FastifySchema } from 'fastify';
import type { FreshStock } from '../../../http/freshen.ts';
import type { Cause } from '../../../ledger/events/event.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import type { Permission } from '../../../ledger/staff/roles.ts';

/** One verified call. */
export interface Call {
  ledger: Ledger;
  integration: Integration;
  merchantId: number;
  path: Readonly<Record<string, string>>;
  body: unknown;
  /** The header of that name. */
  idempotencyKey: string | undefined;
  freshStock: FreshStock;
  cause: Cause;
}

export interface CallRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below /v1. */
  path: string;
  /** The scope that a token must have. */
  needs: Permission;
  /** For the page of the API. */
  schema: FastifySchema;
  handle(call: Call): Promise<unknown>;
}
