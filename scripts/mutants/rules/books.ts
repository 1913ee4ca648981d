import type { Mutant } from '../mutant.ts';
import { ledger } from './places.ts';

const room = `${ledger}/books`;

/** Sets of books, and the ERPs that are told. */
export const books: readonly Mutant[] = [
  {
    name: 'an ERP is asked by the key before it is asked for a bill once more',
    file: `${room}/claim-import.ts`,
    find: 'askFirst: order.attempts > 0,',
    replace: 'askFirst: false,',
    tests: [`${room}/import-order.test.ts`],
  },
  {
    name: 'no bill is made again before an unknown outcome has had its time',
    file: `${room}/claim-import.ts`,
    find: 'const settled = !order.unsettled_at ||',
    replace: 'const settled = true ||',
    tests: [`${room}/import-order.test.ts`],
  },
  {
    name: 'of concurrent imports one goes to the ERP',
    file: `${room}/claim-import.ts`,
    find: `if (order.import_state === 'claimed' && order.due_at && order.due_at > now) refuse('book-order.importing');`,
    replace: '',
    tests: [`${room}/import-order.test.ts`],
  },
  {
    name: 'an attempt stands in the books before the ERP is called',
    file: `${room}/claim-import.ts`,
    find: '...(blocked === undefined && { unsettled_at: now }),',
    replace: '',
    tests: [`${room}/import-order.test.ts`],
  },
  {
    name: 'an unknown outcome stays unknown',
    file: `${room}/finish-import.ts`,
    find: `bill === 'maybe' ? now : unsettledBefore`,
    replace: `bill === 'maybe' ? null : unsettledBefore`,
    tests: [`${room}/import-order.test.ts`],
  },
  {
    name: 'who has lost a claim says nothing of its order',
    file: `${room}/finish-import.ts`,
    find: 'and attempts = $',
    replace: 'and 0 < $',
    tests: [`${room}/import-order.test.ts`],
  },
  {
    name: 'what is older changes no order',
    file: `${room}/receive-orders.ts`,
    find: 'then excluded.changed_at > o.changed_at',
    replace: 'then true',
    tests: [`${room}/receive-orders.test.ts`],
  },
  {
    name: 'a bill has the units that dropped, and no others',
    file: `${room}/book-own-orders.ts`,
    find: `      where deliver_state = 'dispensed'\n`,
    replace: '',
    tests: [`${room}/book-own-orders.test.ts`],
  },
  {
    name: 'an order comes into the books once none of its units is open',
    file: `${room}/book-own-orders.ts`,
    find: 'where s.refunded or not s.pending',
    replace: 'where true',
    tests: [`${room}/book-own-orders.test.ts`],
  },
  {
    name: 'an order of ours is one order in the books, under the id that it came with',
    file: `${room}/book-own-orders.ts`,
    find: `coalesce(known.trans_id, case`,
    replace: `coalesce('own-' || nextval('product_numbers'), case`,
    tests: [`${room}/book-own-orders.test.ts`],
  },
  {
    name: 'what others send changes no order of ours',
    file: `${room}/receive-orders.ts`,
    find: 'where o.order_id is not distinct from excluded.order_id and case',
    replace: 'where case',
    tests: [`${room}/book-own-orders.test.ts`],
  },
  {
    name: 'a token of a set of books is good for its own kind of call',
    file: 'packages/server/src/dialects/gobox/verify.ts',
    find: 'caller.kind !== kind ||',
    replace: '',
    tests: ['e2e/gobox/seed.test.ts'],
  },
  {
    name: 'no ERP is called but the one that was configured',
    file: 'packages/server/src/dialects/gobox/calls/access-token.ts',
    find: '!isSameAddress(set.erp.url, url)',
    replace: 'false',
    tests: ['e2e/gobox/seed.test.ts'],
  },
];
