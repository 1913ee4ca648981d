import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { channelDraft, testChannel } from '../../../testing/channel.ts';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  dispense,
  elsewhere,
  place,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../../testing/sales.ts';
import { bookProblems, openTestSite, tellAll, toldOf } from '../../../testing/vending.ts';
import { LedgerError } from '../../errors.ts';
import { cancelChannelOrder } from '../../orders/cancel-channel-order.ts';
import { changeOrder } from '../../orders/change-order.ts';
import { type ChannelOrderDraft, placeChannelOrder } from '../../orders/place-channel-order.ts';
import { recordMachineOrders } from '../../orders/record-machine-orders.ts';
import { placeMachine } from '../../places/place-machine.ts';
import { refillSlots } from '../../refills/refill-slots.ts';
import { payStyles } from '../../sales/pay-style.ts';
import type { Shop } from '../shop.ts';
import { tellVending } from './tell-vending.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

interface World {
  machines: TestShop[];
  shop: Shop;
  channel: number;
  orders: { machine: TestShop; id: number }[];
  channelOrders: ChannelOrderDraft[];
}

type Dice = readonly [number, number, number];

const pick = <T>(items: readonly T[], n: number): T => items[n % items.length] as T;

const operations: Record<string, (world: World, dice: Dice) => Promise<unknown>> = {
  async sell({ machines, orders }, [a, b, c]) {
    const machine = pick(machines, a);
    await comeOnline(ledger, machine);
    const order = await place(ledger, machine, 1 + (b % 3));
    orders.push({ machine, id: order.id });
    const { merchantId, machineId } = machine;
    await changeOrder(ledger, {
      merchantId,
      machineId,
      orderId: order.id,
      to: 'paid',
      payStyle: pick(payStyles, c),
      cause: byTest,
    });
    await dispense(ledger, machine, order);
    await drop(machine, b);
  },
  async channelOrder({ machines, channel, channelOrders }, [a, b, c]) {
    const machine = pick(machines, a);
    await comeOnline(ledger, machine);
    const lines = [1, 2].slice(b % 2).map((n) => ({
      slotName: c % 7 === 0 ? 'B9' : 'A1',
      goodsNumber: 'cola',
      quantity: n,
      priceCents: 299 + (c % 5),
    }));
    const draft = channelDraft(ledger, machine, channel, { lines, amountCents: 200 + c });
    channelOrders.push(draft);
    await placeChannelOrder(ledger, draft);
    await drop(machine, b);
    await drop(machine, c);
  },
  async machineSale({ machines }, [a, b, c]) {
    const { merchantId, machineId, slots } = pick(machines, a);
    const at = new Date(ledger.clock.now().getTime() - (c % 40) * 3_600_000);
    const units = Array.from({ length: 1 + (b % 3) }, (_, n) => ({ dispensed: (c + n) % 4 !== 0, error: '' }));
    const lines = [{ productId: slots[0]?.productId ?? 0, priceCents: 300, units }];
    const order = { payStyle: pick(payStyles, b), state: 'paid' as const, amountCents: 250 + c, paymentReference: '' };
    const told = { ...order, tradeId: `m-${a}-${b}-${c}`, createdAt: at, paidAt: at, lines };
    await recordMachineOrders(ledger, { merchantId, id: machineId }, [told], byTest);
  },
  async refund({ orders }, [a]) {
    const one = orders.length > 0 ? pick(orders, a) : undefined;
    if (!one) return;
    const { merchantId, machineId } = one.machine;
    await changeOrder(ledger, { merchantId, machineId, orderId: one.id, to: 'refunded', cause: byTest });
  },
  async refundChannel({ channelOrders }, [a, b]) {
    const draft = channelOrders.length > 0 ? pick(channelOrders, a) : undefined;
    if (draft) await cancelChannelOrder(ledger, { ...draft, ...(b % 3 > 0 && { refundCents: b % (draft.amountCents + 1) }) });
  },
  async refill({ machines }, [a]) {
    const { merchantId, machineId, slots } = pick(machines, a);
    const filled = slots.map(({ id }) => ({ slotId: id, quantity: 'full' as const }));
    await refillSlots(ledger, { merchantId, machineId, slots: filled, source: 'test', cause: byTest });
  },
  async move({ machines }, [a, b]) {
    const { merchantId, machineNo } = pick(machines, a);
    const [site] = await ledger.rows<{ number: string }>('select number from sites where merchant_id = $1', [merchantId]);
    await placeMachine(ledger, { merchantId, machineNo, siteNumber: b % 4 === 0 ? null : (site?.number ?? ''), cause: byTest });
  },
  async tell() {
    await projectAll(ledger);
    await Promise.all([tellVending(ledger), tellVending(elsewhere(ledger))]);
  },
  async wait(_, [a]) {
    ledger.clock.advance(a);
  },
  async hours(_, [a]) {
    ledger.clock.advance((a % 60) * 3_600);
  },
};

