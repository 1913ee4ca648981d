import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

export interface TestRun {
  passed: number;
  /** File and full name of each test that failed. */
  failed: readonly string[];
  /** Why it says nothing of the rule: it did not end, or fell over before or beside its tests. */
  broken?: string;
}

export interface TestRunOptions {
  files: readonly string[];
  title?: string | undefined;
  /** Ends at the first failure. */
  bail?: boolean;
  databaseUrl: string;
  /** Milliseconds after which it is ended. */
  patience: number;
}

interface Report {
  testResults: {
    name: string;
    message?: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

/** Runs test files of a copy of the repository, by its own runner. */
export async function runTests(root: string, options: TestRunOptions): Promise<TestRun> {
  const report = path.join(root, 'report.json');
  rmSync(report, { force: true });
  const runner = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const flags = ['--reporter=json', `--outputFile=${report}`, '--maxWorkers=1', '--testTimeout=20000', '--hookTimeout=40000'];
  if (options.bail) flags.push('--bail=1');
  if (options.title) flags.push(`--testNamePattern=${options.title}`);
  const child = spawn(process.execPath, [runner, 'run', ...flags, ...options.files], {
    cwd: root,
    // Quicker than a server for each run; databases are made and dropped within it.
    env: { ...process.env, TEST_DATABASE_URL: options.databaseUrl, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  // A group of its own: its workers end with it, and Ctrl-C does not reach it by itself.
  const end = () => {
    if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', end);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, options.patience);
  await new Promise<void>((resolve, reject) => child.once('error', reject).once('close', () => resolve()));
  clearTimeout(timer);
  process.off('exit', end);
  if (late) return { passed: 0, failed: [], broken: `did not end within ${options.patience / 1000} s` };
  if (!existsSync(report)) return { passed: 0, failed: [], broken: said.trim() || 'the runner wrote no report' };
  return readReport(JSON.parse(readFileSync(report, 'utf8')) as Report, root);
}

/** A file that could not be run says nothing: only a test that failed is proof. */
export function readReport({ testResults }: Report, root: string): TestRun {
  const of = (status: string) =>
    testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.filter((one) => one.status === status).map(({ fullName }) => `${path.relative(root, name)}: ${fullName}`),
    );
  const run = { passed: of('passed').length, failed: of('failed') };
  if (run.failed.length > 0) return run;
  const fallen = testResults.find(({ message }) => message);
  if (fallen) return { ...run, broken: `${path.relative(root, fallen.name)}: ${fallen.message}` };
  return run.passed > 0 ? run : { ...run, broken: 'no test was run' };
}
