import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { channelDraft, testChannel } from '../../testing/channel.ts';
import { conservationProblems } from '../../testing/conservation.ts';
import { foreignShop, sendForeign } from '../../testing/foreign.ts';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  dispense,
  elsewhere,
  eventsOf,
  pay,
  place,
  placePaid,
  refusal,
  sendOut,
  stockOf,
  type TestLedger,
  type TestOrder,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { makingGood } from '../../testing/making-good.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { whileTime } from '../../testing/while-time.ts';
import { decideHeld } from '../dispensing/decide-held.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';
import { LedgerError } from '../errors.ts';
import { changeMerchant } from '../merchants/change-merchant.ts';
import { placeChannelOrder } from '../orders/place-channel-order.ts';
import { recordMachineUse } from '../pickup-codes/record-machine-use.ts';
import { lookAfterRemoteOrders } from '../remote-orders/look-after-remote-orders.ts';
import { sweepLedger } from '../sweep.ts';
import { takeBackCodes } from './take-back-codes.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
  await projectAll(ledger);
  expect(await salesProblems(ledger)).toEqual([]);
});

const { give, mallRefunds, type, useByCall, jam, paidBack } = makingGood(() => ledger);
const two = { slots: [{ onHand: 5 }, { onHand: 5 }] };

const takeBack = (shop: TestShop, order: { id: number }) =>
  takeBackCodes(elsewhere(ledger), { merchantId: shop.merchantId, orderId: order.id, by: 'Ann', cause: byTest });

async function stateOf(order: { id: number }): Promise<string | undefined> {
  return (await ledger.rows<{ state: string }>('select state from orders where id = $1', [order.id]))[0]?.state;
}

describe('a refund', () => {
  test('is of what did not drop, and written down once whoever asks', async () => {
    const shop = await testShop(ledger);
    const order = await jam(shop, 3, 1);
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => give(shop, order, 'refund')));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [(one.reason as LedgerError).code] : []));
    expect(new Set(refused)).toEqual(new Set(['order.made-good']));
    expect(await paidBack(order)).toEqual([600]);
    expect(await stateOf(order)).toBe('paid');
    expect(await eventsOf(ledger, shop, 'order.refunded-part', 'order.made-good')).toMatchObject([
      { kind: 'order.refunded-part', data: { amountCents: 600 } },
      { kind: 'order.made-good', data: { made: 'refund', units: 2, amountCents: 600, madeBy: 'Ann' } },
    ]);
  });

  test('of all that was paid closes the order, and what was never asked for goes back to the stock', async () => {
    const shop = await testShop(ledger);
    const order = await placePaid(ledger, shop, 2);
    expect(await give(shop, order, 'refund')).toMatchObject({ amountCents: 600, units: [{ slot: 'A1', code: null }, {}] });
    expect(await stateOf(order)).toBe('refunded');
    expect(await unitsOf(ledger, shop, order)).toEqual(['returned', 'returned']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
    expect(await refusal(dispense(ledger, shop, order))).toBe('order.state');
  });

  test('withdraws a command that no machine has heard', async () => {
    const shop = await testShop(ledger);
    const order = await placePaid(ledger, shop);
    await dispense(ledger, shop, order);
    await give(shop, order, 'refund');
    expect(await claim(ledger, shop)).toBeUndefined();
  });

  test('of a held unit leaves it to be decided; what becomes known later gives nothing twice', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop, 2);
    await answer(ledger, shop, command);
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    await give(shop, order, 'refund');
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed', 'held']);
    await answer(ledger, shop, command, { index: 1 });
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed', 'dispensed']);
    expect(await eventsOf(ledger, shop, 'conflict.late-answer')).toHaveLength(1);
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
    expect(await paidBack(order)).toEqual([300]);
  });

  test('is not due for what is under way, dropped, unpaid, or paid for elsewhere', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.nothing-due');
    await answer(ledger, shop, command);
    expect(await refusal(give(shop, order, 'pickup-code'))).toBe('order.nothing-due');
    expect(await refusal(give(shop, await place(ledger, shop), 'refund'))).toBe('order.unpaid');
    expect(await refusal(give(shop, { id: 999_999_999 }, 'refund'))).toBe('order.unknown');
    expect(await refusal(give(await testShop(ledger), order, 'refund'))).toBe('order.unknown');
    const channel = await testChannel(ledger, shop);
    const elsewhereOrder = await placeChannelOrder(ledger, channelDraft(ledger, shop, channel));
    expect(await refusal(give(shop, { id: elsewhereOrder.orderId }, 'refund'))).toBe('order.paid-elsewhere');
  });

  test('the seller’s own refund after it is of what is left, to the cent', async () => {
    const shop = await testShop(ledger);
    const order = await jam(shop, 3, 1);
    await give(shop, order, 'refund');
    await mallRefunds(shop, order);
    await mallRefunds(shop, order);
    expect(await paidBack(order)).toEqual([600, 300]);
    expect(await stateOf(order)).toBe('refunded');
  });

  test('after it the seller cannot have the unit dispensed again', async () => {
    const shop = await testShop(ledger);
    const order = await jam(shop, 2, 1);
    await give(shop, order, 'refund');
    expect(await refusal(dispense(ledger, shop, order))).toBe('order.made-good');
    expect(await stockOf(ledger, shop)).toMatchObject({ reserved: 0 });
  });

  test('of another platform’s machine waits until nothing can fall there', async () => {
    const shop = await foreignShop(ledger, await testShop(ledger));
    const order = await sendForeign(ledger, shop);
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.nothing-due');
    for (let looks = 0; looks < 6; looks += 1) {
      ledger.clock.advance(400);
      await lookAfterRemoteOrders(ledger);
    }
    expect(await unitsOf(ledger, shop, order)).toEqual(['held']);
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.state');
    expect(await refusal(give(shop, order, 'pickup-code'))).toBe('order.state');
    const [line] = await ledger.rows<{ id: number }>('select id from order_lines where order_id = $1', [order.id]);
    const found = { merchantId: shop.merchantId, orderId: order.id, lineId: line?.id ?? 0, dropped: false, cause: byTest };
    await decideHeld(ledger, found);
    expect(await paidBack(order)).toEqual([200]);
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
  });
});

