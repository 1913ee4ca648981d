import { afterEach, beforeEach, expect, test } from 'vitest';
import { bytesOf, listen, type TestServer } from './http-server.ts';
import { createLossyProxy, type LossyProxy } from './lossy-proxy.ts';
import type { WireFaults } from './wire-faults.ts';

let seen: string[];
let target: TestServer;
let proxy: LossyProxy;

beforeEach(async () => {
  seen = [];
  target = await listen(async (request, response) => {
    seen.push(`${request.method} ${request.url} ${(await bytesOf(request)).toString()}`);
    response.writeHead(request.url === '/teapot' ? 418 : 200, { 'X-Trace': String(request.headers['x-trace']) }).end('tea');
  });
  proxy = await createLossyProxy({ target: target.baseUrl, seed: 1 });
});
afterEach(async () => {
  await proxy.close();
  await target.close();
});

const send = (path: string, body = 'x') => fetch(proxy.baseUrl + path, { method: 'POST', body, headers: { 'X-Trace': '7' } });

test('a sound wire hands on what it is given, both ways', async () => {
  const answer = await send('/a?b=1', '{"可":1}');
  expect([answer.status, answer.headers.get('x-trace'), await answer.text()]).toEqual([200, '7', 'tea']);
  expect((await send('/teapot')).status).toBe(418);
  expect(await (await fetch(`${proxy.baseUrl}/get`)).text()).toBe('tea');
  expect(seen).toEqual(['POST /a?b=1 {"可":1}', 'POST /teapot x', 'GET /get ']);
  expect(await proxy.waitFor(({ path }) => path === '/teapot')).toMatchObject({ method: 'POST', status: 418 });
});

test.each<[Partial<WireFaults>, number, boolean]>([
  [{ loseRequest: 1 }, 0, false],
  [{ loseAnswer: 1 }, 1, false],
  [{ repeat: 1 }, 2, true],
  [{ repeat: 1, loseAnswer: 1 }, 2, false],
  [{ delay: 1, delayMs: [50, 50] }, 1, true],
])('%j: %d come, answered: %s', async (faults, count, answered) => {
  proxy.behave(faults);
  const began = performance.now();
  const sent = send('/a').then(
    () => true,
    () => false,
  );
  expect(await sent).toBe(answered);
  expect(seen).toHaveLength(count);
  if (faults.delay) expect(performance.now() - began).toBeGreaterThan(45);
});

test('a target that is down breaks the connection, and a new one is aimed at', async () => {
  proxy.aim('http://127.0.0.1:1');
  await expect(send('/a')).rejects.toThrow();
  proxy.aim(target.baseUrl);
  expect((await send('/a')).status).toBe(200);
});

test('the same seed has the same faults', async () => {
  async function fates(seed: number) {
    const other = await createLossyProxy({
      target: target.baseUrl,
      seed,
      faults: { loseRequest: 0.3, loseAnswer: 0.3, repeat: 0.3 },
    });
    for (let count = 0; count < 20; count++) await fetch(`${other.baseUrl}/${count % 2}`).catch(() => {});
    await other.close();
    return other.requests.map(({ fate }) => fate);
  }
  const first = await fates(1);
  expect(first).toHaveLength(20);
  expect(await fates(1)).toEqual(first);
  expect(await fates(2)).not.toEqual(first);
});
