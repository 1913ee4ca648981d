import type { Launcher } from './choose-launcher.ts';
import { runProgram } from './run-program.ts';

/** The major version of the programs, such as `18`; that they can be run at all is proved by the way. */
export async function askVersion(launcher: Launcher, postgres: string): Promise<string> {
  const words = await runProgram(launcher, postgres, ['--version']);
  return /\d+/.exec(words)?.[0] ?? '';
}
