import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ServerFolder } from './lay-out-folder.ts';
import { serverName } from './server-settings.ts';

/**
 * Whether the process is a PostgreSQL server that Polyvend started on this folder. A process id alone says nothing: after a
 * reboot it may be anybody's. A zombie has no command line and counts as gone.
 */
export function isServer(pid: number, at: ServerFolder): boolean {
  const command = readCommand(pid);
  return command.includes(` -D ${at.cluster} `) && command.includes(` cluster_name=${serverName} `);
}

/** The words of a process's command line, spaced; empty when there is no such process. */
export function readCommand(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return `${execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim()} `;
  } catch {
    return '';
  }
}
