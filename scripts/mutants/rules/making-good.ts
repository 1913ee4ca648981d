import type { Mutant } from '../mutant.ts';
import { ledger } from './places.ts';

/** What was paid for and did not drop is made good, once. */
export const makingGood: readonly Mutant[] = [
  {
    name: 'for what has a code nothing else is given',
    file: `${ledger}/making-good/read-paid-units.ts`,
    find: 'isDue: row.refundId === null && codeId === null &&',
    replace: 'isDue: row.refundId === null &&',
    tests: [`${ledger}/making-good/make-good.test.ts`],
  },
  {
    name: 'what was given back is not due again',
    file: `${ledger}/making-good/read-paid-units.ts`,
    find: 'isDue: row.refundId === null &&',
    replace: 'isDue:',
    tests: [`${ledger}/making-good/make-good.test.ts`],
  },
  {
    name: 'who had a can with a code has no money back from the seller',
    file: `${ledger}/making-good/before-refund.ts`,
    find: "if (spent > 0) refuse('order.made-good', 'with a pickup code');",
    replace: '',
    tests: [`${ledger}/making-good/make-good.test.ts`],
  },
  {
    name: 'what was made good is not dispensed again',
    file: `${ledger}/dispensing/request-dispense.ts`,
    find: "(state === 'failed' && !madeGood.has(id))",
    replace: "state === 'failed'",
    tests: [`${ledger}/making-good/make-good.test.ts`],
  },
  {
    name: 'a code for what had dropped fetches nothing',
    file: `${ledger}/pickup-codes/type-pickup-code.ts`,
    find: "if ((await droppedOrder(trx, merchantId, own.id)) !== undefined) return refused('used');",
    replace: '',
    tests: [`${ledger}/making-good/make-good.test.ts`],
  },
  {
    name: 'no unit turns out to have dropped while a code for it is taken',
    file: `${ledger}/pickup-codes/type-pickup-code.ts`,
    find: 'chooseSlot(trx, typed, wanted, await slotsIssuedFor(trx, merchantId, own.id))',
    replace: 'chooseSlot(trx, typed, wanted)',
    tests: [`${ledger}/making-good/at-once.test.ts`],
  },
  {
    name: 'what a machine has been sent is not due',
    file: `${ledger}/making-good/make-good.ts`,
    find: `    if (!order.isForeign) await releaseUnits(ledger, trx, merchantId, [orderId], cause);
    const due = await unitsDue(ledger, trx, order);`,
    replace: `    const due = await unitsDue(ledger, trx, order);
    if (!order.isForeign) await releaseUnits(ledger, trx, merchantId, [orderId], cause);`,
    tests: [`${ledger}/making-good/at-once.test.ts`],
  },
  {
    name: 'a code that fetched nothing is not spent',
    file: `${ledger}/making-good/spent-code.ts`,
    find: `f.state = any(\${fetching})`,
    replace: `f.state <> any(\${fetching})`,
    tests: [`${ledger}/making-good/used-codes.test.ts`],
  },
  {
    name: 'what a code failed to fetch is not asked for again when something else was given',
    file: `${ledger}/dispensing/request-dispense.ts`,
    find: 'if (instead !== undefined)',
    replace: 'if (instead === -1)',
    tests: [`${ledger}/making-good/used-codes.test.ts`],
  },
  {
    name: 'a unit is not dispensed again while a code for it is asked for again',
    file: `${ledger}/dispensing/request-dispense.ts`,
    find: 'if (failedIds.length > 0) await lockIssuedCodes(trx, merchantId, orderId);',
    replace: '',
    tests: [`${ledger}/making-good/at-once.test.ts`],
  },
  {
    name: 'a conflict is acknowledged up to what was on the page',
    file: `${ledger}/exceptions/acknowledge-conflicts.ts`,
    find: `and e.id <= \${latest} and`,
    replace: 'and',
    tests: [`${ledger}/exceptions/list-problems.test.ts`],
  },
];
