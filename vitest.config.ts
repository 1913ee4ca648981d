import { defineConfig } from 'vitest/config';
import { CountReporter } from './scripts/count-reporter.ts';

const shared = { pool: 'forks', maxWorkers: 2 } as const;

export default defineConfig({
  test: {
    ...shared,
    reporters: ['default', new CountReporter()],
    globalSetup: ['packages/server/src/testing/global-setup.ts', 'e2e/support/ready-browser.ts'],
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          // A machine that is shared stands still for ten seconds now and then.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // As long as a browser is waited for: two cores are slow when they are shared.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
