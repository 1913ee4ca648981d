import type { FastifyInstance } from 'fastify';
import type { InboundDialect } from '../inbound/index.ts';
import type { Neighbours } from '../ledger/books/ports.ts';
import type { EventKind } from '../ledger/events/event.ts';
import type { Directory } from '../ledger/integrations/directory.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { GuardedHttp } from '../notifications/index.ts';
import type { OutboundDialect } from '../notifications/outbound-dialect.ts';
import type { Errand } from './errand.ts';
import type { Freshen, FreshStock } from './freshen.ts';
import type { IntegrationRole } from './integration-role.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { UrlCheck } from './url-check.ts';
import type { Workbench } from './workbench.ts';

/** What fails before a dialect's own code has the request, or beneath it; every dialect words it in its own form. */
export type HttpFailure =
  | 'not-found'
  | 'method-not-allowed'
  | 'too-large'
  | 'too-many-requests'
  | 'unavailable'
  | 'malformed'
  | 'internal';

export interface WordedFailure {
  status: number;
  body: unknown;
}

/** What a dialect is given to serve with. */
export interface DialectContext {
  ledger: Ledger;
  directory: Directory;
  limiter: RateLimiter;
  checkUrl: UrlCheck;
  /** Of a machine of another platform, before something is sold from it. */
  freshStock: FreshStock;
  /** The ERPs and the order sources of the sets of books. */
  neighbours: Neighbours;
}

/** A vendor's protocol, as the hub mounts it: at its own paths, and again under /i/{integration}. */
export interface Dialect {
  readonly name: string;
  /** The roles in which it meets others; the first is the usual one. */
  readonly roles: readonly IntegrationRole[];
  /** Paths that begin so are this dialect's, whatever happens to the request. */
  readonly prefixes: readonly string[];
  /** Routes at the paths that the vendor's document names. */
  routes(app: FastifyInstance, context: DialectContext): void;
  /** `path` is without query, doubled slashes and /i/{integration}. */
  wordFailure(failure: HttpFailure, path: string, requestId: string): WordedFailure;
  /** Kinds of events that it tells the outside of. */
  readonly wants: readonly EventKind[];
  /** `http` is for what must be fetched before something can be sent. */
  outbound(ledger: Ledger, directory: Directory, http: Pick<GuardedHttp, 'request'>): OutboundDialect;
  /** Says what is wrong with a request, and makes right ones. */
  readonly workbench: Workbench;
  /** What it does by itself, in processes of the role worker. */
  readonly errands?: readonly Errand[];
  /** Where we sell what lies in machines of those who speak it. */
  readonly freshen?: Freshen;
  /** Where other platforms tell us things in this dialect. */
  readonly inbound?: InboundDialect;
}