/** The next command of the machine: each of its units drops, or does not. */
async function drop(machine: TestShop, chance: number): Promise<void> {
  const command = await claim(ledger, machine);
  for (let index = 0; index < (command?.quantity ?? 0); index += 1) {
    await answer(ledger, machine, command ?? { id: 0 }, { index, dispensed: (chance + index) % 4 !== 0 });
  }
}

async function openWorld(): Promise<World> {
  const first = await testShop(ledger, { slots: [{ onHand: 40, capacity: 40 }] });
  const second = await testShop(ledger, { of: first, slots: [{ onHand: 40, capacity: 40 }] });
  const shop = await openTestSite(ledger, first, { dayClosesAt: '03:00' });
  const [site] = await ledger.rows<{ number: string }>('select number from sites where merchant_id = $1', [first.merchantId]);
  await placeMachine(ledger, {
    merchantId: first.merchantId,
    machineNo: second.machineNo,
    siteNumber: site?.number ?? '',
    cause: byTest,
  });
  return { machines: [first, second], shop, channel: await testChannel(ledger, first), orders: [], channelOrders: [] };
}

interface Section {
  key: string;
  amount: number;
}

const amountIn = (rows: Section[], key: string): number => Math.round((rows.find((row) => row.key === key)?.amount ?? 0) * 100);

/** By the documents alone: what all day ends say is what all bills as they are now say, and goods are what the trades count. */
async function grandTotals({ shop, machines }: World): Promise<unknown> {
  const bills = (await toldOf(ledger, shop, 'bill')).filter(({ latest }) => latest);
  const ends = await toldOf(ledger, shop, 'day-end');
  const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
  const [{ sold } = { sold: 0 }] = await ledger.rows<{ sold: number }>(
    `select coalesce(sum(t.price_cents), 0)::bigint as sold from trades t join pos_shops s on s.id = $2
    where t.merchant_id = $1 and t.counts and t.site_id = s.site_id and t.executed_at >= s.vending_since`,
    [machines[0]?.merchantId, shop.id],
  );
  return {
    paid: sum(bills.map(({ document }) => Math.round(document.paid * 100))),
    closed: sum(ends.map(({ document }) => amountIn(document.detail, 'cashierSum'))),
    goods: sum(bills.map(({ document }) => Math.round(document.goods_amount * 100))),
    closedGoods: sum(ends.map(({ document }) => amountIn(document.goods, 'expectValue'))),
    sold,
  };
}

test('bills, handovers, day ends and trades agree, whatever happens in whatever order', async () => {
  const step = fc.tuple(
    fc.constantFrom(...Object.keys(operations), 'sell', 'sell', 'channelOrder', 'refund', 'tell'),
    fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const world = await openWorld();
      const { shop, machines } = world;
      const merchantId = machines[0]?.merchantId ?? 0;
      for (const [name, dice] of steps) {
        await operations[name]?.(world, dice).catch((error: unknown) => {
          if (!(error instanceof LedgerError)) throw error;
        });
      }
      await tellAll(ledger);
      expect(await bookProblems(ledger, merchantId, shop)).toEqual([]);
      // When the last day is closed too, nothing is missing.
      ledger.clock.advance(2 * 86_400);
      await tellAll(ledger);
      expect(await bookProblems(ledger, merchantId, shop)).toEqual([]);
      const { paid, goods, closed, closedGoods, sold } = (await grandTotals(world)) as Record<string, number>;
      expect([closed, closedGoods, goods]).toEqual([paid, goods, sold]);
      const ends = (await toldOf(ledger, shop, 'day-end')).map(({ key }) => key);
      expect(ends).toEqual([...new Set(ends)].sort());
      expect(await salesProblems(ledger)).toEqual([]);
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 240_000);
