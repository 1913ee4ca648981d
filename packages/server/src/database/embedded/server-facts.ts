import { readFileSync } from 'node:fs';
import type { ServerFolder } from './lay-out-folder.ts';

/** What the hub notes of its running server for other processes on this machine. Kept after the stop for the port. */
export interface ServerFacts {
  pid: number;
  hub: number;
  port: number;
  url: string;
  /** The same server over TCP, for tools that cannot use a Unix socket. */
  tcp: string;
}

export function readFacts(at: ServerFolder): Partial<ServerFacts> {
  try {
    return JSON.parse(readFileSync(at.facts, 'utf8')) as Partial<ServerFacts>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}
