// The pictures of docs/console.md, of a demo that is started for it: npm run screenshots
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../e2e/support/find-browser.ts';
import { freePort } from '../../e2e/support/free-port.ts';
import { until } from '../../e2e/support/until.ts';
import { type Demo, pictures } from './pictures.ts';

const bin = join(import.meta.dirname, '../../packages/server/bin/polyvend.js');
const folder = join(import.meta.dirname, '../../docs/console');

const data = await mkdtemp(join(tmpdir(), 'polyvend-screenshots-'));
const [port, mqttPort] = [await freePort(), await freePort()];
const environment = { ...process.env, PORT: String(port), MQTT_PORT: String(mqttPort), POLYVEND_DATA: data, LOG_LEVEL: 'error' };
const hub = spawn(process.execPath, [bin, 'start', '--demo'], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
let browser: Browser | undefined;
try {
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true, 'the demo', 120_000);
  const demo = JSON.parse(await readFile(join(data, 'demo.json'), 'utf8')) as Demo;
  // Buyers, so that something has just happened.
  await promisify(execFile)(process.execPath, [bin, 'simulate', '--seconds', '12', '--rate', '1'], { env: environment });
  browser = await chromium.launch(await findBrowser());
  for (const { name, language = 'zh', phone = false, take } of pictures) {
    const viewport = phone ? { width: 390, height: 844 } : { width: 1280, height: 860 };
    const context = await browser.newContext({
      viewport,
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      isMobile: phone,
      hasTouch: phone,
    });
    const page = await context.newPage();
    await signIn(page, demo);
    await take(page, demo);
    // Fonts, pictures and movements come to their end.
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    console.log(`${name}.png`);
    await context.close();
  }
} finally {
  await browser?.close();
  hub.kill('SIGTERM');
  await new Promise((resolve) => hub.once('exit', resolve));
  await rm(data, { recursive: true, force: true });
}

async function signIn(page: Page, { baseUrl, console: { login, password } }: Demo): Promise<void> {
  await page.goto(`${baseUrl}/sign-in`);
  await page.locator('input[autocomplete=username]').fill(login);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('.shell-header').waitFor();
}
