import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { basePath } from '@polyvend/protocols/active-order';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest, startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { newTradeId, stockOf } from './steps.ts';

// The programs of the vendor's own page, with nothing changed but host, credentials and ids.

let hub: TestHub;
let machine: TestMachine;
let ids: number[];
beforeAll(async () => {
  hub = await startTestHub();
  machine = await hub.machine('spring', { onHand: 9 });
  ids = (await machine.products()).map(({ productId }) => productId);
});
afterAll(() => hub?.stop());

const url = () => `${hub.url}${basePath}/orders`;
const run = promisify(execFile);
const curl = await run('curl', ['--version']).then(
  () => true,
  () => false,
);

/** Go's `req.Header.Add`, no Content-Type, a space after colons and commas as in the page's text. */
function goBody(tradeId: string): string {
  const [a, b, c] = ids;
  return `{"machine_no": "${machine.machineNo}","notify_url": "https://mall.example/notify","trade_id": "${tradeId}","products": [{"product_id": ${a},"quantity": 1},{"product_id": ${b},"quantity": 1},{"product_id": ${c},"quantity": 1}]}`;
}

test('the Go program', async () => {
  const answer = await rawRequest(url(), {
    headers: { 'User-Agent': 'Go-http-client/1.1', ...hub.headers, 'Accept-Encoding': 'gzip' },
    body: goBody('3f2a58ad69b74e86b8a1a3da6fd75cc1'),
  });
  expect(answer.status).toBe(200);
  expect(answer.text).toMatch(/^\{"code":0,"message":"ok","data":\{"order_id":\d+\}\}$/);
  const order = await hub.client.order(answer.body.data.order_id, machine.machineNo);
  expect(order.records.map(({ product_id, quantity }) => [product_id, quantity])).toEqual(ids.slice(0, 3).map((id) => [id, 1]));
  expect(await stockOf(machine, 'A11')).toEqual({ onHand: 9, reserved: 1, forSale: 8 });
});

test('the PHP program, with slashes as json_encode escapes them', async () => {
  const products = ids.slice(0, 3).map((product_id) => ({ product_id, quantity: 1 }));
  const text = JSON.stringify({
    machine_no: machine.machineNo,
    notify_url: 'https://mall.example/notify/路径',
    products,
    trade_id: newTradeId(),
  });
  const body = text.replaceAll('/', '\\/').replace(/[\u4e00-\u9fff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);
  expect(body).toContain('https:\\/\\/mall.example\\/notify\\/\\u8def');
  const answer = await rawRequest(url(), { headers: { 'User-Agent': 'GuzzleHttp/7', ...hub.headers }, body });
  expect([answer.status, answer.body.code]).toEqual([200, 0]);
});

test.runIf(curl)('curl -d, which sends a form type', async () => {
  const [appId, appSecret] = [`Appid: ${hub.integration.appId}`, `AppSecret: ${hub.integration.appSecret}`];
  const { stdout } = await run('curl', ['-sS', url(), '-H', appId, '-H', appSecret, '-d', goBody(newTradeId())]);
  expect(stdout).toMatch(/^\{"code":0,"message":"ok","data":\{"order_id":\d+\}\}$/);
});

test.runIf(curl)('curl of a call without parameters, with no body and with an empty one', async () => {
  const headers = ['-H', `Appid: ${hub.integration.appId}`, '-H', `AppSecret: ${hub.integration.appSecret}`];
  const ping = `${hub.url}${basePath}/ping`;
  for (const body of [[], ['-d', '']]) {
    const { stdout } = await run('curl', ['-sS', '-X', 'POST', ping, ...headers, ...body]);
    expect(stdout).toBe('{"code":0,"message":"ok","data":"pong"}');
  }
});

test('a slot that is out of order answers as the page shows it', async () => {
  const jamming = await hub.machine('spring');
  jamming.virtual.script([{ outcome: 'jam' }]);
  const { productId } = await jamming.product('A11');
  await hub.client.testDispense({ machine_no: jamming.machineNo, channel_name: 'A11', notify_url: hub.mall.notifyUrl() });
  await hub.mall.waitFor(({ body }) => (body as { floor_status?: string }).floor_status === '2');
  const body = { machine_no: jamming.machineNo, notify_url: hub.mall.notifyUrl(), trade_id: newTradeId() };
  const answer = await hub.clear('/orders', { ...body, products: [{ product_id: productId, quantity: 1 }] });
  expect(answer.status).toBe(400);
  expect(answer.text).toBe('{"code":60002,"message":"商品已下架","data":{}}');
});
