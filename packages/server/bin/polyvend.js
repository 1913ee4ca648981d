#!/usr/bin/env -S node --max-semi-space-size=8
// Plain JavaScript that an old Node understands too: Polyvend runs on Node 24, and npm brings one along, but the host's own may
// be older, and an install without install scripts leaves npm's out. So this looks before it starts, and says what to do.
// The flag above bounds the room for young objects (MB); with V8's own choice a hub with thousands of machines takes a hundred
// megabytes more.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import v8 from 'node:v8';

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));
const main = [join(here, '../src/cli/main.ts'), join(here, '../src/cli/main.js')].find((path) => existsSync(path));

if (!main) fail('Polyvend is incomplete: neither src/cli/main.ts nor src/cli/main.js is there. Install it again.');
else if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  // What is garbage is cleared away when the heap has grown by this many per cent: a hub is started once and stays for months,
  // and what thousands of machines connecting at once leave behind would stay with it.
  v8.setFlagsFromString('--heap-growing-percent=25');
  // From the second start on nothing is compiled again. A folder of our own: into the system's shared one anybody could put code.
  module.enableCompileCache(join(here, '../node_modules/.cache/compiled'));
  import(pathToFileURL(main).href).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
} else {
  const node = process.env.POLYVEND_RELAUNCHED ? undefined : findNode(here);
  if (node) relaunch(node);
  else {
    fail(
      `Polyvend needs Node ${NEEDED}, and this is Node ${process.versions.node}. npm brings the right one along as a package, ` +
        `which is missing here, most likely because install scripts were switched off. Run "npm rebuild node" in the folder ` +
        `of Polyvend, or install Node ${NEEDED} from https://nodejs.org, then start again.`,
    );
  }
}

/** The Node that npm installed, looked for upwards from here, since npm may hoist it. */
function findNode(from) {
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const system = process.platform === 'win32' ? 'win' : process.platform;
  for (const name of ['node', `node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`]) {
    const path = join(from, 'node_modules', name, 'bin', program);
    if (existsSync(path)) return path;
  }
  return dirname(from) === from ? undefined : findNode(dirname(from));
}

function relaunch(node) {
  const child = spawn(node, [...process.execArgv, main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, POLYVEND_RELAUNCHED: '1' },
  });
  // This process only stands for the other: it waits for its end, and hands on what was sent to it alone. A terminal sends
  // Ctrl-C to both by itself, and twice would mean "at once".
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`${node} cannot be run: ${error.message}. Install Node ${NEEDED} from https://nodejs.org.`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
