import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { actions, gatewayPath, headers, readPublicKey, signBody, verifySignature } from '@polyvend/protocols/qianhub';
import { createCashRegister } from '@polyvend/simulator';
import { sql } from 'kysely';
import { integrationOf, newAppId } from '../packages/server/src/dialects/qianhub/index.ts';
import { createIntegration } from '../packages/server/src/ledger/integrations/create-integration.ts';
import { createMerchant } from '../packages/server/src/ledger/merchants/create-merchant.ts';
import { putShop } from '../packages/server/src/ledger/pos/put-shop.ts';
import { openHttp } from './kit/http-connection.ts';
import { type BenchHub, startBenchHub } from './kit/hub.ts';
import { fixed, megabytes, type Report, whole } from './kit/report.ts';
import { median, sleep } from './kit/statistics.ts';

/** GATEWAY_BILLS makes it shorter. */
const bills = Number(process.env.GATEWAY_BILLS ?? 100_000);
const connections = 32;
const roundMs = 3_000;
const queries = 3;

interface App {
  appId: string;
  key: KeyObject;
  publicKey: KeyObject;
}

/** Signatures verified per second, and what a query of very many bills costs: time, throughput, and memory, which must not grow with it. */
export async function benchGateway(): Promise<Report> {
  const hub = await startBenchHub('gateway');
  try {
    const { id: merchantId } = await createMerchant(hub.ledger, { name: 'gateway' });
    const rows: string[][] = [];
    for (const bits of [1024, 2048, 4096]) {
      const app = await addApp(hub, merchantId, bits);
      rows.push([`signatures of ${bits} bits verified in one thread`, `${whole(verifications(app))} a second`, '']);
      if (bits !== 4096)
        rows.push([`qianhub.test, ${bits} bits, ${connections} connections`, `${whole(await calls(hub, app))} a second`, '']);
    }
    rows.push(...(await longQuery(hub, merchantId)));
    return { title: 'The QianHub gateway', heads: ['', 'result', 'memory of the hub, resident'], rows };
  } finally {
    await hub.stop();
  }
}

async function addApp({ ledger }: BenchHub, merchantId: number, modulusLength: number): Promise<App> {
  const pair = generateKeyPairSync('rsa', { modulusLength });
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const caller = integrationOf({ appId: newAppId(), publicKey, everyShop: true });
  await createIntegration(ledger, { merchantId, ...caller });
  const read = readPublicKey(publicKey);
  if (!read) throw new Error('The key is none.');
  return { appId: caller.wireId, key: pair.privateKey, publicKey: read };
}

const testBody = '{"version":"1.0","action":"qianhub.test","body":{"name":"Jack"}}';

function verifications({ key, publicKey }: App): number {
  const signature = signBody(testBody, key);
  const began = performance.now();
  let done = 0;
  for (; performance.now() - began < roundMs; done += 100) {
    for (let n = 0; n < 100; n += 1)
      if (!verifySignature(testBody, signature, publicKey)) throw new Error('It was not verified.');
  }
  return (done * 1000) / (performance.now() - began);
}

async function calls(hub: BenchHub, { appId, key }: App): Promise<number> {
  const request = [
    `POST ${gatewayPath} HTTP/1.1`,
    'Host: hub',
    `${headers.app}: ${appId}`,
    `${headers.sign}: ${signBody(testBody, key)}`,
    `Content-Length: ${testBody.length}`,
    '',
    testBody,
  ].join('\r\n');
  const began = performance.now();
  let done = 0;
  async function buyer(): Promise<void> {
    const connection = await openHttp(hub.url);
    while (performance.now() - began < roundMs) {
      const { status } = await connection.send(request);
      if (status !== 200) throw new Error(`The gateway answered ${status}.`);
      done += 1;
    }
    connection.close();
  }
  await Promise.all(Array.from({ length: connections }, buyer));
  return (done * 1000) / (performance.now() - began);
}

async function longQuery(hub: BenchHub, merchantId: number): Promise<string[][]> {
  const shop = await putShop(hub.ledger, { merchantId, sn: '1', name: 'shop' }, { by: 'bench' });
  const document = JSON.stringify(createCashRegister({ url: hub.url, token: '', sn: '1' }).sell());
  await sql`
    insert into pos_records (merchant_id, shop_id, kind, key, version, latest, at, staff_id, staff_name, amount_cents, document, digest,
      source, received_at)
    select ${merchantId}, ${shop.id}, 'bill', n::text, 0, true, '2018-07-01T00:00:00+08'::timestamptz + n * interval '10 seconds', 1, '王店', 0,
      ${document}::json, sha256(n::text::bytea), 'register', now()
    from generate_series(1, ${bills}::int) as n`.execute(hub.ledger.db);
  await sql`vacuum analyze pos_records`.execute(hub.ledger.db);
  const app = await addApp(hub, merchantId, 1024);
  const idle = await hub.usage();
  const found: Awaited<ReturnType<typeof ask>>[] = [];
  for (let n = 0; n < queries; n += 1) found.push(await ask(hub, app, shop.id));
  const most = Math.max(...found.map(({ resident }) => resident));
  const of = (read: (one: (typeof found)[number]) => number) => median(found.map(read));
  return [
    ['before the queries', '', megabytes(idle.residentBytes)],
    [
      `${whole(bills)} bills in one answer: first byte after`,
      `${fixed(
        of(({ firstMs }) => firstMs),
        1,
      )} ms`,
      '',
    ],
    [
      'the same: the whole',
      `${fixed(
        of(({ seconds }) => seconds),
        1,
      )} s, ${megabytes(found[0]?.bytes ?? 0)}`,
      `at most ${megabytes(most)}`,
    ],
    ['the same: throughput', `${whole(of(({ seconds }) => bills / seconds))} bills a second`, ''],
  ];
}

async function ask(hub: BenchHub, { appId, key }: App, shop_id: number) {
  const range = { begin: '2018-07-01 00:00:00', end: '2018-07-31 23:59:59' };
  const query = { shop_id, boh_type: 'cashier.finish', ...range };
  const body = JSON.stringify({ version: '1.0', action: actions.query, body: query });
  let resident = 0;
  let reading = true;
  const watching = (async () => {
    for (; reading; await sleep(200)) resident = Math.max(resident, (await hub.usage()).residentBytes);
  })();
  const began = performance.now();
  const sent = { [headers.app]: appId, [headers.sign]: signBody(body, key) };
  const answer = await fetch(hub.url + gatewayPath, { method: 'POST', headers: sent, body });
  let firstMs = 0;
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    if (bytes === 0) firstMs = performance.now() - began;
    bytes += chunk.length;
  }
  const seconds = (performance.now() - began) / 1000;
  reading = false;
  await watching;
  if (answer.status !== 200) throw new Error(`The gateway answered ${answer.status}.`);
  return { firstMs, bytes, seconds, resident };
}
