import type { Ledger } from '../packages/server/src/ledger/ledger.ts';
import { listTrades, type TradeFilter } from '../packages/server/src/ledger/sales/list-trades.ts';
import { salesStatistic } from '../packages/server/src/ledger/sales/sales-statistic.ts';
import { startBenchHub } from './kit/hub.ts';
import { createPark } from './kit/park.ts';
import { fixed, type Report, whole } from './kit/report.ts';
import { median, quantile } from './kit/statistics.ts';
import { fillTrades, year } from './load/fill-trades.ts';

/** BENCH_TRADES: fewer, to see whether it works. */
const most = Number(process.env.BENCH_TRADES ?? 5_000_000);
const sizes = [most / 10, most];
const machines = 200;
const runs = 200;
const pageRows = 30;

/** Whole months, days, hours and ragged edges. */
const period = { from: new Date(year.from.getTime() + 1_023_000), to: new Date(year.to.getTime() - 1_387_000) };

/** What a statistic of 200 machines over a year takes, and pages of the list of trades, as the trades become ten times as many. */
export async function benchSales(): Promise<Report> {
  const hub = await startBenchHub('sales');
  try {
    const { ledger } = hub;
    const { merchantId } = await createPark(ledger, { machines, slots: 10 });
    const ids = await ledger.db.selectFrom('machines').select('id').where('merchant_id', '=', merchantId).orderBy('id').execute();
    const machineIds = ids.map(({ id }) => id);
    const measured: { statistic: number; row: string[] }[] = [];
    for (const trades of sizes) {
      await fillTrades(ledger, merchantId, trades);
      measured.push(await measure(ledger, merchantId, machineIds, trades));
    }
    const [small = Number.NaN, large = Number.NaN] = measured.map(({ statistic }) => statistic);
    return {
      title: 'Statistics and lists of sales, ms',
      heads: [
        'trades',
        `statistic, ${machines} machines × 1 year: p50`,
        'p99',
        'first page p50',
        'page at 80 % p50',
        'p99',
        'first page of a machine p50',
      ],
      rows: measured.map(({ row }) => row),
      notes: [`Ten times the trades: the statistic takes ${fixed(large / small)} times as long.`],
    };
  } finally {
    await hub.stop();
  }
}

async function measure(ledger: Ledger, merchantId: number, machineIds: readonly number[], trades: number) {
  const page = (filter: TradeFilter, cursor: number) => () => listTrades(ledger, merchantId, filter, { cursor, limit: pageRows });
  const statistic = await timed(() => salesStatistic(ledger, { merchantId, machineIds, ...period }));
  const first = await timed(page({}, 0));
  const deep = await timed(page({}, Math.floor(trades * 0.8)));
  const ofMachine = await timed(page({ machineId: machineIds[0] }, 0));
  const p50 = (times: readonly number[]) => fixed(median(times), 1);
  const p99 = (times: readonly number[]) => fixed(quantile(times, 0.99), 1);
  return {
    statistic: median(statistic),
    row: [whole(trades), p50(statistic), p99(statistic), p50(first), p50(deep), p99(deep), p50(ofMachine)],
  };
}

/** Milliseconds of each run; the first few, which warm up, are not counted. */
async function timed(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let run = -5; run < runs; run += 1) {
    const began = performance.now();
    await work();
    if (run >= 0) times.push(performance.now() - began);
  }
  return times;
}
