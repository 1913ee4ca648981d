import { request } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy } from '../active-order/steps.ts';
import { type ConsoleHub, startConsoleHub } from './kit.ts';

let hub: ConsoleHub;
beforeAll(async () => {
  hub = await startConsoleHub({ time: 'running' });
});
afterAll(() => hub?.stop());

/** Bytes, compressed, until the first page of the day can be read and used. */
const most = { js: 300_000, css: 75_000 };

test('the first view is at most 300 KB of compressed script and 75 KB of styles, and none of it comes from elsewhere', async () => {
  const owner = await hub.person('owner');
  await hub.machine('spring');
  const page = await hub.page(owner, '/sign-in');
  const loaded = { js: new Set<string>(), css: new Set<string>() };
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(hub.url) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  page.on('response', (response) => {
    const ending = new URL(response.url()).pathname.split('.').at(-1);
    if (ending === 'js' || ending === 'css') loaded[ending].add(response.url());
  });
  await page.goto(`${hub.url}/`);
  await page.locator('.page-title').waitFor();
  await page.waitForLoadState('networkidle');
  for (const kind of ['js', 'css'] as const) {
    expect(loaded[kind].size).toBeGreaterThan(2);
    const sizes = await Promise.all([...loaded[kind]].map(sizeOf));
    expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThan(most[kind]);
  }
  expect(foreign).toEqual([]);
});

/** As it goes over the wire to a browser that takes brotli; it is what it says it is. */
async function sizeOf(url: string): Promise<number> {
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': 'br' } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
    })
      .on('error', reject)
      .end();
  });
  expect(brotliDecompressSync(bytes).length).toBeGreaterThan(0);
  return bytes.length;
}

test('what happens is told as it happens, to those whose merchant it is and whose machine it is', async () => {
  const machine = await hub.machine('spring');
  const other = await hub.machine('spring');
  const machineId = machine.id;
  const owner = await hub.person('owner');
  const refiller = await hub.person('refiller', { scope: { machineIds: [machineId], lineIds: [] } });
  const stranger = await hub.person('owner', { tenant: await hub.tenant() });
  const heard = await Promise.all([owner, refiller, stranger].map((person) => listen(hub, person.token)));
  try {
    await buy(hub, machine);
    await buy(hub, other);
    await expect.poll(() => heard[0]?.kinds.filter((kind) => kind === 'order.paid').length, { timeout: 15_000 }).toBe(2);
    await expect.poll(() => heard[1]?.kinds.filter((kind) => kind === 'order.paid').length, { timeout: 15_000 }).toBe(1);
    expect(heard[1]?.machines).toEqual(new Set([machineId]));
    // Of its own there may be something from just before.
    expect(heard[2]?.kinds.filter((kind) => kind.startsWith('order.'))).toEqual([]);
    expect([...(heard[2]?.machines ?? [])].filter((id) => [machineId, other.id].includes(id))).toEqual([]);
  } finally {
    for (const one of heard) one.close();
  }
});

async function listen({ url }: ConsoleHub, token: string) {
  const aborter = new AbortController();
  const response = await fetch(`${url}/v1/stream`, {
    headers: { cookie: `polyvend_session=${token}`, accept: 'text/event-stream' },
    signal: aborter.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const heard = { kinds: [] as string[], machines: new Set<number>(), close: () => aborter.abort() };
  const greeted = Promise.withResolvers<void>();
  void (async () => {
    let text = '';
    for await (const part of response.body ?? []) {
      text += Buffer.from(part).toString();
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        if (event.includes('event: hello')) greeted.resolve();
        const data = /^event: ledger\ndata: (.*)$/m.exec(event)?.[1];
        for (const { kind, machine_id } of JSON.parse(data ?? '[]') as { kind: string; machine_id: number }[]) {
          heard.kinds.push(kind);
          heard.machines.add(machine_id);
        }
      }
    }
  })().catch(() => undefined);
  await greeted.promise;
  return heard;
}
