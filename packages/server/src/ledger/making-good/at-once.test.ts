import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  dispense,
  elsewhere,
  orderDraft,
  placePaid,
  refusal,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { makingGood } from '../../testing/making-good.ts';
import { settledOrWaiting } from '../../testing/waiting.ts';
import { decideHeld } from '../dispensing/decide-held.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

const { give, type, useByCall, jam, paidBack } = makingGood(() => ledger);
const two = { slots: [{ onHand: 5 }, { onHand: 5 }] };

/** Does this while the first stands in an open transaction, and commits that when the other has come to its end, or waits. */
async function meanwhile<T>(first: (ledger: TestLedger) => Promise<unknown>, second: () => Promise<T>): Promise<T> {
  const open = await ledger.db.startTransaction().execute();
  try {
    await first({ ...ledger, db: open });
    const work = second();
    await settledOrWaiting(ledger, work);
    await open.commit().execute();
    return await work;
  } finally {
    if (!open.isCommitted) await open.rollback().execute();
  }
}

// What the machine has been sent, it drops.
test.each(['refund', 'pickup-code'] as const)(
  'a command is sent while a person gives a %s: it is on its way, and nothing is due',
  async (kind) => {
    const shop = await testShop(ledger, two);
    const order = await placePaid(ledger, shop);
    await dispense(ledger, shop, order);
    const claiming = await ledger.pool.connect();
    try {
      await claiming.query('begin');
      const query = claiming.query.bind(claiming);
      const command = await claim({ ...ledger, pool: { query } as unknown as TestLedger['pool'] }, shop);
      const given = give(shop, order, kind);
      await settledOrWaiting(ledger, given);
      await claiming.query('commit');
      expect(await refusal(given)).toBe('order.nothing-due');
      await answer(ledger, shop, command ?? { id: 0 });
    } finally {
      await claiming.query('rollback');
      claiming.release();
    }
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed']);
    expect(await paidBack(order)).toEqual([]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 4, reserved: 0 });
  },
);

// Whoever looks at it later must not find that money was given for what was known to have dropped.
test('a unit is decided to have dropped while money is given for it: that is known after it was given', async () => {
  const shop = await testShop(ledger, two);
  const order = await placePaid(ledger, shop);
  await dispense(ledger, shop, order);
  await claim(ledger, shop);
  ledger.clock.advance(120);
  await giveUpSilent(ledger);
  const { merchantId } = shop;
  const decision = { merchantId, orderId: order.id, lineId: order.lineIds[0] ?? 0, dropped: true, cause: byTest };
  let deciding: Promise<number> | undefined;
  await meanwhile(
    async (open) => {
      await open.db.selectFrom('slots').select('id').where('merchant_id', '=', merchantId).forUpdate().execute();
      deciding = decideHeld(elsewhere(ledger), decision);
      await settledOrWaiting(ledger, deciding);
      ledger.clock.advance(60);
      await makingGood(() => open).give(shop, order, 'refund');
    },
    async () => await deciding,
  );
  expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed']);
  const early = await ledger.rows(
    'select from made_good g join dispenses d on d.id = g.dispense_id where g.order_id = $1 and d.changed_at < g.made_at',
    [order.id],
  );
  expect(early).toHaveLength(0);
});

/** A unit out of the second slot of which nobody knows, and a code for it out of the first. */
async function heldWithCode() {
  const shop = await testShop(ledger, two);
  const lines = [{ productId: shop.slots[1]?.productId ?? 0, quantity: 1 }];
  const order = await placePaid(ledger, shop, 1, orderDraft(shop, 1, { lines }));
  await dispense(ledger, shop, order);
  const command = (await claim(ledger, shop)) ?? { id: 0 };
  ledger.clock.advance(120);
  await giveUpSilent(ledger);
  const { units } = await give(shop, order, 'pickup-code');
  return { shop, order, command, code: units[0]?.code };
}

const ways = ['typed', 'used by a call'] as const;

/** Why it fetches nothing. */
async function fetch(way: (typeof ways)[number], shop: TestShop, code: string | null | undefined): Promise<string> {
  if (way === 'used by a call') return await refusal(useByCall(shop, code));
  const outcome = await type(shop, code);
  return outcome.state === 'refused' ? outcome.reason : outcome.state;
}

const nothing = { typed: 'used', 'used by a call': 'pickup-code.used' };

test.each(ways)('a unit is found to have dropped just before its code is %s: the code fetches nothing', async (way) => {
  const { shop, command, code } = await heldWithCode();
  const outcome = await meanwhile(
    (open) => answer(open, shop, command),
    () => fetch(way, shop, code),
  );
  expect(outcome).toBe(nothing[way]);
  expect(await stockOf(ledger, shop)).toEqual({ onHand: 5, reserved: 0 });
});

test.each(ways)(
  'a unit is found to have dropped while its code, being %s, waits for a slot: the code fetches nothing',
  async (way) => {
    const { shop, command, code } = await heldWithCode();
    const [first] = shop.slots;
    let fetching: Promise<string> | undefined;
    const outcome = await meanwhile(
      async ({ db }) => {
        await db
          .selectFrom('slots')
          .select('id')
          .where('merchant_id', '=', shop.merchantId)
          .where('id', '=', first?.id ?? 0)
          .forUpdate()
          .execute();
        fetching = fetch(way, shop, code);
        await settledOrWaiting(ledger, fetching);
        await answer(elsewhere(ledger), shop, command);
      },
      async () => await fetching,
    );
    expect(outcome).toBe(nothing[way]);
  },
);

test('what a code failed to fetch is asked for again while the money is given back, and the other way round: one of them', async () => {
  for (const isRefundFirst of [true, false]) {
    const shop = await testShop(ledger, { slots: [{ onHand: 5 }, { onHand: 5 }] });
    const order = await jam(shop);
    const { units } = await give(shop, order, 'pickup-code');
    const fetched = await useByCall(shop, units[0]?.code);
    await dispense(ledger, shop, fetched);
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 }, { dispensed: false });
    const refunds = (on: TestLedger) => makingGood(() => on).give(shop, order, 'refund');
    const asks = (on: TestLedger) => dispense(on, shop, fetched);
    const [first, second] = isRefundFirst ? [refunds, asks] : [asks, refunds];
    expect(await meanwhile(first, () => refusal(second(elsewhere(ledger))))).toBe('order.made-good');
    expect(await paidBack(order)).toEqual(isRefundFirst ? [300] : []);
  }
});

test('what a code failed to fetch, and the unit that it was for, are asked for at once: one of them', async () => {
  for (const isCodeFirst of [true, false]) {
    const shop = await testShop(ledger, { slots: [{ onHand: 5 }, { onHand: 5 }] });
    const order = await jam(shop);
    const { units } = await give(shop, order, 'pickup-code');
    const fetched = await useByCall(shop, units[0]?.code);
    await dispense(ledger, shop, fetched);
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 }, { dispensed: false });
    const [first, second] = isCodeFirst ? [fetched, order] : [order, fetched];
    const outcome = await meanwhile(
      (open) => dispense(open, shop, first),
      () => refusal(dispense(elsewhere(ledger), shop, second)),
    );
    expect(outcome).toBe('order.made-good');
  }
});
