import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Launcher } from './choose-launcher.ts';
import { superuser } from './create-cluster.ts';
import type { ServerFolder } from './lay-out-folder.ts';
import { runProgram } from './run-program.ts';
import { writePrivateFile } from './write-private-file.ts';

/**
 * Reads the password, or sets a new one through PostgreSQL's single-user mode, for which the server must not be running. So a
 * lost password file costs nothing but a start.
 */
export async function ensurePassword(at: ServerFolder, launcher: Launcher, postgres: string): Promise<string> {
  const kept = existsSync(at.password) ? readFileSync(at.password, 'utf8').trim() : '';
  if (kept) return kept;
  const password = randomBytes(24).toString('base64url');
  // By standard input, which no list of processes shows; and if it fails, the statement is not to appear in the error.
  const quiet = ['-c', 'log_min_error_statement=panic', '-c', 'log_checkpoints=off'];
  const statement = `ALTER ROLE ${superuser} PASSWORD '${password}'\n`;
  await runProgram(launcher, postgres, ['--single', '-D', at.cluster, ...quiet, 'postgres'], statement);
  writePrivateFile(at, at.password, `${password}\n`);
  return password;
}
