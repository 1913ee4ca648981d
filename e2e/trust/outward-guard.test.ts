import type { LookupAddress } from 'node:dns';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ActiveOrderError } from '@polyvend/protocols/active-order';
import { createMall } from '@polyvend/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integrationOf, newCredentials } from '../../packages/server/src/dialects/smart-vending/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { typePickupCode } from '../../packages/server/src/ledger/pickup-codes/type-pickup-code.ts';
import { refillSlots } from '../../packages/server/src/ledger/refills/refill-slots.ts';
import { systemResolve } from '../../packages/server/src/notifications/http/guarded-connect.ts';
import { listAttempts } from '../../packages/server/src/notifications/list-attempts.ts';
import { newTradeId, productsOf } from '../active-order/steps.ts';
import { startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';

// Whoever may order may name a URL that the hub will call. None of these gets it to call what only the hub can reach.

const closes: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

interface Canary {
  port: number;
  /** Connections that came, whatever they said. */
  touched(): number;
}

/** Stands for the service that only the hub can reach. */
async function canary(host: string): Promise<Canary> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  });
  await listening(server, host);
  return { port: portOf(server), touched: () => count };
}

async function listening(server: Server, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  closes.push(() => server.close());
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** Names as the DNS of an attacker would tell them; what is not among them is asked of the system. */
function namesOf(names: Record<string, () => Promise<LookupAddress[]> | LookupAddress[]>) {
  return async (hostname: string) => (names[hostname] ? await names[hostname]() : await systemResolve(hostname));
}
const v4 = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: 4 }));
const v6 = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: 6 }));

/** A sale whose outcome is to be told to `notifyUrl`; undefined when the hub did not take it. */
async function sell(hub: TestHub, machine: TestMachine, notifyUrl: string): Promise<number> {
  const { client } = machine.tenant;
  const machine_no = machine.machineNo;
  const products = await productsOf(machine, { A11: 1 });
  const { order_id } = await client.placeOrder({ machine_no, products, trade_id: newTradeId(), notify_url: notifyUrl });
  await client.updateOrder(order_id, { machine_no, status: 1 });
  const [record] = (await client.order(order_id, machine_no)).records;
  await client.dispense({ machine_no, order_id: String(order_id), record_id: String(record?.id) });
  await until(
    async () =>
      (await hub.hub.database.pool.query("select from events where kind = 'dispense.settled' and order_id = $1", [order_id]))
        .rowCount,
    `order ${order_id} to be settled`,
  );
  return order_id;
}

async function notificationOf(hub: TestHub, orderId: number): Promise<{ merchantId: number; id: number } | undefined> {
  const { rows } = await hub.hub.database.pool.query(
    'select merchant_id as "merchantId", id from notifications where order_id = $1',
    [orderId],
  );
  return rows[0];
}

/** Those that are over. */
async function attemptsOf(hub: TestHub, orderId: number) {
  const found = await notificationOf(hub, orderId);
  if (!found) return [];
  const attempts = await listAttempts(hub.hub.database, { merchantId: found.merchantId, notificationId: found.id });
  return attempts.filter(({ finishedAt }) => finishedAt !== null);
}