describe('a pickup code', () => {
  test('is for the same good out of a slot that is not jammed, and blocks the refund while it is good', async () => {
    const shop = await testShop(ledger, two);
    const order = await jam(shop);
    const made = await give(shop, order, 'pickup-code');
    expect(made.units).toMatchObject([{ slot: 'A1', amountCents: 300, code: expect.stringMatching(/^\d{8}$/) }]);
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
    expect(await refusal(give(shop, order, 'pickup-code'))).toBe('order.made-good');
    expect(await refusal(dispense(ledger, shop, order))).toBe('order.made-good');
    expect(await type(shop, made.units[0]?.code)).toMatchObject({ state: 'accepted' });
    const command = await claim(ledger, shop);
    expect(command).toMatchObject({ slotCode: '02' });
    expect(await refusal(takeBack(shop, order))).toBe('pickup-code.used');
    await answer(ledger, shop, command ?? { id: 0 });
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
    expect(await refusal(mallRefunds(shop, order))).toBe('order.made-good');
    expect(await paidBack(order)).toEqual([]);
  });

  test('that is taken back, or has ended, makes the unit due again', async () => {
    const shop = await testShop(ledger, two);
    const order = await jam(shop);
    const first = await give(shop, order, 'pickup-code');
    expect(await takeBack(shop, order)).toBe(1);
    expect(await refusal(takeBack(shop, order))).toBe('order.nothing-due');
    expect(await type(shop, first.units[0]?.code)).toMatchObject({ reason: 'unknown' });
    const expiresAt = new Date(ledger.clock.now().getTime() + 60_000);
    const second = await give(shop, order, 'pickup-code', { expiresAt });
    ledger.clock.advance(60);
    await comeOnline(ledger, shop);
    // Nobody has swept: the clock says so.
    expect(await give(shop, order, 'refund')).toMatchObject({ amountCents: 300 });
    expect(await type(shop, second.units[0]?.code)).toMatchObject({ reason: 'expired' });
  });

  test('whose own dispense fails is good again, and goes on blocking the refund', async () => {
    const shop = await testShop(ledger, two);
    const order = await jam(shop);
    const { units } = await give(shop, order, 'pickup-code');
    await type(shop, units[0]?.code);
    const command = await claim(ledger, shop);
    await answer(ledger, shop, command ?? { id: 0 }, { dispensed: false });
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
    expect(await takeBack(shop, order)).toBe(1);
    expect(await give(shop, order, 'refund')).toMatchObject({ amountCents: 300 });
  });

  test('is withdrawn when the seller gives the money back', async () => {
    const shop = await testShop(ledger, two);
    const order = await jam(shop);
    const { units } = await give(shop, order, 'pickup-code');
    await mallRefunds(shop, order);
    expect(await type(shop, units[0]?.code)).toMatchObject({ state: 'refused' });
    expect(await paidBack(order)).toEqual([300]);
  });

  test('for a held unit fetches nothing once it is known that the unit had dropped', async () => {
    const shop = await testShop(ledger, two);
    const { order, command } = await sendOut(ledger, shop);
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    const { units } = await give(shop, order, 'pickup-code');
    await answer(ledger, shop, command);
    expect(await type(shop, units[0]?.code)).toMatchObject({ reason: 'used' });
  });

  test('needs the good in the machine, and the function turned on', async () => {
    const shop = await testShop(ledger);
    const order = await jam(shop);
    expect(await refusal(give(shop, order, 'pickup-code'))).toBe('stock.insufficient');
    await changeMerchant(ledger, shop.merchantId, { pickupCodesEnabled: false });
    const other = await testShop(ledger, { ...two, merchant: { pickupCodesEnabled: false } });
    expect(await refusal(give(other, await jam(other), 'pickup-code'))).toBe('pickup-code.disabled');
    expect(await give(shop, order, 'refund')).toMatchObject({ amountCents: 300 });
  });

  test('that a machine gave out after the money was given back is shown as a conflict', async () => {
    const shop = await testShop(ledger, two);
    const order = await jam(shop);
    await give(shop, order, 'pickup-code');
    const [code] = await ledger.rows<{ id: number }>('select pickup_code_id as id from made_good where order_id = $1', [
      order.id,
    ]);
    await takeBack(shop, order);
    await give(shop, order, 'refund');
    const { merchantId, machineId } = shop;
    const use = { merchantId, machineId, pickupCodeId: code?.id ?? 0, usedAt: ledger.clock.now(), cause: byTest };
    expect(await recordMachineUse(ledger, use)).toBe('used');
    expect(await eventsOf(ledger, shop, 'conflict.pickup-code')).toMatchObject([{ data: { pickupCodeId: code?.id } }]);
  });
});

