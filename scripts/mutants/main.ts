// npm run test:mutants [words of a rule's name]: takes each rule out of a copy of the code, and sees that a test catches it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { startScratchServer } from '../../packages/server/src/testing/scratch-server.ts';
import { copyRepository } from './copy-repository.ts';
import { type Mutant, takeOut } from './mutant.ts';
import { rules } from './rules/index.ts';
import { runTests, type TestRun } from './run-tests.ts';

const root = path.join(import.meta.dirname, '..', '..');
const patience = { rule: 120_000, baseline: 300_000 };

const wanted = process.argv.slice(2).join(' ');
const mutants = rules.filter(({ name }) => name.includes(wanted));
const folder = mkdtempSync(path.join(tmpdir(), 'polyvend-mutants-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const server = await startScratchServer();
const failures: string[] = [];
let next = 0;
let caughtRules = 0;
try {
  const copies = Array.from({ length: Math.min(2, availableParallelism()) }, (_, n) => path.join(folder, `copy-${n}`));
  for (const copy of copies) copyRepository(root, copy);
  await checkBaseline(copies[0] ?? '');
  if (failures.length === 0) await Promise.all(copies.map((copy) => work(copy)));
} finally {
  await server.stop();
}
for (const failure of failures) console.error(failure);
console.log(`\n${mutants.length} rules, ${caughtRules} caught`);
process.exitCode = failures.length > 0 || mutants.length === 0 ? 1 : 0;

/** With all rules in place everything passes: else a failure would prove nothing. */
async function checkBaseline(copy: string): Promise<void> {
  let passed = 0;
  for (const [title, together] of Map.groupBy(mutants, (mutant) => mutant.title)) {
    const files = [...new Set(together.flatMap(({ tests }) => tests))];
    const run = await runTests(copy, { files, title, databaseUrl: server.url, patience: patience.baseline });
    passed += run.passed;
    if (run.broken) failures.push(`With all rules in place: ${run.broken}`);
    failures.push(...run.failed.map((test) => `With all rules in place: ${test}`));
  }
  console.log(`with all rules in place: ${passed} tests pass\n`);
}

async function work(copy: string): Promise<void> {
  for (let mutant = mutants[next++]; mutant; mutant = mutants[next++]) {
    const start = performance.now();
    const run = await runWithout(mutant, copy);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    const [caught] = run.failed;
    if (caught) caughtRules += 1;
    else failures.push(`"${mutant.name}" was taken out of ${mutant.file}, and ${run.broken ?? 'every test passed'}`);
    console.log(
      `${caught ? 'caught' : 'NOT CAUGHT'}  ${mutant.name}  (${seconds} s)\n         ${caught ?? run.broken ?? 'every test passed'}`,
    );
  }
}

async function runWithout(mutant: Mutant, copy: string): Promise<TestRun> {
  const file = path.join(copy, mutant.file);
  const whole = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, takeOut(mutant, whole));
    const { tests, title } = mutant;
    return await runTests(copy, { files: tests, title, bail: true, databaseUrl: server.url, patience: patience.rule });
  } catch (error) {
    return { passed: 0, failed: [], broken: error instanceof Error ? error.message : String(error) };
  } finally {
    writeFileSync(file, whole);
  }
}
