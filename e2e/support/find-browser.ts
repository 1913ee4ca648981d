import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { LaunchOptions } from 'playwright-core';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Nothing of it looks for the network by itself; and it sees our own pages alone, in containers too. */
const quiet = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
  '--no-sandbox',
];

/** A Chrome or Chromium of the system's, else Playwright's own, else one that an npm package carries. */
export async function findBrowser(): Promise<LaunchOptions> {
  const installed = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  const found = installed ?? (existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined);
  if (found !== undefined) return { executablePath: found, args: quiet };
  carried ??= unpack();
  return await carried;
}

let carried: Promise<LaunchOptions> | undefined;

/** With the libraries that it brings, which it does only where it takes itself to be in its own cloud; for itself alone. */
async function unpack(): Promise<LaunchOptions> {
  const before = { ...process.env };
  try {
    process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
    const { default: chrome } = await import('@sparticuz/chromium');
    const executablePath = await chrome.executablePath();
    // In one process it does not bear several pages.
    const args = [...chrome.args.filter((arg) => arg !== '--single-process'), ...quiet];
    return { executablePath, args, env: { ...process.env } as Record<string, string> };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
