import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../support/find-browser.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

// What README promises to a stranger: npm start, the console, and the first sale by pasting.

const root = join(import.meta.dirname, '../..');
const bin = join(root, 'packages/server/bin/polyvend.js');

let data: string;
let hub: ChildProcess;
let said = '';
let browser: Browser;
let environment: NodeJS.ProcessEnv;
let url: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'polyvend-demo-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const { DATABASE_URL: _, TEST_DATABASE_URL: __, MQTT_URL: ___, ...rest } = process.env;
  environment = { ...rest, PORT: String(port), MQTT_PORT: String(await freePort()), POLYVEND_DATA: data, HOST: '127.0.0.1' };
  hub = spawn(process.execPath, [bin, 'start', '--demo'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [hub.stdout, hub.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
  await until(
    async () => {
      if (hub.exitCode !== null) throw new Error(`The demo ended by itself:\n${said}`);
      return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok;
    },
    'the demo',
    100_000,
  );
  browser = await chromium.launch(await findBrowser());
});
afterAll(async () => {
  await browser?.close();
  if (hub && hub.exitCode === null) {
    const ended = new Promise((resolve) => hub.once('exit', resolve));
    hub.kill('SIGTERM');
    await ended;
  }
  await rm(data, { recursive: true, force: true });
});

test('the start prints who may sign in to the console, and the first page shows two weeks of sales', async () => {
  const [, login = '', password = ''] = /sign in as (\S+) with (\S+)/.exec(said) ?? [];
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await page.goto(url);
  await page.getByLabel('Name').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.shell-header').waitFor();
  // As the page would ask.
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const trades = await page.evaluate(
    async (query) => (await fetch(`/v1/trades?${query}`)).json(),
    `limit=200&from=${day(13)}&to=${day(1)}`,
  );
  expect(trades).toMatchObject({ items: { length: 200 } });
});

test('README’s first sale can be pasted: ordered, paid, dispensed, called back, and its whole life shown', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, script = ''] = /## The first sale[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  const paste = async (text: string) => {
    const pasted = text
      .replace('sleep 4;', `${patience};`)
      .replaceAll('data/demo.json', join(data, 'demo.json'))
      .replaceAll('npx polyvend', `${process.execPath} ${bin}`);
    return (await promisify(execFile)('bash', ['-c', pasted], { cwd: root, env: environment, timeout: 100_000 })).stdout;
  };
  let stdout = await paste(script);
  // One can in a hundred jams in the demo: then the next good is bought.
  if (stdout.includes('Goods are Stuck')) {
    stdout = await paste(script.replace('"product_id":1,', '"product_id":2,').replace('first-sale', 'second-sale'));
  }
  expect(stdout).toContain('已取货');
  expect(stdout).toMatch(new RegExp(told));
}, 240_000);

/** A line of `order show`, also to grep for. */
const told = 'notification  *device[.]delivery[.]response';

/** A person looks again where it takes longer than the few seconds. */
const patience = `for n in $(seq 20); do sleep 1; npx polyvend order show $ORDER | grep '${told}' >/dev/null && break; done`;
