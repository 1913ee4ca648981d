import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basePath } from '@polyvend/protocols/active-order';
import { expect, test } from 'vitest';
import { openHubProcess } from '../support/hub-process.ts';
import { type RawAnswer, rawRequest, until } from '../support/index.ts';
import { clockAhead, settle } from '../support/settle.ts';
import { openSite, productsByMachine, type Site } from '../support/site.ts';
import { startBuyersAt } from './buyers.ts';
import { expectNothingLost } from './testimony.ts';

/** Room for a cluster, its log of changes and a little more. */
const megabytes = 320;

/** A disk of its own, in memory, that can be filled without harm; undefined where this user may not mount one. */
async function smallDisk(): Promise<{ folder: string; remove(): Promise<void> } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'polyvend-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
  await chmod(folder, 0o755);
  return {
    folder,
    async remove() {
      execFileSync('umount', [folder]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Fills the disk to its last byte, and again when something has been freed. */
async function fill(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'filler');
  const file = await open(path, 'w');
  const write = async () => {
    for (const size of [1 << 20, 4096]) {
      const block = Buffer.alloc(size);
      while ((await statfs(folder)).bavail * 4096 >= size) {
        if (await file.write(block).then(({ bytesWritten }) => bytesWritten < size, isFull)) break;
      }
    }
  };
  await write();
  let filling = write();
  const timer = setInterval(() => {
    filling = filling.then(write);
  }, 100);
  return async () => {
    clearInterval(timer);
    await filling;
    await file.close();
    await rm(path);
  };
}

function isFull(error: unknown): true {
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return true;
  throw error;
}

test('a full disk is answered with 503, the hub lives, nothing is lost, and all goes on when there is room again', async ({
  skip,
}) => {
  const disk = await smallDisk();
  skip(disk === undefined, 'a tmpfs of its own cannot be mounted by this user (root can)');
  if (!disk) return;
  const ends: (() => Promise<unknown>)[] = [disk.remove];
  try {
    const hub = await openHubProcess({ dataFolder: join(disk.folder, 'data') });
    ends.push(() => hub.remove());
    await hub.start();
    const site = await openSite(hub, { stock: 10_000, behaviour: { dispenseMs: [2, 20] } });
    ends.push(() => site.stop());
    const buyers = await startBuyersAt(site);
    await until(() => buyers.promised.size > 10, 'sales before the disk is full');

    const empty = await fill(disk.folder);
    const [first] = await hub.withLedger(productsByMachine);
    const machineNo = first?.machineNo ?? '';
    const asked = new Set<string>();
    const order = async (tradeId = randomUUID().replaceAll('-', '')) => {
      asked.add(tradeId);
      const products = [{ product_id: first?.productIds[0] ?? 0, quantity: 1 }];
      const answer = await placeRaw(site, { machine_no: machineNo, products, trade_id: tradeId });
      const orderId = Number(answer.body?.data?.order_id);
      if (orderId > 0) buyers.promised.set(tradeId, { orderId, machineNo, paid: false, dispensing: [] });
      return answer;
    };
    // It takes what still fits into what PostgreSQL has set aside; that is up to 16 MB of changes.
    const refused = await until(
      async () => {
        const batch = await Promise.all(Array.from({ length: 50 }, () => order()));
        const others = batch.filter(({ status }) => status !== 200);
        expect(others.filter(({ status }) => status !== 503)).toEqual([]);
        return others[0];
      },
      'the first refusal',
      120_000,
    );
    expect(refused.body).toEqual({ code: 503, message: expect.any(String), data: {} });
    expect(refused.headers.get('content-type')).toContain('application/json');

    // It stays so, and the process with it.
    for (let n = 0; n < 20; n += 1) expect([200, 503]).toContain((await order()).status);
    expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
    expect(hub.isRunning()).toBe(true);

    await empty();
    await until(() => hub.isReady(), 'the hub to be ready when there is room', 60_000);
    const { size } = buyers.promised;
    await until(() => buyers.promised.size > size + 5, 'sales to go on', 60_000);
    expect(hub.isRunning()).toBe(true);
    // Asked again under its own number, each is there once.
    for (const tradeId of asked) expect([0, 6040]).toContain((await order(tradeId)).body.code);
    await buyers.stop();
    await hub.kill();

    const clock = clockAhead();
    const resumed = await hub.resume(clock);
    await settle(resumed, clock, site.machines);
    await expectNothingLost(resumed.ledger, site, buyers);
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}, 360_000);

function placeRaw({ hub, tenant, mall }: Site, order: Record<string, unknown>): Promise<RawAnswer> {
  const body = JSON.stringify({ ...order, notify_url: mall.notifyUrl() });
  return rawRequest(`${hub.url}${basePath}/orders`, { headers: tenant.headers, body });
}
