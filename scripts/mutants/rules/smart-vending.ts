import type { Mutant } from '../mutant.ts';
import { ledger } from './places.ts';

const dialect = 'packages/server/src/dialects/smart-vending';

/** Customers who call in the manner of Smart Vending, and malls that are asked. */
export const smartVending: readonly Mutant[] = [
  {
    name: 'Smart Vending: a call is its customer’s by its signature',
    file: `${dialect}/verify.ts`,
    find: 'candidates.filter((candidate) => message.verify(keyOf(candidate)))',
    replace: 'candidates.filter((candidate) => keyOf(candidate) !== undefined)',
    tests: ['e2e/conformance/smart-vending.test.ts'],
    title: 'a forgery of any request',
  },
  {
    name: 'Smart Vending: a path that names an integration means that one alone',
    file: `${dialect}/verify.ts`,
    find: 'mounted === undefined || String(id) === mounted',
    replace: 'mounted === undefined || String(id) !== ""',
    tests: ['e2e/smart-vending/signatures.test.ts'],
    title: 'where the path names the integration',
  },
  {
    name: 'Smart Vending: a customer whose merchant is not active asks nothing',
    file: `${dialect}/verify.ts`,
    find: `if (integration.merchant.status !== 'active') throw new Refusal('clientDisabled');`,
    replace: '',
    tests: ['e2e/smart-vending/signatures.test.ts'],
    title: 'a merchant whose account ended',
  },
  {
    name: 'Smart Vending: a machine is looked up by its number among the merchant’s own',
    file: `${ledger}/machines/find-machine-ids.ts`,
    find: `.where('merchant_id', '=', merchantId)`,
    replace: '',
    tests: ['e2e/smart-vending/signatures.test.ts'],
    title: 'machine answers like one that there is not',
  },
  {
    name: 'Smart Vending: a machine is shown to its own merchant alone',
    file: `${ledger}/machines/list-machine-overviews.ts`,
    find: `const matching = sql\`m.merchant_id = \${merchantId}`,
    replace: `const matching = sql\`true`,
    tests: ['e2e/smart-vending/signatures.test.ts'],
    title: 'machine answers like one that there is not',
  },
  {
    name: 'Smart Vending: a push is received when the customer says so',
    file: `${dialect}/outbound.ts`,
    find: 'if (pushReceived(push, answer.status, answer.body)) return true;',
    replace: 'if (answer.status < 300) return true;',
    tests: ['e2e/smart-vending/pushes.test.ts'],
    title: 'whose customer says FAIL',
  },
  {
    name: 'Smart Vending: notices that were delivered are notices no more',
    file: `${dialect}/calls/refills.ts`,
    find: '.filter((refillId) => !delivered.has(refillKey(id, refillId)))',
    replace: '',
    tests: ['e2e/smart-vending/pushes.test.ts'],
    title: 'whose customer says FAIL',
  },
  {
    name: 'Smart Vending: a mall’s code counts with SUCCESS and as unused alone',
    file: `${dialect}/outbound.ts`,
    find: 'if (mayServe({ result, codeStatus })) {',
    replace: `if (String(codeStatus) === '1') {`,
    tests: ['e2e/smart-vending/codes.test.ts'],
    title: 'FAIL with a status of 1',
  },
  {
    name: 'Smart Vending: a mall knows of a use when it says SUCCESS',
    file: `${dialect}/outbound.ts`,
    find: 'return attempt > 1 && error.code === String(codes.codeUsed.code) ? true : error.message;',
    replace: 'return true;',
    tests: ['e2e/smart-vending/codes.test.ts'],
    title: 'is told until it knows',
  },
  {
    name: 'Smart Vending: a pickup code is not written down with the call that names it',
    file: `${dialect}/routes.ts`,
    find: `...('code' in params && { code: '***' })`,
    replace: '',
    tests: ['e2e/smart-vending/codes.test.ts'],
    title: 'keep its digits out',
  },
  {
    name: 'Smart Vending: a mall of codes is who has a place to be asked',
    file: `${ledger}/external-codes/find-mall.ts`,
    find: `and coalesce(settings ->> 'mallUrl', '') <> ''`,
    replace: '',
    tests: [`${ledger}/external-codes/external-codes.test.ts`],
    title: 'nobody by',
  },
];
