import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import { byTest, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { salesProblems } from '../../testing/sales.ts';
import { putForeignMachine } from '../upstream/put-foreign-machine.ts';
import { type ForeignTrade, putForeignTrades } from './put-foreign-trades.ts';
import type { DeliverState } from './trade.ts';

let ledger: TestLedger;
let shop: TestShop;
let machineId: number;
beforeAll(async () => {
  ledger = await testLedger();
});
afterEach(async () => {
  expect(await salesProblems(ledger)).toEqual([]);
});
afterAll(() => ledger.drop());

async function fresh(): Promise<void> {
  shop = await testShop(ledger);
  machineId = await putForeignMachine(ledger, { ...of(), machineNo: 'F-1', cause: byTest });
}
const of = () => ({ merchantId: shop.merchantId, upstreamIntegrationId: shop.integrationId });
const put = (...trades: ForeignTrade[]) => putForeignTrades(ledger, of(), trades, byTest);
const born = new Date('2025-05-01T12:00:00Z');
const unit = (upstreamTradeId: string | null, deliverState: DeliverState, more: Partial<ForeignTrade> = {}) => {
  const done = deliverState !== 'pending';
  return foreignTrade({
    upstreamTradeId,
    machineId,
    orderNo: 'o-1',
    createdAt: born,
    deliverState,
    executedAt: done ? born : null,
    ...more,
  });
};
const listed = (id: string | null, state: DeliverState, more: Partial<ForeignTrade> = {}) =>
  unit(id, state, { askedAt: ledger.clock.now(), ...more });
const states = async () =>
  (
    await ledger.rows<{ id: string | null; state: string }>(
      'select upstream_trade_id as id, deliver_state as state from trades where merchant_id = $1 order by seq',
      [shop.merchantId],
    )
  ).map(({ id, state }) => `${id} ${state}`);

test('pushed, then listed without its id, it is one; and the other way round', async () => {
  await fresh();
  await put(unit('a', 'pending'));
  await put(listed(null, 'dispensed'));
  expect(await states()).toEqual(['a dispensed']);
  await put(listed(null, 'dispensed', { orderNo: 'o-2' }));
  await put(unit('b', 'pending', { orderNo: 'o-2' }));
  await put(listed(null, 'dispensed', { orderNo: 'o-2' }));
  expect(await states()).toEqual(['a dispensed', 'b dispensed']);
});

test('an order that took from several slots has a trade in each', async () => {
  await fresh();
  await put(listed(null, 'dispensed', { slotName: 'A1' }), listed(null, 'failed', { slotName: 'A2' }));
  await put(unit('b', 'failed', { slotName: 'A2' }), unit('a', 'dispensed', { slotName: 'A1' }));
  expect(await states()).toEqual(['a dispensed', 'b failed']);
});

test('several out of one slot, taken for one another, are as the list says in the end', async () => {
  await fresh();
  await put(listed(null, 'pending'), listed(null, 'pending'));
  await put(unit('b', 'pending'));
  await put(unit('a', 'pending'));
  await put(unit('a', 'dispensed'), unit('b', 'failed'));
  ledger.clock.advance(1);
  await put(listed(null, 'dispensed'), listed(null, 'failed'));
  expect((await states()).sort()).toEqual(['a dispensed', 'b failed']);
});

test('whatever was pushed, lost and listed when, after a last list there are as many of each state as there are', async () => {
  const lives = fc.array(fc.constantFrom<DeliverState>('dispensed', 'failed', 'sold-out', 'pending'), {
    minLength: 1,
    maxLength: 4,
  });
  const step = fc.record({ list: fc.boolean(), who: fc.nat(3), early: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(lives, fc.array(step, { maxLength: 10 }), async (ends, steps) => {
      await fresh();
      const early = ends.map(() => true);
      for (const { list, who, early: stays } of steps) {
        ledger.clock.advance(1);
        const n = who % ends.length;
        if (!stays) early[n] = false;
        const now = ends.map((end, n) => (early[n] ? 'pending' : end));
        if (list) await put(...now.map((state) => listed(null, state)));
        // A push may be an old one.
        else await put(unit(`id-${n}`, stays ? 'pending' : (now[n] ?? 'pending')));
      }
      ledger.clock.advance(1);
      await put(...ends.map((state) => listed(null, state)));
      expect((await states()).map((line) => line.split(' ')[1]).sort()).toEqual([...ends].sort());
    }),
    { numRuns: 40 },
  );
}, 60_000);
