import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import type { Cause } from '../ledger/events/event.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Permission } from '../ledger/staff/roles.ts';
import type { Caller } from './caller.ts';
import type { ConsoleContext } from './context.ts';

/** What goes in and comes out, in the names of the wire (snake_case). Parameters of path and query are converted from text. */
export interface Shape {
  params?: TObject;
  query?: TObject;
  body?: TSchema;
  answer: TSchema;
}

type In<S extends TSchema | undefined> = S extends TSchema ? Static<S> : Record<never, never>;

/** A call that was authenticated, permitted and read. */
export interface Call<S extends Shape> {
  /** Of a change: within the transaction in which the audit is written. */
  ledger: Ledger;
  context: ConsoleContext;
  caller: Caller;
  merchantId: number;
  params: In<S['params']>;
  query: In<S['query']>;
  body: S['body'] extends TSchema ? Static<S['body']> : undefined;
  /** The bytes of the body, where `body` says nothing of them. */
  bytes: Buffer;
  cause: Cause;
  request: FastifyRequest;
}

/** An answer that is a file, and not JSON. */
export class FileAnswer {
  readonly contentType: string;
  readonly name: string;
  readonly content: Readable;
  constructor(contentType: string, name: string, content: Readable) {
    this.contentType = contentType;
    this.name = name;
    this.content = content;
  }
}

interface Described<S extends Shape> {
  summary: string;
  /** What may go wrong, and other things to know. */
  description?: string;
  shape: S;
  /** `signed-in`: whoever is; their own things. `anyone`: before there is a session. */
  needs: Permission | 'signed-in' | 'anyone';
  /** Is of all machines together: whoever may see some machines alone is refused. */
  everyMachine?: true;
  /** Most bytes of a body, where it may be longer than others'. */
  bodyLimit?: number;
}

/** Reads, and changes nothing. */
export interface Reading<S extends Shape> extends Described<S> {
  handle(call: Call<S>): Promise<Static<S['answer']> | FileAnswer>;
}

/** Changes something: what was changed, and what it was before and is after, is written down with it. */
export interface Changing<S extends Shape> extends Described<S> {
  audit: {
    /** What is changed, e.g. `machine 12`. */
    subject(call: Call<S>): string;
    /** As it is at the moment, without secrets; asked before and after, within the transaction. */
    read?(call: Call<S>): Promise<unknown>;
    /** What `after` is, where it is not what `read` says: of the answer, without secrets. */
    after?(answer: Static<S['answer']>, call: Call<S>): unknown;
  };
  /** Comes before the transaction of the change: what it writes stays, however the change ends. */
  first?(call: Call<S>): Promise<void>;
  /** Calls others, or takes several transactions: the audit is written behind it, in one of its own. */
  apart?: true;
  handle(call: Call<S>): Promise<Static<S['answer']>>;
}

export type ApiRoute<S extends Shape = Shape> = Reading<S> | Changing<S>;

/** For its types alone: what goes in and comes out is known from the shape. */
export function reading<const S extends Shape>(route: Reading<S>): Reading<S> {
  return route;
}

export function changing<const S extends Shape>(route: Changing<S>): Changing<S> {
  return route;
}

/** Under `GET /machines/{machine}`, below /v1. */
// biome-ignore lint/suspicious/noExplicitAny: routes of any shape stand in one list; each was checked where it was made.
export type Routes = Readonly<Record<string, Reading<any> | Changing<any>>>;