test('a code and a refund asked for at once: one of them', async () => {
  const shop = await testShop(ledger, { slots: [{ onHand: 10 }, { onHand: 10 }] });
  for (let round = 0; round < 4; round += 1) {
    const { order, command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command, { dispensed: false });
    const both = await Promise.allSettled([
      give(shop, order, 'refund'),
      give(shop, order, 'pickup-code'),
      mallRefunds(shop, order),
    ]);
    const [refund, code] = both.map(({ status }) => status === 'fulfilled');
    expect(refund && code).toBe(false);
    expect((await paidBack(order)).reduce((sum, cents) => sum + cents, 0)).toBeLessThanOrEqual(300);
  }
});

// Whatever is clicked, typed, answered and told, in whatever order and at once.
test('never more is given back than was paid for what did not drop', { timeout: 120_000 }, async () => {
  type Step = [what: number, which: number];
  const steps = fc.array(fc.array(fc.tuple(fc.nat(14), fc.nat(2)), { minLength: 1, maxLength: 4 }), {
    minLength: 6,
    maxLength: 16,
  });
  const run = async (groups: Step[][]) => {
    const shop = await testShop(ledger, { slots: [{ onHand: 9 }, { onHand: 9 }] });
    const order = await place(ledger, shop, 3);
    await pay(ledger, shop, order);
    const commands: { id: number }[] = [];
    const codes: string[] = [];
    const fetched: TestOrder[] = [];
    const actions: ((which: number) => Promise<unknown>)[] = [
      () => give(shop, order, 'refund'),
      async () => codes.push(...(await give(shop, order, 'pickup-code')).units.flatMap(({ code }) => code ?? [])),
      () => takeBack(shop, order),
      () => mallRefunds(shop, order),
      () => dispense(elsewhere(ledger), shop, order),
      async () => {
        const command = await claim(ledger, shop);
        if (command) commands.push(command);
      },
      (which) => answer(ledger, shop, commands.at(-1) ?? { id: 0 }, { index: which }),
      (which) => answer(ledger, shop, commands.at(-1) ?? { id: 0 }, { index: which, dispensed: false }),
      (which) => answer(ledger, shop, commands.at(-1 - which) ?? { id: 0 }, { index: 0, dispensed: which !== 1 }),
      async (which) => {
        ledger.clock.advance(which === 2 ? 8 * 86_400 : 120);
        await sweepLedger(elsewhere(ledger));
        await comeOnline(ledger, shop);
      },
      (which) => type(shop, codes.at(-1 - which)),
      (which) => {
        const lineId = order.lineIds[0] ?? 0;
        return decideHeld(elsewhere(ledger), {
          ...{ merchantId: shop.merchantId, orderId: order.id, lineId },
          ...{ dropped: which === 1, cause: byTest },
        });
      },
      async (which) => fetched.push(await useByCall(shop, codes.at(-1 - which))),
      (which) => dispense(elsewhere(ledger), shop, fetched.at(-1 - which) ?? order),
      (which) => mallRefunds(shop, fetched.at(-1 - which) ?? order),
    ];
    for (const group of groups) {
      const done = await Promise.allSettled(group.map(([what, which]) => actions[what]?.(which)));
      for (const one of done) if (one.status === 'rejected' && !(one.reason instanceof LedgerError)) throw one.reason;
      expect(await conservationProblems(ledger)).toEqual([]);
      expect(await overpaid(order)).toEqual([]);
    }
  };
  await fc.assert(fc.asyncProperty(steps, whileTime(60_000, run)), { numRuns: 25, endOnFailure: true });
});

