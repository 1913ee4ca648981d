import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect as connectDatabase } from '../../packages/server/src/database/connect.ts';
import { findEmbeddedServer, startEmbeddedServer } from '../../packages/server/src/database/embedded/index.ts';
import { createLedger } from '../../packages/server/src/ledger/create-ledger.ts';
import { addMachine } from '../../packages/server/src/ledger/machines/add-machine.ts';
import { secretKey } from '../../packages/server/src/secret-key.ts';
import { newTradeId } from '../active-order/steps.ts';
import { createTenant } from '../support/create-tenant.ts';
import { freePort } from '../support/free-port.ts';
import { slotDraft, until } from '../support/index.ts';

const bin = join(import.meta.dirname, '../../packages/server/bin/polyvend.js');

let folder: string;
let hub: ChildProcess;
let url: string;
/** Milliseconds within which a supervisor may expect the hub to end: it is under load here, and so is this machine. */
const patience = 20_000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyvend-stop-'));
  const ports = [await freePort(), await freePort()];
  url = `http://127.0.0.1:${ports[0]}`;
  const { DATABASE_URL: _, MQTT_URL: __, ...environment } = process.env;
  hub = spawn(process.execPath, [bin, 'start'], {
    env: {
      ...environment,
      HOST: '127.0.0.1',
      PORT: String(ports[0]),
      MQTT_HOST: '127.0.0.1',
      MQTT_PORT: String(ports[1]),
      POLYVEND_DATA: folder,
      LOG_LEVEL: 'fatal',
    },
    stdio: 'ignore',
  });
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady, 'the hub to be ready', 60_000);
});
afterEach(async () => {
  if (hub.exitCode === null) hub.kill('SIGKILL');
  const database = join(folder, 'postgres');
  if ((await findEmbeddedServer(database)) !== undefined)
    await (await startEmbeddedServer({ folder: database, log: () => {} })).stop();
  await rm(folder, { recursive: true, force: true });
});

/** The ledger beside the hub, or, once it has ended, in its place. */
async function withLedger<T>(databaseUrl: string, work: (ledger: ReturnType<typeof createLedger>) => Promise<T>): Promise<T> {
  const database = connectDatabase({ url: databaseUrl, maxConnections: 2 });
  try {
    return await work(createLedger({ database, secretKey: await secretKey(undefined, folder), relayed: [] }));
  } finally {
    await database.close();
  }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s in the middle of sales: what was answered is there, nothing is left behind, and it ends well',
  async (signal) => {
    const machineNo = '30000001';
    const shop = await withLedger((await findEmbeddedServer(join(folder, 'postgres'))) ?? '', async (ledger) => {
      const tenant = await createTenant(ledger, url);
      const slot = slotDraft('A', 0, { capacity: 10_000, onHand: 10_000, goodsId: tenant.goodsIds.get('1001') });
      const cabinets = [{ name: 'A', addr: 1, drive: 'spring' as const, slots: [slot] }];
      await addMachine(ledger, { merchantId: tenant.merchant.id, machineNo, name: machineNo, cabinets });
      return tenant;
    });
    const [product] = (await shop.client.products({ machine_no: machineNo })).data;
    const answered: number[] = [];
    /** Buys until there is no answer any more. */
    const buyer = async () => {
      for (;;) {
        const order = {
          machine_no: machineNo,
          products: [{ product_id: product?.id ?? 0, quantity: 1 }],
          trade_id: newTradeId(),
        };
        const placed = await shop.client.placeOrder({ ...order, notify_url: 'https://mall.example/' }).catch(() => undefined);
        if (!placed) return;
        answered.push(placed.order_id);
      }
    };
    const buyers = Array.from({ length: 8 }, buyer);
    await until(() => answered.length > 30, 'sales to go on');

    // Clients that say nothing, or not all of it, hold nothing up.
    const idle = [connect(Number(new URL(url).port)), connect(Number(new URL(url).port))];
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    idle[0]?.write('POST /api/openapi/v1/ping HTTP/1.1\r\nHost: hub\r\n');
    for (const socket of idle) socket.on('error', () => undefined);

    const ended = once(hub, 'exit', { signal: AbortSignal.timeout(patience) });
    hub.kill(signal);
    expect(await ended).toEqual([0, null]);
    await Promise.all(buyers);

    expect(await findEmbeddedServer(join(folder, 'postgres'))).toBeUndefined();
    const server = await startEmbeddedServer({ folder: join(folder, 'postgres'), log: () => {} });
    try {
      const kept = await withLedger(server.url, async (ledger) => {
        const orders = await ledger.db.selectFrom('orders').select('id').execute();
        return new Set(orders.map(({ id }) => id));
      });
      expect(answered.filter((id) => !kept.has(id))).toEqual([]);
      // Those under way when it was told to stop were answered too: none was carried out without a word.
      expect(kept.size).toBe(answered.length);
    } finally {
      await server.stop();
    }
  },
);
