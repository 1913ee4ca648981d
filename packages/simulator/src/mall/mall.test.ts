import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMall, type Mall } from './create-mall.ts';

let mall: Mall;
beforeEach(async () => {
  mall = await createMall();
});
afterEach(() => mall.close());

const send = (suffix?: string, init: RequestInit = {}) =>
  fetch(mall.notifyUrl(suffix), { method: 'POST', body: '{"order_id":60}', redirect: 'manual', ...init });

test('keeps what it is told', async () => {
  const waited = mall.waitFor(({ path }) => path.endsWith('/a'));
  expect(await (await send()).text()).toBe('success');
  await send('/a?x=1');
  await send('/a', { body: 'no json', headers: { 'x-trace': '7' } });
  expect(await waited).toMatchObject({ path: '/notify/a', body: 'no json', headers: { 'x-trace': '7' }, answered: 'ok' });
  expect(mall.callbacks.map(({ path }) => path)).toEqual(['/notify', '/notify/a?x=1', '/notify/a']);
  expect(mall.callbacks[0]?.body).toEqual({ order_id: 60 });
});

test('a callback is given to one that waits for it only', async () => {
  await send();
  await mall.waitFor(() => true);
  await expect(mall.waitFor(() => true, 30)).rejects.toThrow('Waited 30 ms for a callback');
});

test('fails as told, by path and by count', async () => {
  mall.behave({ kind: 'first', times: 2, fail: { kind: 'status', status: 503, retryAfter: 9 } }, '/flaky');
  const first = await send('/flaky');
  expect([first.status, first.headers.get('retry-after')]).toEqual([503, '9']);
  expect((await send()).status).toBe(200);
  expect((await send('/flaky')).status).toBe(503);
  expect((await send('/flaky')).status).toBe(200);
  mall.behave({ kind: 'redirect' });
  const redirected = await send();
  expect([redirected.status, redirected.headers.get('location')]).toEqual([302, '/redirected']);
  mall.behave({ kind: 'ok', status: 204, body: '' });
  expect((await send()).status).toBe(204);
});

test('hangs, drips, is slow, floods and hangs up', async () => {
  const impatience = new AbortController();
  mall.behave({ kind: 'hang' });
  const hanging = expect(send('', { signal: impatience.signal })).rejects.toThrow(/timeout|aborted/i);
  await mall.waitFor(({ answered }) => answered === 'hang');
  impatience.abort();
  await hanging;
  mall.behave({ kind: 'drip', everyMs: 10 });
  const dripping = await send();
  expect(dripping.status).toBe(200);
  const reader = dripping.body?.getReader();
  for (let drop = 0; drop < 3; drop += 1) expect(await reader?.read()).toMatchObject({ done: false });
  await reader?.cancel();
  mall.behave({ kind: 'slow', ms: 50 });
  const asked = performance.now();
  expect((await send()).status).toBe(200);
  expect(performance.now() - asked).toBeGreaterThan(45);
  mall.behave({ kind: 'huge', bytes: 3_000_001 });
  expect((await (await send()).arrayBuffer()).byteLength).toBe(3_000_001);
  mall.behave({ kind: 'reset' });
  await expect(send()).rejects.toThrow();
  expect(mall.callbacks.map(({ answered }) => answered)).toEqual(['hang', 'drip', 'slow', 'huge', 'reset']);
});
