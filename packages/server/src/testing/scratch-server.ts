import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface ScratchServer {
  url: string;
  stop(): Promise<void>;
}

/** Durability is what tests do not need. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/**
 * The server of TEST_DATABASE_URL or DATABASE_URL, where only databases made here are touched; without them an embedded one in
 * a folder for the occasion.
 */
export async function startScratchServer(): Promise<ScratchServer> {
  const given = process.env.TEST_DATABASE_URL || process.env.DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const { startEmbeddedServer } = await import('../database/embedded/index.ts');
  const folder = path.join(tmpdir(), `polyvend-test-${randomBytes(6).toString('hex')}`);
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const server = await startEmbeddedServer({ folder, log: () => {}, settings });
    // At an exit in mid-run (Ctrl-C) the server is told to end by its own handler, which comes before this one.
    const removeAtExit = (): void => {
      waitUntilEnded(folder);
      remove();
    };
    process.once('exit', removeAtExit);
    const stop = async (): Promise<void> => {
      await server.stop();
      process.off('exit', removeAtExit);
      remove();
    };
    return { url: server.url, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

/** At exit nothing asynchronous happens any more. PostgreSQL removes this file last. */
function waitUntilEnded(folder: string): void {
  const still = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < 150 && existsSync(path.join(folder, 'cluster', 'postmaster.pid')); i++) Atomics.wait(still, 0, 0, 20);
}
