import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Launcher } from './choose-launcher.ts';
import { explainFailure } from './explain-failure.ts';

/** Runs one of PostgreSQL's programs to its end and returns what it printed; throws one plain line when it failed. */
export async function runProgram(launcher: Launcher, command: string, args: string[], input = ''): Promise<string> {
  const [program = command, ...rest] = [...launcher.prefix, command, ...args];
  const child = spawn(program, rest, { ...launcher.options, stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.on('error', () => {}); // a program that ends before it read is judged by its exit code
  child.stdin.end(input);
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    throw new Error(explainFailure(`${program} cannot be run`, String(error), launcher.hint));
  })) as [number | null];
  if (code !== 0) throw new Error(explainFailure(`${command} failed`, err || out, launcher.hint));
  return out;
}
