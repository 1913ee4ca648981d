import { expect, it } from 'vitest';
import type { TestModule } from 'vitest/node';
import { countLine } from './count-reporter.ts';

interface Told {
  tests?: string[];
  errors?: number;
  /** Errors of each suite within. */
  suites?: number[];
}

/** As much of the runner's report as is looked at. */
function report({ tests = [], errors = 0, suites = [] }: Told): TestModule {
  const broken = (count: number): { errors(): unknown[] } => ({ errors: () => Array(count).fill({}) });
  const failed = errors > 0 || tests.includes('failed') || suites.some((count) => count > 0);
  return {
    ...broken(errors),
    state: () => (failed ? 'failed' : 'passed'),
    children: { allTests: () => tests.map((state) => ({ result: () => ({ state }) })), allSuites: () => suites.map(broken) },
  } as unknown as TestModule;
}

it.each<[string, Told[], number, string]>([
  ['all is well', [{ tests: ['passed', 'passed'] }, { tests: ['passed'] }], 0, '3 passed, 0 failed'],
  ['some fail, some are skipped', [{ tests: ['passed', 'failed', 'skipped'] }], 0, '1 passed, 1 failed, 1 skipped'],
  ['a file cannot be run', [{ errors: 1 }, { tests: ['passed'] }], 0, '1 passed, 1 failed'],
  ['the hook of a suite fails', [{ tests: ['skipped'], suites: [0, 1] }], 0, '0 passed, 1 failed, 1 skipped'],
  ['an error comes from nowhere', [{ tests: ['passed'] }], 2, '1 passed, 2 failed'],
  ['there is nothing', [], 0, '0 passed, 0 failed'],
])('when %s', (_, told, unhandled, line) => {
  expect(countLine(told.map(report), unhandled)).toBe(line);
});