/**
 * What people gave (not the seller, who may give back what he likes) for units that were known then to have dropped, or more than once, or more
 * money than was paid.
 */
async function overpaid(order: { id: number }): Promise<unknown[]> {
  const fetches = `exists (select from dispenses f
    where f.merchant_id = p.merchant_id and f.order_id = p.order_id and f.state not in ('failed', 'returned'))`;
  return await ledger.rows(
    `select 'unit ' || g.dispense_id as problem from made_good g
       join dispenses d on d.merchant_id = g.merchant_id and d.id = g.dispense_id
       where g.order_id = $1 and d.state = 'dispensed' and d.changed_at < g.made_at
     union all
     select 'unit ' || g.dispense_id || ' twice' from made_good g
       left join pickup_codes p on p.merchant_id = g.merchant_id and p.id = g.pickup_code_id
       where g.order_id = $1 and (g.refund_id is not null or p.state = 'unused' or ${fetches})
       group by g.dispense_id having count(*) > 1
     union all
     select 'order' from orders o where o.id = $1 and o.amount_cents < (
       select coalesce(sum(amount_cents), 0) from payments p where p.order_id = o.id and p.kind = 'refund')
       + (select coalesce(sum(g.amount_cents), 0) from made_good g
          join pickup_codes p on p.merchant_id = g.merchant_id and p.id = g.pickup_code_id
          where g.order_id = o.id and ${fetches})`,
    [order.id],
  );
}
