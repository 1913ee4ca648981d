import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Ends the run's report with one line that a script can read: `12 passed, 1 failed, 2 skipped`. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    console.log(countLine(modules, unhandledErrors.length));
  }
}

/** A file that could not be run, a suite whose hook failed and an error outside any test count as failures: nothing that went wrong hides behind zero. */
export function countLine(modules: readonly TestModule[], unhandledErrors: number): string {
  let passed = 0;
  let failed = unhandledErrors;
  let skipped = 0;
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed++;
      else if (state === 'failed') failedHere++;
      else skipped++;
    }
    const brokenSuites = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length;
    failed += failedHere + brokenSuites;
    if (failedHere + brokenSuites === 0 && module.state() === 'failed') failed++;
  }
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
