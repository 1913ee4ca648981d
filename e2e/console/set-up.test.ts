import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../support/find-browser.ts';
import { type HubProcess, openHubProcess } from '../support/hub-process.ts';
import { until } from '../support/until.ts';
import { shot } from './kit.ts';

// As a host does it who starts the hub without the demo: nobody is there yet.

let hub: HubProcess;
let browser: Browser;
beforeAll(async () => {
  hub = await openHubProcess();
  await hub.start();
  browser = await chromium.launch(await findBrowser());
});
afterAll(async () => {
  await browser?.close();
  await hub?.remove();
});

test('with the one-time code of the log the first owner comes in, and the code is good no more', async () => {
  // It is said once the hub is up, which may be heard later than that it is ready.
  const [, code = ''] = await until(() => /set-up code (\d{4}-\d{4}-\d{4})/.exec(hub.log()), 'the code', 60_000);
  const page = await (await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })).newPage();
  await page.goto(hub.url);
  await page.getByRole('link', { name: '去设置' }).click();
  await page.getByLabel('初始化码').fill('1111-2222-3333');
  await page.getByLabel('商户名称').fill('晨光零售');
  await page.getByLabel('你的用户名').fill('boss');
  await page.getByLabel('密码').fill('correct horse battery');
  await shot(page, 'set-up-zh');
  await page.getByRole('button', { name: '创建所有者账号' }).click();
  await page.getByText('初始化码错误或已失效').waitFor();
  await page.getByLabel('初始化码').fill(code);
  await page.getByRole('button', { name: '创建所有者账号' }).click();
  await page.getByText('晨光零售').waitFor();
  await page.getByRole('button', { name: 'boss' }).waitFor();

  // Nothing is there yet, and so nothing is praised: it is said what comes first, until it is done.
  await page.getByText('还没有机器。').waitFor();
  await page.getByRole('heading', { name: '开始使用' }).waitFor();
  expect(await page.getByText('一切正常。').count()).toBe(0);
  await shot(page, 'first-steps-zh');
  await page.getByRole('link', { name: '添加要销售的商品' }).click();
  await page.getByRole('heading', { name: '商品', exact: true }).waitFor();
  await page.getByRole('link', { name: '补货' }).click();
  await page.getByText('还没有机器。').waitFor();
  await page.getByRole('link', { name: '账套' }).click();
  await page.getByText('polyvend books create', { exact: true }).waitFor();
  await page.getByRole('link', { name: '操作日志' }).click();
  await page.getByRole('cell', { name: 'boss', exact: true }).waitFor();

  const answer = await fetch(`${hub.url}/v1/setup`);
  expect(await answer.json()).toEqual({ needed: false, merchant: null });
  // Restarted, it says no code any more.
  const before = hub.log().length;
  await hub.stop();
  await hub.start();
  expect(hub.log().slice(before)).not.toContain('set-up code');
});
