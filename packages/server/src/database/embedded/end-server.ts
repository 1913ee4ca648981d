import { setTimeout as sleep } from 'node:timers/promises';
import { isServer } from './is-server.ts';
import type { ServerFolder } from './lay-out-folder.ts';

/** In order of growing force: a clean end, an end that costs a recovery at the next start, and the last resort. */
const steps = [
  { signal: 'SIGINT', patience: 10_000 },
  { signal: 'SIGQUIT', patience: 5_000 },
  { signal: 'SIGKILL', patience: 2_000 },
] as const;

/** Ends the server and waits until it is gone. Its sessions are cut off; what was committed stays. */
export async function endServer(pid: number, at: ServerFolder, log: (message: string) => void): Promise<void> {
  for (const { signal, patience } of steps) {
    if (!isServer(pid, at)) return;
    if (signal !== 'SIGINT') log(`PostgreSQL (process ${pid}) has not ended yet; sending ${signal}`);
    sendSignal(pid, signal);
    if (await isGone(pid, at, patience)) return;
  }
  throw new Error(`PostgreSQL (process ${pid}) on ${at.cluster} does not end. Its disk may hang; look there first.`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function isGone(pid: number, at: ServerFolder, patience: number): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(15)) {
    if (!isServer(pid, at)) return true;
  }
  return false;
}
