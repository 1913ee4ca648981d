import { sql } from 'kysely';
import { putGoods } from '../packages/server/src/ledger/catalog/put-goods.ts';
import type { Ledger } from '../packages/server/src/ledger/ledger.ts';
import { browseTrades } from '../packages/server/src/ledger/sales/browse-trades.ts';
import { compareToday } from '../packages/server/src/ledger/sales/compare-today.ts';
import { keepSalesDays, merchantsToKeep } from '../packages/server/src/ledger/sales/keep-sales-days.ts';
import type { SalesDimension } from '../packages/server/src/ledger/sales/sales-dimension.ts';
import type { SalesFilter } from '../packages/server/src/ledger/sales/sales-filter.ts';
import { sumSales } from '../packages/server/src/ledger/sales/sum-sales.ts';
import { startBenchHub } from './kit/hub.ts';
import { createPark } from './kit/park.ts';
import { fixed, type Report, whole } from './kit/report.ts';
import { median, quantile } from './kit/statistics.ts';
import { fillTrades, year } from './load/fill-trades.ts';

/** BENCH_TRADES: fewer, to see whether it works. */
const trades = Number(process.env.BENCH_TRADES ?? 1_000_000);
const machines = 200;
const goodsCount = 120;
const runs = 20;

/** What the page of sales asks for, over a year of so many trades. */
export async function benchConsoleSales(): Promise<Report> {
  const hub = await startBenchHub('console-sales');
  try {
    const { ledger } = hub;
    const { merchantId } = await createPark(ledger, { machines, slots: 10 });
    await fillTrades(ledger, merchantId, trades);
    const goodsIds = await spreadGoods(ledger, merchantId);
    const { seconds: made, longest } = await makeSums(ledger, merchantId);
    await sql`vacuum (analyze) trades, sales_days`.execute(ledger.db);
    const [{ id: machineId } = { id: 0 }] = await ledger.db.selectFrom('machines').select('id').orderBy('id').limit(1).execute();
    const { rows: sizes } = await sql<{ days: number; bytes: number }>`
      select count(*)::int as days, pg_total_relation_size('sales_days')::bigint as bytes from sales_days`.execute(ledger.db);
    const sum =
      (dimension: SalesDimension, filter: SalesFilter = {}) =>
      () =>
        sumSales(ledger, { merchantId, from: '2024-01-01', to: '2024-12-31', dimension, filter, offset: 0, limit: 50 });
    const then: Ledger = { ...ledger, clock: { now: () => new Date(year.to.getTime() - 6 * 3_600_000) } };
    const asked: [string, () => Promise<unknown>][] = [
      ['a year by day', sum('day')],
      ['a year by goods', sum('goods')],
      ['a year by machine', sum('machine')],
      ['a year by pay style', sum('pay-style')],
      ['a year by time of day', sum('hour-of-day')],
      ['a year of a machine by goods', sum('goods', { machineIds: [machineId] })],
      ['a year of a good by machine', sum('machine', { goodsIds: goodsIds.slice(0, 1) })],
      ['a year of a pay style by goods', sum('goods', { payStyles: ['cash'] })],
      ['today against last week', () => compareToday(then, { merchantId, order: 'sales', most: 5 })],
      ['the latest trades, first page', () => browseTrades(ledger, { merchantId, filter: {}, limit: 50 })],
      [
        'the latest trades of a good',
        () => browseTrades(ledger, { merchantId, filter: { goodsIds: goodsIds.slice(0, 1) }, limit: 50 }),
      ],
    ];
    const rows: string[][] = [];
    for (const [name, work] of asked) {
      const times = await timed(work);
      rows.push([name, fixed(median(times), 1), fixed(quantile(times, 0.95), 1)]);
    }
    const [{ days, bytes } = { days: 0, bytes: 0 }] = sizes;
    return {
      title: `Sales of the console over ${whole(trades)} trades of ${machines} machines, ms`,
      heads: ['asked for', 'p50', 'p95'],
      rows,
      notes: [
        `The sums by day are ${whole(days)} rows, ${fixed(bytes / 2 ** 20, 0)} MiB; made anew for all trades: ${fixed(made, 1)} s, in steps of ${fixed(longest, 0)} ms at most.`,
      ],
    };
  } finally {
    await hub.stop();
  }
}

/** From nothing, as for a merchant that was there before the sums were; the hub takes steps meanwhile, as it does. */
async function makeSums(ledger: Ledger, merchantId: number): Promise<{ seconds: number; longest: number }> {
  await sql`truncate sales_days`.execute(ledger.db);
  await sql`update sales_counters set days_zone = null, days_seq = 0 where merchant_id = ${merchantId}`.execute(ledger.db);
  const began = performance.now();
  let longest = 0;
  while ((await merchantsToKeep(ledger)).length > 0) {
    const step = performance.now();
    await keepSalesDays(ledger, merchantId);
    longest = Math.max(longest, performance.now() - step);
  }
  return { seconds: (performance.now() - began) / 1000, longest };
}

/** Every machine sells a part of the goods. */
async function spreadGoods(ledger: Ledger, merchantId: number): Promise<number[]> {
  const drafts = Array.from({ length: goodsCount }, (_, n) => ({ number: `b${n}`, name: `Good ${n}`, priceCents: 300 }));
  const ids = [...(await putGoods(ledger, merchantId, drafts, { by: 'bench' })).values()];
  const slice = 50_000;
  for (let from = 0; from < trades; from += slice) {
    await sql`
      update trades set goods_id = (${ids}::bigint[])[1 + (machine_id * 7 + slot_id) % ${goodsCount}], goods_number = 'b'
      where merchant_id = ${merchantId} and seq > ${from} and seq <= ${from + slice}`.execute(ledger.db);
  }
  return ids;
}

/** Milliseconds of each run; the first few, which warm up, are not counted. */
async function timed(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let run = -3; run < runs; run += 1) {
    const began = performance.now();
    await work();
    if (run >= 0) times.push(performance.now() - began);
  }
  return times;
}
