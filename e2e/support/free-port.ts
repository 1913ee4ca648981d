import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections and to whoever asks for any: those may be taken before they are used. */
const [least, most] = [11_000, 32_000];

const given = new Set<number>();

/** A port of 127.0.0.1 that nobody has at the moment, for what has to be told its port and keep it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(least, most);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}
