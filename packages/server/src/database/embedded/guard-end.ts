import { endServer } from './end-server.ts';
import type { LaunchedServer } from './launch-server.ts';
import type { ServerFolder } from './lay-out-folder.ts';

/** Sees to it that the server ends with the hub, and that its ending by itself is told. Returns the orderly stop. */
export function guardEnd(
  at: ServerFolder,
  { child, pid }: LaunchedServer,
  log: (message: string) => void,
  onEnd: () => void,
): () => Promise<void> {
  // For process.exit and uncaught errors. A hub killed outright runs nothing: there the next start ends the server.
  const endWithHub = () => child.kill('SIGINT');
  process.once('exit', endWithHub);
  child.unref(); // the server alone is no reason for the hub to stay
  let stopping = false;
  child.once('exit', (code, signal) => {
    process.off('exit', endWithHub);
    if (stopping) return;
    log(`PostgreSQL (process ${pid}) ended by itself (${signal ?? `code ${code}`}); see ${at.log}`);
    onEnd();
  });
  return async () => {
    stopping = true;
    await endServer(pid, at, log);
    process.off('exit', endWithHub);
  };
}
