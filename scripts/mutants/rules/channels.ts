import type { Mutant } from '../mutant.ts';
import { ledger } from './places.ts';

/** What a machine is sold through, and the orders that come through it. */
export const channels: readonly Mutant[] = [
  {
    name: 'a channel has no part of what is held back from it',
    file: `${ledger}/listings/held-back.sql.ts`,
    find: '+ 99) / 100',
    replace: '* 0) / 100',
    tests: [`${ledger}/listings/listings.test.ts`],
  },
  {
    name: 'what is held back does not melt while it sells',
    file: `${ledger}/stock/move-stock.ts`,
    find: 'case when t.on_hand > 0 then s.on_hand + t.on_hand else s.stocked end',
    replace: 's.on_hand + t.on_hand',
    tests: [`${ledger}/listings/listings.test.ts`],
  },
  {
    name: 'the same order of another platform is one order',
    file: `${ledger}/orders/place-channel-order.ts`,
    find: 'tradeId: channelNo,',
    replace: 'tradeId: channelNo + String(Math.random()),',
    tests: [`${ledger}/orders/place-channel-order.test.ts`],
  },
  {
    name: 'other content under a number that is taken is refused',
    file: `${ledger}/orders/place-channel-order.ts`,
    find: 'if (!content_hash.equals(hashContent(draft))) refuse',
    replace: 'if (content_hash.length === 0) refuse',
    tests: [`${ledger}/orders/place-channel-order.test.ts`],
  },
  {
    name: 'an outcome is told once',
    file: `${ledger}/orders/tell-channel-outcome.ts`,
    find: 'if (row.outcome_at) {',
    replace: 'if (row.outcome_at && units.length === 0) {',
    tests: [`${ledger}/orders/tell-channel-outcome.test.ts`],
  },
  {
    name: 'of two last answers the second sees the first',
    file: `${ledger}/orders/tell-channel-outcome.ts`,
    find: "    .where('order_id', '=', orderId)\n    .forNoKeyUpdate()",
    replace: "    .where('order_id', '=', orderId)",
    tests: [`${ledger}/orders/tell-channel-outcome.test.ts`],
  },
  {
    name: 'native: a key with another order behind it is refused',
    file: 'packages/server/src/dialects/native/calls/place-order.ts',
    find: 'order && isSameOrder(order, wish) ? order',
    replace: 'order ? order',
    tests: ['e2e/owitho/platform.test.ts'],
    title: 'the same key',
  },
];
