// npm run bench [-- name …] [--write] [--profile]
//   --write    puts the figures into docs/performance.md, with the machine that they are of
//   --profile  leaves a CPU profile of each benchmark's hub in data/profiles, for the developer tools of a browser
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine, describeNow, describeVersions, loadNow } from './kit/provenance.ts';
import { type Report, tableOf } from './kit/report.ts';
import { writeFigures } from './kit/write-figures.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false } },
});
// What is told to stop takes its hubs and loads along: they are ended at the exit of this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
if (values.profile) process.env.POLYVEND_BENCH_PROFILES = path.join(import.meta.dirname, '../data/profiles');

// Only now: what is imported looks at the environment.
const benchmarks: Record<string, () => Promise<Report>> = {
  orders: (await import('./orders.ts')).benchOrders,
  latency: (await import('./latency.ts')).benchLatency,
  heartbeats: (await import('./heartbeats.ts')).benchHeartbeats,
  notifications: (await import('./notifications.ts')).benchNotifications,
  sales: (await import('./sales.ts')).benchSales,
  'console-sales': (await import('./console-sales.ts')).benchConsoleSales,
  gateway: (await import('./gateway.ts')).benchGateway,
  owitho: (await import('./owitho.ts')).benchOwitho,
  books: (await import('./books.ts')).benchBooks,
  'first-view': (await import('./console-first-view.ts')).benchFirstView,
  'console-lists': (await import('./console-lists.ts')).benchConsoleLists,
  memory: (await import('./memory.ts')).benchMemory,
};

const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const unknown = names.find((name) => !benchmarks[name]);
if (unknown) throw new Error(`There is no benchmark ${unknown}; there are ${Object.keys(benchmarks).join(', ')}.`);

const before = loadNow();
const tables: Record<string, string> = {};
for (const name of names) {
  const report = await benchmarks[name]?.();
  if (!report) continue;
  tables[name] = tableOf(report);
  console.log(`${tables[name]}\n`);
}
const about = [describeMachine(), describeVersions(), describeNow(before)].map((line) => `- ${line}`).join('\n');
console.log(about);
if (values.write) {
  const file = path.join(import.meta.dirname, '../docs/performance.md');
  writeFigures(file, about, tables);
  console.log(`written into ${file}`);
}