describe('with nothing allowed, as it is when nobody says otherwise', () => {
  let hub: TestHub;
  let machine: TestMachine;
  let target: Canary;
  let turns = 0;

  beforeAll(async () => {
    target = await canary('::');
    hub = await startTestHub({
      environment: { POLYVEND_ALLOW_PRIVATE: '' },
      resolve: namesOf({
        'loopback.example': () => v4('127.0.0.1'),
        'loopback6.example': () => v6('::1'),
        'mapped.example': () => v6('::ffff:127.0.0.1'),
        'compatible.example': () => v6('::127.0.0.1'),
        'nat64.example': () => v6('64:ff9b::7f00:1'),
        'sixtofour.example': () => v6('2002:7f00:1::'),
        'unspecified.example': () => v4('0.0.0.0'),
        'private.example': () => v4('10.0.0.1'),
        'carrier.example': () => v4('100.64.0.1'),
        'metadata.example': () => v4('169.254.169.254'),
        'local.example': () => v6('fe80::1'),
        'unique.example': () => v6('fd00:ec2::254'),
        'multicast.example': () => v4('224.0.0.1'),
        'mixed.example': () => v4('8.8.8.8', '127.0.0.1'),
        'both.example': () => [...v6('2606:4700::1111'), ...v4('127.0.0.1')],
        'turning.example': () => {
          turns += 1;
          return turns % 2 === 1 ? v4('127.0.0.1') : v4('127.0.0.2');
        },
        'nothing.example': () => [],
        'no-address.example': () => [{ address: 'localhost', family: 4 }],
      }),
    });
    closes.push(() => hub.stop());
    machine = await hub.machine('spring', { onHand: 500, capacity: 500 });
  });

  /** Hosts that are refused where the URL is given. */
  const written = [
    ...[
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '127.255.255.254',
      '127.0.0.1.',
      '2130706433',
      '0x7f000001',
      '0X7F000001',
      '017700000001',
    ],
    ...['0177.0.0.1', '0x7f.1', '0x7f.0x0.0x0.0x1', '00000177.0.0.1', '127.0x0.0.01', '0', '0.0.0.0', '0x0', '%31%32%37.0.0.1'],
    ...[
      '127%2e0%2e0%2e1',
      '１２７.０.０.１',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      '127．0．0．1',
      '127.0.\t0.1',
      '127.0.0.1\n',
      '12\u00ad7.0.0.1',
    ],
    ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[0000::0001]', '[::ffff:127.0.0.1]', '[::FFFF:7F00:1]', '[::ffff:0:127.0.0.1]'],
    ...['[::127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fe80::1]'],
    ...['[fd00:ec2::254]', '[fc00::1]', '[ff02::1]', '[::ffff:10.0.0.1]', '[::ffff:a9fe:a9fe]'],
    ...[
      '10.0.0.1',
      '10.255.255.255',
      '012.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '3232235777',
      '169.254.169.254',
    ],
    ...[
      '0xa9fea9fe',
      '2852039166',
      '0251.0376.0251.0376',
      '100.64.0.1',
      '192.0.0.192',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
  ];
  /** Whole URLs that are refused there. */
  const tricks = [
    'http://mall.example@127.0.0.1:PORT/',
    'http://mall.example:80@127.0.0.1:PORT/',
    'http://127.0.0.1:PORT@mall.example/',
    'http://mall.example%00@127.0.0.1:PORT/',
    'http:127.0.0.1:PORT/',
    'http:/127.0.0.1:PORT/',
    'http:///127.0.0.1:PORT/',
    'http:\\\\127.0.0.1:PORT/',
    'http://127.0.0.1:PORT\\@mall.example/',
    'http://127.0.0.1:PORT#@mall.example/',
    'http://127.0.0.1:PORT?@mall.example/',
    ' http://127.0.0.1:PORT/',
    'HTTP://127.0.0.1:PORT/',
    'h\tttp://127.0.0.1:PORT/',
    'https://127.0.0.1:PORT/',
    'ftp://127.0.0.1:PORT/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:PORT/_x',
    'dict://127.0.0.1:PORT/',
    'ws://127.0.0.1:PORT/',
    'unix:/var/run/docker.sock',
    'data:text/plain,x',
    'javascript:0',
    'blob:http://127.0.0.1:PORT/x',
    '//127.0.0.1:PORT/',
    'http://[::1%25lo]:PORT/',
    'http://[127.0.0.1]:PORT/',
    'http://127.0.0.1:PORT:80/',
    'http://999.0.0.1/',
    'http://127.0.0.1:99999/',
  ];
  /** Names: whom they lead to shows when they are called. */
  const named = [
    ...['localhost', 'localhost.', 'LOCALHOST', 'LocalHost', '%6c%6f%63alhost', 'ⓛocalhost', 'ｌocalhost', 'local\u00adhost'],
    ...['loopback.example', 'LOOPBACK.Example', 'loopback6.example', 'mapped.example', 'compatible.example', 'nat64.example'],
    ...['sixtofour.example', 'unspecified.example', 'private.example', 'carrier.example', 'metadata.example', 'local.example'],
    ...['unique.example', 'multicast.example', 'mixed.example', 'both.example', 'turning.example', 'nothing.example'],
    ...['no-address.example'],
  ];

  test('a URL that says where it leads is refused where it is given, by every call that takes one', async () => {
    const urls = [
      ...written.map((host) => `http://${host}:PORT/x`),
      ...written.map((host) => `https://${host}/latest/meta-data`),
      ...tricks,
    ];
    const machine_no = machine.machineNo;
    const [product] = await productsOf(machine, { A11: 1 });
    const { client } = hub;
    const calls: Record<string, (notify_url: string) => Promise<unknown>> = {
      order: (notify_url) =>
        client.placeOrder({ machine_no, products: product ? [product] : [], trade_id: newTradeId(), notify_url }),
      'test dispense': (notify_url) => client.testDispense({ machine_no, channel_name: 'A11', notify_url }),
      'use of a code': (notify_url) =>
        client.consume({
          machine_no,
          code: '123456',
          product_id: String(product?.product_id),
          trade_id: newTradeId(),
          notify_url,
        }),
    };
    const taken: string[] = [];
    for (const url of urls) {
      const notify_url = url.replace('PORT', String(target.port));
      for (const [name, call] of Object.entries(calls)) {
        const refusal = await call(notify_url).then(
          () => undefined,
          (error: unknown) => error,
        );
        const refused =
          refusal instanceof ActiveOrderError && refusal.code === 10001 && refusal.message.startsWith('notify_url ');
        if (!refused) taken.push(`${name} with ${JSON.stringify(notify_url)}: ${refusal}`);
      }
    }
    expect(taken).toEqual([]);
    expect(await hub.hub.database.pool.query('select from orders')).toMatchObject({ rowCount: 0 });
    expect(target.touched()).toBe(0);
  });

  test('a name that leads there is not called, however it is written and however often it changes', async () => {
    const orders = new Map<string, number>();
    for (const host of named) {
      orders.set(host, await sell(hub, machine, `http://${host}:${target.port}/x`));
      if (host.endsWith('.example')) orders.set(`${host} by TLS`, await sell(hub, machine, `https://${host}:${target.port}/x`));
    }
    for (let round = 0; round < 3; round += 1) {
      await hub.settle();
      hub.clock.advance(60);
    }
    for (const [name, orderId] of orders) {
      const attempts = await attemptsOf(hub, orderId);
      expect(attempts.length, name).toBeGreaterThan(1);
      for (const { status, error } of attempts) {
        expect([status, error], name).toEqual([null, expect.stringMatching(/^(refused address|name not found)$/)]);
      }
      if (name.includes('.example')) expect(attempts[0]?.error, name).toBe('refused address');
    }
    expect(turns).toBeGreaterThan(2);
    expect(target.touched()).toBe(0);
  });

  test('nor is it called where a customer of ours is pushed to, or as a mall that is asked about codes', async () => {
    const urls = [...written, ...named].flatMap((host) => [`http://${host}:PORT/x`, `https://${host}:PORT/x`]).concat(tricks);
    const tenant = await hub.tenant();
    const merchantId = tenant.merchant.id;
    const theirs = await hub.machine('spring', {}, tenant);
    const ids = new Map<number, string>();
    for (const url of urls) {
      const place = url.replace('PORT', String(target.port));
      const settings = { machineUrl: place, tradeUrl: place, prizeUrl: place, statusUrl: place, refillUrl: place };
      ids.set(await createIntegration(hub.ledger, { merchantId, ...integrationOf(newCredentials()), settings }), place);
    }
    await theirs.virtual.sell('010');
    await theirs.virtual.sell('011', { payStyle: 'game' });
    theirs.virtual.changeCondition({ door: 'open' });
    const { slotId } = await theirs.product('A13');
    const cause = { by: 'test' };
    const slots = [{ slotId, quantity: 1 }];
    await refillSlots(hub.ledger, { merchantId, machineId: theirs.id, slots, source: 'test', cause });
    await hub.machine('spring', { connect: false }, tenant);
    const methods = ['machine', 'trade', 'prize', 'status', 'refill'].map((push) => `push.${push}`);
    await until(
      async () => {
        hub.clock.advance(1);
        await hub.settle();
        const { rows } = await hub.hub.database.pool.query('select distinct method from notifications where merchant_id = $1', [
          merchantId,
        ]);
        return rows.length === methods.length;
      },
      'every push to be tried',
      90_000,
    );
    for (let round = 0; round < 2; round += 1) {
      hub.clock.advance(60);
      await hub.settle();
    }
    const { rows: tried } = await hub.hub.database.pool.query<{
      id: number;
      method: string;
      state: string;
      attempts: number;
      status: number | null;
    }>(
      `select n.integration_id as id, n.method, n.state, n.attempts, max(a.status) as status
       from notifications n join notification_attempts a on a.merchant_id = n.merchant_id and a.notification_id = n.id
       where n.merchant_id = $1 group by n.integration_id, n.id, n.method, n.state, n.attempts`,
      [merchantId],
    );
    expect(tried.filter(({ state, status }) => state === 'delivered' || status !== null).map(({ id }) => ids.get(id))).toEqual(
      [],
    );
    expect(new Set(tried.map(({ id, method }) => `${id} ${method}`)).size).toBe(ids.size * methods.length);
    for (const id of ids.keys()) await hub.changeIntegration(merchantId, id, { status: 'revoked' });

    const mallId = await createIntegration(hub.ledger, { merchantId, ...integrationOf(newCredentials()) });
    for (const [n, url] of urls.entries()) {
      await hub.changeIntegration(merchantId, mallId, {
        settings: { mallUrl: url.replace('PORT', String(target.port)) },
      });
      const typed = {
        merchantId,
        machineId: theirs.id,
        serial: `evil-${n}`,
        code: String(70_000_000 + n),
        typedAt: hub.clock.now(),
      };
      expect(await typePickupCode(hub.ledger, { ...typed, cause }), url).toEqual({ state: 'asked' });
      await hub.settle();
      hub.clock.advance(61);
    }
    await hub.settle();
    const { rows: claims } = await hub.hub.database.pool.query(
      'select distinct state from external_codes where merchant_id = $1',
      [merchantId],
    );
    expect(claims).toEqual([{ state: 'released' }]);
    expect(target.touched()).toBe(0);
  }, 240_000);

  test('what was stored before it was forbidden is not called either', async () => {
    // The clock has moved on in the tests before.
    await machine.beat();
    const orderId = await sell(hub, machine, `http://loopback.example:${target.port}/x`);
    await hub.settle();
    const { id, merchantId } = (await notificationOf(hub, orderId)) ?? {};
    for (const host of ['127.0.0.1', '[::1]', '2130706433', 'localhost']) {
      // Due when the clock has moved, so that the hub does not try it before by itself, and once more then.
      const values = [merchantId, id, `http://${host}:${target.port}/x`, new Date(hub.clock.now().getTime() + 3_600_000)];
      await hub.hub.database.pool.query(
        'update notifications set url = $3, state = $$waiting$$, next_attempt_at = $4 where merchant_id = $1 and id = $2',
        values,
      );
      hub.clock.advance(3_600);
      await hub.settle();
    }
    expect((await attemptsOf(hub, orderId)).map(({ error }) => error)).toEqual(
      Array.from({ length: 5 }, () => 'refused address'),
    );
    expect(target.touched()).toBe(0);
  });
});

describe('with a neighbour allowed, and nothing beside it', () => {
  let hub: TestHub;
  let machine: TestMachine;
  /** Of an address that is not allowed: 127.0.0.1 is, for the mall, and 127.0.0.2 for the evil one. */
  let forbidden: Canary;
  /** Of an address that is allowed, and that nobody named: what was asked for is all that is called. */
  let unnamed: Canary;
  let evil: Server;
  let handle: (request: IncomingMessage, response: ServerResponse) => void;
  const sockets = new Set<Socket>();
  const lookups: string[] = [];

  beforeAll(async () => {
    [forbidden, unnamed] = [await canary('127.0.0.3'), await canary('127.0.0.1')];
    evil = createHttpServer((request, response) => {
      request.resume();
      request.on('end', () => handle(request, response));
    });
    evil.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    });
    await listening(evil, '127.0.0.2');
    closes.push(() => (evil as ReturnType<typeof createHttpServer>).closeAllConnections());
    hub = await startTestHub({
      environment: { POLYVEND_ALLOW_PRIVATE: '127.0.0.1/32,127.0.0.2/32' },
      resolve: namesOf({
        'rebinding.example': () => {
          lookups.push('rebinding.example');
          return lookups.length === 1 ? v4('127.0.0.2') : v4('127.0.0.3');
        },
        ...Object.fromEntries(Array.from({ length: 10 }, (_, way) => [`way${way}.example`, () => v4('127.0.0.2')])),
        'stuck.example': () => new Promise<LookupAddress[]>(() => undefined),
      }),
    });
    closes.push(() => hub.stop());
    machine = await hub.machine('spring', { onHand: 500, capacity: 500 });
  });

  const evilUrl = (path = '/') => `http://127.0.0.2:${portOf(evil)}${path}`;
  const untouched = () => expect([forbidden.touched(), unnamed.touched()]).toEqual([0, 0]);

  /** An honest mall has its callback. */
  async function others(): Promise<void> {
    const orderId = await sell(hub, machine, hub.mall.notifyUrl());
    await hub.mall.waitFor(({ body }) => (body as { order_id?: number }).order_id === orderId);
  }

  test('a name that changes its answer is called where it was checked, and not where it leads afterwards', async () => {
    const hosts: unknown[] = [];
    handle = (request, response) => {
      hosts.push(request.headers.host);
      response.writeHead(500, { connection: 'close' }).end();
    };
    const url = `http://rebinding.example:${forbidden.port}/x`;
    // Both listen on one port number, each on its own address.
    const twin = createHttpServer((request, response) => handle(request, response));
    await new Promise<void>((resolve) => twin.listen(forbidden.port, '127.0.0.2', resolve));
    closes.push(() => twin.close());
    const orderId = await sell(hub, machine, url);
    await hub.settle();
    expect(hosts).toEqual([`rebinding.example:${forbidden.port}`]);
    for (let n = 0; n < 3; n += 1) {
      hub.clock.advance(60);
      await hub.settle();
    }
    const errors = (await attemptsOf(hub, orderId)).map(({ error }) => error);
    expect(errors).toEqual(['HTTP 500', 'refused address', 'refused address', 'refused address']);
    expect(lookups).toHaveLength(errors.length);
    untouched();
  });

  test.each([301, 302, 303, 307, 308, 300, 201, 200])('status %i with another place to go: nobody goes there', async (status) => {
    let calls = 0;
    const places = [
      `http://127.0.0.3:${forbidden.port}/`,
      `http://127.0.0.1:${unnamed.port}/`,
      '/again',
      'http://169.254.169.254/latest/meta-data',
      `http://127.0.0.3:${forbidden.port}/\r\nx`.slice(0, -3),
    ];
    for (const location of places) {
      handle = (_, response) => {
        calls += 1;
        response.writeHead(status, {
          location,
          refresh: `0; url=${location}`,
          'content-location': location,
          link: `<${location}>`,
        });
        response.end(`<meta http-equiv="refresh" content="0;url=${location}">`);
      };
      const orderId = await sell(hub, machine, evilUrl());
      await hub.settle();
      const [attempt] = await attemptsOf(hub, orderId);
      expect(attempt).toMatchObject({ status, error: status < 300 ? '' : expect.stringMatching(/^redirect/) });
      // Given up, so that it does not come again.
      await hub.hub.database.pool.query("update notifications set state = 'failed', finished_at = now() where state = 'waiting'");
    }
    expect(calls).toBe(places.length);
    untouched();
  });

  test('endless and huge answers are cut after what anyone would say, and their connections ended', async () => {
    let written = 0;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const pour = (response: ServerResponse) => {
      const more = () => {
        for (let room = true; room && !response.destroyed; written += chunk.length) room = response.write(chunk);
      };
      response.on('drain', more);
      more();
    };
    const answers: ((response: ServerResponse) => void)[] = [
      (response) => pour(response.writeHead(200)),
      (response) => pour(response.writeHead(200, { 'content-length': '109951162777600' })),
      (response) => pour(response.writeHead(200, { 'content-encoding': 'gzip' })),
      (response) => pour(response.writeHead(500)),
    ];
    for (const answer of answers) {
      written = 0;
      handle = (_, response) => answer(response);
      await sell(hub, machine, evilUrl());
      await hub.settle();
      await until(() => written > 0 && sockets.size === 0, 'the connection to be ended');
      // What the system's own buffers take is not the hub's.
      expect(written).toBeLessThan(32 * 2 ** 20);
    }
    await others();
  });

  test('drips, silence, and headers without end hold no worker, and are ended in time', async () => {
    const drip = (socket: Socket, first: string, more: string) => {
      socket.write(first);
      const timer = setInterval(() => socket.write(more), 50);
      socket.on('close', () => clearInterval(timer));
    };
    const ways: ((response: ServerResponse) => void)[] = [
      () => undefined,
      (response) => drip(response.socket as Socket, 'HTTP/1.1 200 OK\r\n\r\n', 'x'),
      (response) => drip(response.socket as Socket, 'HTTP/1.1 200 OK\r\n', 'x'),
      (response) => drip(response.socket as Socket, 'HTTP/1.1 200 OK\r\n', 'x: y\r\n'),
      (response) => drip(response.socket as Socket, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\nx\r\n'),
      (response) => drip(response.socket as Socket, 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\n'),
      (response) => drip(response.socket as Socket, '', '\0'),
    ];
    const called = new Set<number>();
    handle = (request, response) => {
      const way = Number(/\d+/.exec(request.headers.host ?? '')?.[0]);
      called.add(way);
      ways[way]?.(response);
    };
    // Each way at a host of its own, and more of each than one endpoint is given at once.
    const held: number[][] = [];
    for (const way of ways.keys()) held.push([await sell(hub, machine, `http://way${way}.example:${portOf(evil)}/`)]);
    held.push([await sell(hub, machine, `http://stuck.example:${forbidden.port}/`)]);
    for (const way of ways.keys()) {
      for (let n = 0; n < 3; n += 1) held[way]?.push(await sell(hub, machine, `http://way${way}.example:${portOf(evil)}/${n}`));
    }
    await until(() => called.size === ways.length, 'each of them to be called');
    for (let n = 0; n < 5; n += 1) await others();
    const ended = async (orderIds: readonly number[]) => {
      const attempts = (await Promise.all(orderIds.map((id) => attemptsOf(hub, id)))).flat();
      return attempts.length > 0 ? attempts : undefined;
    };
    for (const [way, orderIds] of held.entries()) {
      const attempts = await until(() => ended(orderIds), `way ${way} to be ended`, 30_000);
      for (const { status, error } of attempts) {
        expect([status, error], `way ${way}`).toEqual([
          null,
          expect.stringMatching(/time-out$|^malformed answer|^connection lost$/),
        ]);
      }
    }
    await others();
    untouched();
  });
});

test('a mall of the inside is reached once it is allowed: what refuses above is the guard', async () => {
  const hub = await startTestHub({
    environment: { POLYVEND_ALLOW_PRIVATE: '127.0.0.0/8' },
    resolve: namesOf({ 'loopback.example': () => v4('127.0.0.1') }),
  });
  try {
    const machine = await hub.machine('spring');
    const mall = await createMall({ clock: hub.clock });
    closes.push(() => mall.close());
    const url = mall.notifyUrl();
    for (const host of ['127.1', '2130706433', 'loopback.example']) {
      const orderId = await sell(hub, machine, url.replace('127.0.0.1', host));
      await mall.waitFor(({ body }) => (body as { order_id?: number }).order_id === orderId);
    }
  } finally {
    await hub.stop();
  }
});
