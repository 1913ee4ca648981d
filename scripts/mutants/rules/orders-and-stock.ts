import type { Mutant } from '../mutant.ts';
import { ledger, migrations } from './places.ts';

/** What is promised, what is there, and what an order takes of it. */
export const ordersAndStock: readonly Mutant[] = [
  {
    name: 'no more is promised than is for sale',
    file: `${ledger}/orders/place-order.sql.ts`,
    find: '<= s.for_sale -',
    replace: '<= s.for_sale + 1000 -',
    tests: [`${ledger}/orders/place-order.test.ts`, 'e2e/active-order/oversell.test.ts'],
  },
  {
    name: 'an order of a batch counts what those before it ask for',
    file: `${ledger}/orders/place-order.sql.ts`,
    find: 'sum(w.quantity) over (partition by w.merchant_id, w.product_id order by w.n, w.position rows unbounded preceding)',
    replace: 'w.quantity',
    tests: [`${ledger}/orders/place-order.test.ts`],
  },
  {
    name: 'what an order takes stands in the journal',
    file: `${ledger}/orders/place-order.sql.ts`,
    find: `'order', 0, quantity, order_id from ordered_line`,
    replace: `'order', 0, quantity, order_id from ordered_line where false`,
    tests: [`${ledger}/orders/place-order.test.ts`],
  },
  {
    name: 'an order left gives back what was not sent',
    file: `${ledger}/orders/change-order.ts`,
    find: `const released = to === 'paid' ? 0 : await`,
    replace: `const released = to !== 'payment_failed' ? 0 : await`,
    tests: [`${ledger}/orders/change-order.test.ts`],
  },
  {
    name: 'the payment window ends by the clock, not by a sweep',
    file: `${ledger}/orders/change-order.ts`,
    find: 'order.expires_at <= now) return true;',
    replace: 'order.expires_at <= new Date(0)) return true;',
    tests: [`${ledger}/orders/expire-orders.test.ts`],
  },
  {
    name: 'a poisoned order of a batch harms no other',
    file: `${ledger}/batch.ts`,
    find: 'if (batch.length === 1 || (isDatabaseGone(error) && !isRetriable(error))) {',
    replace: 'if (batch.length > 0) {',
    tests: [`${ledger}/orders/place-order.test.ts`, `${ledger}/batch.test.ts`],
  },
  {
    name: 'a slot keeps its good while units of it are promised',
    file: `${ledger}/planogram/plan-slots.ts`,
    find: 'if (isNewProduct && slot.reserved > 0)',
    replace: 'if (isNewProduct && slot.reserved > 1000)',
    tests: [`${ledger}/planogram/plan-slots.test.ts`, `${ledger}/planogram/change-planogram.test.ts`],
  },
  {
    name: 'an order that failed is not dispensed again from a good that came later',
    file: `${ledger}/dispensing/request-dispense.ts`,
    find: '!isSame ||',
    replace: '',
    tests: [`${ledger}/planogram/change-planogram.test.ts`],
  },
  {
    name: 'a lane that is covered holds nothing',
    file: `${migrations}/0019-planogram.sql`,
    find: 'and goods_id is null and on_hand = 0 and reserved = 0',
    replace: '',
    tests: [`${ledger}/planogram/change-planogram.test.ts`],
  },
  {
    name: 'a planogram is changed only as it was looked at',
    file: `${ledger}/planogram/change-planogram.ts`,
    find: 'if (planned.version !== version)',
    replace: 'if (planned.version === "")',
    tests: [`${ledger}/planogram/change-planogram.test.ts`],
  },
  {
    name: 'a machine’s report from before the last one is stale',
    file: `${ledger}/stock/record-count.ts`,
    find: '(countedAt < reportedAt || (countedAt.getTime()',
    replace: '((countedAt.getTime()',
    tests: [`${ledger}/stock/record-count.test.ts`],
  },
];
