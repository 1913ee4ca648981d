import type { FastifyInstance } from 'fastify';
import type { Dialect, DialectContext } from '../http/dialect.ts';
import type { LiveEvents } from './live-events.ts';

/** What the console's API is given to serve with. */
export interface ConsoleContext extends DialectContext {
  /** Of every protocol that is spoken. */
  dialects: readonly Dialect[];
  /** For calls of the hub to itself, without a network. */
  app: FastifyInstance;
  live: LiveEvents;
  /** Without a slash at its end. */
  publicUrl: string;
  /** Answers are held against their schemas: tests do. */
  checkAnswers: boolean;
  demo?: DemoMachines;
}

/** What the demo brings for its virtual machines to be seen and touched in the page. */
// biome-ignore lint/suspicious/noEmptyInterface: what it can do stands with the routes that use it.
export interface DemoMachines {}
