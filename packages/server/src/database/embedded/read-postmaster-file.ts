import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerFolder } from './lay-out-folder.ts';

/** What a running server writes of itself into its data; undefined when there is no such file, or none with a process in it. */
export function readPostmasterFile(at: ServerFolder): { pid: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(at.cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Math.abs(Number(lines[0])); // negative in single-user mode
    return pid > 1 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
