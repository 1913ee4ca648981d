/** Where what more than one area takes out stands, from the repository's root. */
export const ledger = 'packages/server/src/ledger';
export const migrations = 'packages/server/src/database/migrations';
export const conformance = 'e2e/conformance/active-order.test.ts';
