import { sql } from 'kysely';
import { sessionCookie } from '../packages/server/src/console/authenticate.ts';
import { createIntegration } from '../packages/server/src/ledger/integrations/create-integration.ts';
import type { Ledger } from '../packages/server/src/ledger/ledger.ts';
import { createMerchant } from '../packages/server/src/ledger/merchants/create-merchant.ts';
import { createUser } from '../packages/server/src/ledger/staff/put-user.ts';
import { openSession } from '../packages/server/src/ledger/staff/sign-in.ts';
import { startBenchHub } from './kit/hub.ts';
import { fixed, type Report, whole } from './kit/report.ts';
import { median, quantile } from './kit/statistics.ts';
import { fillMachines, slotsEach } from './load/fill-machines.ts';
import { fillOrders } from './load/fill-orders.ts';

/** BENCH_ORDERS: fewer, to see whether it works. */
const most = { machines: 10_000, orders: Number(process.env.BENCH_ORDERS ?? 1_000_000) };
const sizes = [{ machines: most.machines / 10, orders: most.orders / 10 }, most];
const runs = 30;

/** What is asked for as the page asks for it; `half` is an order in the middle of the list, `machine` one of the machines. */
const questions: readonly { name: string; path: (size: Size) => string }[] = [
  { name: 'machines: trouble first', path: () => '/machines?sort=trouble' },
  { name: 'machines: by name, at 90 %', path: ({ machines }) => `/machines?sort=name&offset=${machines * 0.9}` },
  { name: 'machines: most sold today', path: () => '/machines?sort=sales' },
  { name: 'machines: “site 12”', path: () => '/machines?text=site%2012' },
  { name: 'machines: slot fault', path: () => '/machines?state=faulty' },
  { name: 'lines, with their machines', path: () => '/lines' },
  { name: 'sites, with their machines', path: () => '/sites' },
  { name: 'orders: newest', path: () => '/orders' },
  { name: 'orders: at 80 %', path: ({ half }) => `/orders?cursor=${half}` },
  { name: 'orders: of a machine', path: ({ machine }) => `/orders?machine=${machine}` },
  { name: 'orders: given back', path: () => '/orders?state=refunded' },
  { name: 'orders: paid, and nothing dropped', path: () => '/orders?trouble=true' },
];

interface Size {
  machines: number;
  orders: number;
  half: number;
  machine: number;
  cookie: string;
}

/** What pages of the console's lists take over HTTP, of a merchant and of one with ten times as much of everything. */
export async function benchConsoleLists(): Promise<Report> {
  const hub = await startBenchHub('console-lists');
  try {
    const tenants: Size[] = [];
    for (const size of sizes) tenants.push(await fill(hub.ledger, size));
    const [small, large] = tenants;
    const rows: string[][] = [];
    for (const { name, path } of questions) {
      // In turns: what others do on the machine meets both.
      const times: [number[], number[]] = [[], []];
      for (let run = -3; run < runs; run += 1) {
        for (const [n, size] of [small, large].entries()) {
          if (!size) continue;
          const took = await ask(`${hub.url}/v1${path(size)}`, size.cookie);
          if (run >= 0) times[n]?.push(took);
        }
      }
      const [few, many] = times;
      const ratio = fixed(median(many) / median(few));
      rows.push([name, fixed(median(few), 1), fixed(median(many), 1), fixed(quantile(many, 0.99), 1), ratio]);
    }
    const sized = ({ machines, orders }: { machines: number; orders: number }) =>
      `${whole(machines)} machines, ${whole(orders)} orders`;
    return {
      title: 'Pages of lists in the console, ms over HTTP',
      heads: ['50 rows of', ...sizes.map((size) => `${sized(size)}: p50`), 'p99', 'ratio'],
      rows,
      notes: [`${slotsEach} slots a machine, one in ten sold out, one in two hundred at fault.`],
    };
  } finally {
    await hub.stop();
  }
}

async function fill(ledger: Ledger, { machines, orders }: { machines: number; orders: number }): Promise<Size> {
  const { id: merchantId } = await createMerchant(ledger, { name: 'Bench' });
  const integrationId = await createIntegration(ledger, {
    merchantId,
    dialect: 'native',
    role: 'api',
    wireId: `bench-${merchantId}`,
  });
  await fillMachines(ledger, merchantId, machines, 20_000_000 + merchantId * 100_000);
  await fillOrders(ledger, merchantId, integrationId, orders);
  await sql`
    insert into sales_days (merchant_id, dimension, day, key, units, amount_cents, returned_units, returned_cents)
    select m.merchant_id, 'machine', to_char(now() at time zone t.time_zone - make_interval(days => d), 'YYYY-MM-DD'), m.id::text, 10, 3000 + m.id % 171, 0, 0
    from machines m join merchants t on t.id = m.merchant_id cross join generate_series(0, 29) as d
    where m.merchant_id = ${merchantId}`.execute(ledger.db);
  await sql`insert into sales_counters (merchant_id, days_zone) select id, time_zone from merchants where id = ${merchantId}`.execute(
    ledger.db,
  );
  await sql`vacuum (analyze) sales_days`.execute(ledger.db);
  const { rows } = await sql<{ half: number; machine: number }>`
    select min(id) + ${Math.floor(orders * 0.2)}::bigint as half, min(machine_id) as machine from orders
    where merchant_id = ${merchantId}`.execute(ledger.db);
  const login = `bench-${merchantId}`;
  const { id: userId } = await createUser(ledger, merchantId, { login, role: 'owner', password: 'correct horse battery staple' });
  const { token } = await openSession(ledger, { merchantId, userId, address: '127.0.0.1', agent: 'bench' });
  return { machines, orders, half: rows[0]?.half ?? 0, machine: rows[0]?.machine ?? 0, cookie: `${sessionCookie}=${token}` };
}

/** Milliseconds until the whole answer is there. */
async function ask(url: string, cookie: string): Promise<number> {
  const began = performance.now();
  const answer = await fetch(url, { headers: { cookie } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${text.slice(0, 200)}`);
  return performance.now() - began;
}
