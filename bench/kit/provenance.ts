import { readFileSync } from 'node:fs';
import { cpus, freemem, loadavg, totalmem, type } from 'node:os';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';

const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** The machine, so that nobody takes a figure for one of another. */
export function describeMachine(): string {
  const models = new Set(cpus().map(({ model }) => model));
  return `${[...models].join(', ')}, ${cpus().length} cores, ${gigabytes(totalmem())} of memory (${gigabytes(freemem())} free), ${type()} ${kernel()}`;
}

export function describeNow(): string {
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, load of the machine before: ${loadavg()[0]?.toFixed(2)}`;
}

export async function describePostgres({ pool }: Ledger): Promise<string> {
  const { rows } = await pool.query<{ version: string; fsync: string }>(
    "select current_setting('server_version') as version, current_setting('fsync') as fsync",
  );
  return `PostgreSQL ${rows[0]?.version} (fsync ${rows[0]?.fsync})`;
}

function kernel(): string {
  try {
    return readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
  } catch {
    return '';
  }
}
