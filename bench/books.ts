import { dialect, role } from '../packages/server/src/dialects/gobox/index.ts';
import { issueBookToken } from '../packages/server/src/ledger/books/book-tokens.ts';
import { changeSetOfBooks } from '../packages/server/src/ledger/books/change-set-of-books.ts';
import { createSetOfBooks } from '../packages/server/src/ledger/books/create-set-of-books.ts';
import { putDevice } from '../packages/server/src/ledger/books/put-device.ts';
import { createMerchant } from '../packages/server/src/ledger/merchants/create-merchant.ts';
import { type BenchHub, startBenchHub } from './kit/hub.ts';
import { startLoad } from './kit/load.ts';
import { fixed, type Report, whole } from './kit/report.ts';
import { median, quantile } from './kit/statistics.ts';
import type { AskC8, ToldByC8 } from './load/c8.ts';

/** BENCH_BOOK_ORDERS: fewer, to see whether it works. */
const listed = Number(process.env.BENCH_BOOK_ORDERS ?? 1_000_000);
const imported = Math.min(5_000, listed);
const sideBySideSets = [1, 4];
const runs = 30;
const by = { by: 'operator', cause: { by: 'bench' } };

/** Orders brought into a simulated C8 per second, and what pages of the list take over many orders. */
export async function benchBooks(): Promise<Report> {
  const hub = await startBenchHub('books');
  const c8 = startLoad<AskC8, ToldByC8>('c8.ts');
  try {
    const { url, serviceKey } = await c8.run({ open: true });
    const rows: string[][] = [];
    let bills = 0;
    for (const sets of sideBySideSets) {
      const opened = await Promise.all(Array.from({ length: sets }, () => openSet(hub, url, serviceKey)));
      for (const set of opened) await fill(hub, set, Math.ceil(imported / sets));
      bills += Math.ceil(imported / sets) * sets;
      const cpu = (await hub.usage()).cpuSeconds;
      const done = c8.run({ bills });
      await Promise.all(opened.map(({ merchantId, setId }) => switchOn(hub, merchantId, setId)));
      const { seconds } = await done;
      const spent = ((await hub.usage()).cpuSeconds - cpu) * 1000;
      rows.push([
        `imports per second, ${sets} sets of books`,
        whole(imported / seconds),
        `${fixed(spent / imported)} ms CPU each`,
      ]);
    }
    const set = await openSet(hub, url, serviceKey);
    await fill(hub, set, listed);
    await hub.ledger.pool.query('vacuum analyze book_orders');
    for (const [name, query] of Object.entries({
      'first page': '',
      'page at 90 %': `&start=${Math.floor(listed * 0.9)}`,
      'first page of a device': '&dev_id=7',
      'a week, not imported': '&start_date=2024-06-01&end_date=2024-06-07&is_imported=0',
      'one order': '&trans_id=T77',
    })) {
      const times = await timed(hub, set.token, query);
      rows.push([`list of ${whole(listed)}: ${name}, p50 ms`, fixed(median(times), 1), `p99 ${fixed(quantile(times, 0.99), 1)}`]);
    }
    return { title: 'Orders into the books', heads: ['what', 'figure', ''], rows };
  } finally {
    await c8.stop();
    await hub.stop();
  }
}

interface OpenSet {
  merchantId: number;
  setId: number;
  token: string;
}

async function openSet({ ledger }: BenchHub, url: string, key: string): Promise<OpenSet> {
  const { id: merchantId } = await createMerchant(ledger, { name: 'bench' });
  const draft = { merchantId, number: String(merchantId), dialect, role, erp: { kind: 'c8', url, key }, by: 'operator' };
  const { id: setId } = await createSetOfBooks(ledger, draft);
  for (let devId = 0; devId < 50; devId += 1) {
    const ids = { storeId: 1, bankId: 2, memberId: 3, employeeId: 4, billType: 5 };
    await putDevice(ledger, { merchantId, setId, name: `device ${devId}`, devId, ...ids, ...by });
  }
  const { token } = await issueBookToken(ledger, { merchantId, setId, kind: 'user', userName: 'bench' });
  return { merchantId, setId, token };
}

/** Spread over a year and fifty devices. */
async function fill({ ledger }: BenchHub, { merchantId, setId }: OpenSet, count: number): Promise<void> {
  for (let done = 0; done < count; done += 100_000) {
    await ledger.pool.query(
      `insert into book_orders (merchant_id, set_id, trans_id, status, dev_id, ordered_at, changed_at, total_cents, products,
         received_at, received_by, due_at)
       select $1, $2, 'T' || n, 100, n % 50, at, at, 1250, $5::jsonb, now(), 'bench', now()
       from (select n, '2024-01-01'::timestamptz + interval '1 year' * (n / $4::float8) as at
         from generate_series($3::int + 1, least($3::int + 100000, $4::int)) as n) as o`,
      [merchantId, setId, done, count, JSON.stringify(products)],
    );
  }
}

const products = [
  { barcode: '6901028075831', name: '可口可乐', quantity: 2, amountCents: 660, costCents: 420 },
  { barcode: '6902083881405', name: '薯片', quantity: 1, amountCents: 590, costCents: 310 },
];

async function switchOn({ ledger }: BenchHub, merchantId: number, setId: number): Promise<void> {
  await changeSetOfBooks(ledger, merchantId, setId, { autoImport: true }, by.by, by.cause);
}

/** Milliseconds of each call, the first few not counted. */
async function timed({ url }: BenchHub, token: string, query: string): Promise<number[]> {
  const times: number[] = [];
  for (let run = -3; run < runs; run += 1) {
    const began = performance.now();
    const answer = await fetch(`${url}/api/orders?action=trade_view${query}`, { headers: { Token: token } });
    const { state } = (await answer.json()) as { state: number };
    if (state !== 1) throw new Error('The list was refused.');
    if (run >= 0) times.push(performance.now() - began);
  }
  return times;
}
