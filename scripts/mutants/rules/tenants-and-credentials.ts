import type { Mutant } from '../mutant.ts';
import { conformance, ledger } from './places.ts';

const dialect = 'packages/server/src/dialects/active-order';

/** A merchant sees their own alone, and whoever calls must be who they say. */
export const tenantsAndCredentials: readonly Mutant[] = [
  {
    name: 'a machine of another merchant is unknown',
    file: `${ledger}/machines/find-machine.ts`,
    find: `.where('m.merchant_id', '=', merchantId)`,
    replace: `.where('m.merchant_id', '>', 0)`,
    tests: [conformance],
  },
  {
    name: "another platform's machine does not sign in",
    file: `${ledger}/machines/find-machine-by-no.ts`,
    find: `.where('m.upstream_integration_id', 'is', null)`,
    replace: '',
    tests: [`${ledger}/upstream/foreign-machines.test.ts`],
  },
  {
    name: "nothing is ordered from another platform's machine",
    file: `${ledger}/orders/place-order.sql.ts`,
    find: 'and m.upstream_integration_id is null and m.operational',
    replace: 'and m.operational',
    tests: [`${ledger}/upstream/foreign-machines.test.ts`],
  },
  {
    name: 'an order of another merchant is unknown',
    file: `${ledger}/orders/get-order.ts`,
    find: `.where('merchant_id', '=', merchantId)\n    .where('id', '=', orderId)\n    .where('machine_id', '=', machineId)`,
    replace: `.where('id', '=', orderId)`,
    tests: [conformance],
  },
  {
    name: 'an order is paid by its own merchant',
    file: `${ledger}/orders/change-order.ts`,
    find: `    .where('o.merchant_id', '=', merchantId)\n    .where('o.id', '=', orderId)\n    .where('o.machine_id', '=', machineId)`,
    replace: `    .where('o.id', '=', orderId)`,
    tests: [`${ledger}/orders/change-order.test.ts`],
  },
  {
    name: 'the secret must be right',
    file: `${dialect}/verify.ts`,
    find: 'secretHash !== null && timingSafeEqual(secretHash, given)',
    replace: 'secretHash !== null && secretHash.length === given.length',
    tests: [conformance],
  },
  {
    name: 'a payload must be signed',
    file: `${dialect}/verify.ts`,
    find: 'if (!verifySignature(params, params.sign, appKeyOf(integration)))',
    replace: 'if (!verifySignature(params, params.sign, appKeyOf(integration)) && params === null)',
    tests: [conformance],
  },
  {
    name: 'a payload must be of now',
    file: `${dialect}/verify.ts`,
    find: '> timestampWindow) throw',
    replace: '> timestampWindow * 1_000_000) throw',
    tests: [conformance],
  },
];
