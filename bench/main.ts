// npm run bench [-- name …] [--write] [--profile]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Report, tableOf } from './kit/report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false } },
});
if (values.profile) process.env.POLYVEND_BENCH_PROFILES = path.join(import.meta.dirname, '../data/profiles');

// Only now: what is imported looks at the environment.
const benchmarks: Record<string, () => Promise<Report>> = {
  orders: (await import('./orders.ts')).benchOrders,
  latency: (await import('./latency.ts')).benchLatency,
  heartbeats: (await import('./heartbeats.ts')).benchHeartbeats,
  notifications: (await import('./notifications.ts')).benchNotifications,
  memory: (await import('./memory.ts')).benchMemory,
};

for (const name of positionals.length > 0 ? positionals : Object.keys(benchmarks)) {
  const bench = benchmarks[name];
  if (!bench) throw new Error(`There is no benchmark ${name}; there are ${Object.keys(benchmarks).join(', ')}.`);
  const report = await bench();
  console.log(`${tableOf(report)}\n`);
}
