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
  await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true, `the demo: ${said}`, 90_000);
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
  const pasted = script
    .replaceAll('data/demo.json', join(data, 'demo.json'))
    .replaceAll('npx polyvend', `${process.execPath} ${bin}`);
  const { stdout } = await promisify(execFile)('bash', ['-c', pasted], { cwd: root, env: environment, timeout: 60_000 });
  expect(stdout).toContain('已取货');
  expect(stdout).toMatch(/notification\s+device\.delivery\.response/);
});
