import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelDraft, testChannel } from '../testing/channel.ts';
import { conservationProblems } from '../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  dispense,
  elsewhere,
  emptyLedger,
  machineOf,
  orderDraft,
  type TestLedger,
  type TestOrder,
  type TestShop,
  testLedger,
  testShop,
} from '../testing/ledger.ts';
import { projectAll, salesProblems } from '../testing/sales.ts';
import { whileTime } from '../testing/while-time.ts';
import { putGoods } from './catalog/put-goods.ts';
import { requestTestDispense } from './dispensing/request-test-dispense.ts';
import { LedgerError } from './errors.ts';
import { answerExternalCode } from './external-codes/answer-external-code.ts';
import { recordExternalUse } from './external-codes/record-external-use.ts';
import { changeIntegration } from './integrations/change-integration.ts';
import { putListing } from './listings/put-listing.ts';
import { claimMachineCommand } from './machine-commands/claim-machine-command.ts';
import { requestMachineCommand } from './machine-commands/request-machine-command.ts';
import { clearSlotFault } from './machines/clear-slot-fault.ts';
import { recordFacts } from './machines/record-facts.ts';
import { setSlotOnSale } from './machines/set-slot-on-sale.ts';
import { makeGood } from './making-good/make-good.ts';
import { takeBackCodes } from './making-good/take-back-codes.ts';
import { cancelChannelOrder } from './orders/cancel-channel-order.ts';
import { changeOrder, type OrderChange } from './orders/change-order.ts';
import { type ChannelOrderDraft, placeChannelOrder } from './orders/place-channel-order.ts';
import { placeOrder } from './orders/place-order.ts';
import { recordMachineOrders } from './orders/record-machine-orders.ts';
import { createOpenPickupCode } from './pickup-codes/create-open-pickup-code.ts';
import { createPickupCodes, type PickupCode } from './pickup-codes/create-pickup-codes.ts';
import { deletePickupCodes } from './pickup-codes/delete-pickup-codes.ts';
import { recordMachineUse } from './pickup-codes/record-machine-use.ts';
import { typePickupCode } from './pickup-codes/type-pickup-code.ts';
import { usePickupCode } from './pickup-codes/use-pickup-code.ts';
import { changePlanogram } from './planogram/change-planogram.ts';
import { getPlanogram } from './planogram/get-planogram.ts';
import type { SlotChange } from './planogram/plan-slots.ts';
import { recordVisit } from './refills/record-visit.ts';
import { refillSlots } from './refills/refill-slots.ts';
import { takeOutReasons } from './refills/visit.ts';
import { payStyles } from './sales/pay-style.ts';
import { projectSales } from './sales/project-sales.ts';
import { type CountSource, recordCount } from './stock/record-count.ts';
import { sweepLedger } from './sweep.ts';

// Whatever is done to the ledger, in whatever order and by however many at once: the books agree after every step, what has
// become of a unit stays so, nothing is told twice, nobody sees a deadlock, and the sales are those of the orders. LEDGER_RUNS and LEDGER_SEED: longer, and again.
const runs = Number(process.env.LEDGER_RUNS ?? 12);
const seed = Number(process.env.LEDGER_SEED ?? Date.now() % 1_000_000);

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

/** What a run has to do with: what was made so far, to be picked from. */
interface World {
  shops: TestShop[];
  orders: { shop: TestShop; order: TestOrder }[];
  commands: { shop: TestShop; id: number; quantity: number }[];
  codes: { shop: TestShop; code: PickupCode }[];
  /** Digits for any machine. */
  open: string[];
  channel: number;
  channelOrders: ChannelOrderDraft[];
}

/** Numbers with which an operation chooses among what there is. */
type Dice = readonly [number, number, number];

function pick<T>(list: readonly T[], number: number): T | undefined {
  return list[number % list.length];
}

/** The newer ones are more interesting than the older. */
function pickLate<T>(list: readonly T[], number: number): T | undefined {
  return list[list.length - 1 - (number % Math.min(list.length, 6))];
}

const changes: readonly OrderChange[] = ['refunded', 'closed', 'refunded', 'revoked', 'refunded', 'payment_failed', 'paying'];

const sources: readonly CountSource[] = ['count', 'machine-report', 'upload', 'machine-refill'];

const operations: Record<string, (world: World, dice: Dice) => Promise<unknown>> = {
  async place({ shops, orders }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const lines = Array.from({ length: 1 + (b % 2) }, (_, n) => ({
      productId: pick(shop.slots, b + n)?.productId ?? 0,
      quantity: 1 + (c % 3),
    }));
    const { id } = await placeOrder(elsewhere(ledger), orderDraft(shop, 0, { lines }));
    const rows = await ledger.rows<{ id: number }>('select id from order_lines where order_id = $1 order by id', [id]);
    orders.push({ shop, order: { id, lineIds: rows.map((row) => row.id) } });
  },
  async placeTogether({ shops, orders }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const placed = await Promise.allSettled(
      Array.from({ length: 2 + (b % 6) }, (_, n) => {
        const productId = pick(shop.slots, n)?.productId ?? 0;
        return placeOrder(ledger, orderDraft(shop, 0, { lines: [{ productId, quantity: 1 + (c % 2) }] }));
      }),
    );
    for (const one of placed) {
      if (one.status === 'rejected') throwUnlessRefused(one.reason);
      else orders.push({ shop, order: { id: one.value.id, lineIds: await lineIdsOf(one.value.id) } });
    }
  },
  async pay({ orders }, [a]) {
    const one = pickLate(orders, a);
    if (one) await change(one, 'paid');
  },
  async leave({ orders }, [a, b]) {
    const one = pickLate(orders, a);
    if (one) await change(one, pick(changes, b) ?? 'closed');
  },
  async dispense({ orders }, [a, b]) {
    const one = pickLate(orders, a);
    if (one) await dispense(ledger, one.shop, one.order, b % one.order.lineIds.length);
  },
  async sell({ orders }, [a, b]) {
    const one = pickLate(orders, a);
    if (!one) return;
    await change(one, 'paid');
    await dispense(ledger, one.shop, one.order, b % one.order.lineIds.length);
  },
  async testDispense({ shops }, [a, b]) {
    const shop = pick(shops, a) as TestShop;
    const machine = await machineOf(ledger, shop);
    const { merchantId, integrationId } = shop;
    const slotName = pick(shop.slots, b)?.name ?? '';
    await requestTestDispense(ledger, {
      merchantId,
      integrationId,
      machine,
      slotName,
      notifyUrl: 'http://mall.test',
      cause: byTest,
    });
  },
  async claim({ shops, commands }, [a]) {
    const shop = pick(shops, a) as TestShop;
    const command = await claim(ledger, shop);
    if (command) commands.push({ shop, id: command.id, quantity: command.quantity });
  },
  async dropped({ commands }, [a, b]) {
    const command = pickLate(commands, a);
    if (command) await answer(ledger, command.shop, command, { index: b % command.quantity });
  },
  async failed({ commands }, [a, b, c]) {
    const command = pickLate(commands, a);
    if (!command) return;
    await answer(ledger, command.shop, command, { index: b % command.quantity, dispensed: false, faultCode: 1 + (c % 2) });
  },
  async answerOfOld({ commands }, [a, b, c]) {
    const command = pick(commands, a);
    if (!command) return;
    const answeredAt = new Date(ledger.clock.now().getTime() - (c % 200) * 1_000);
    await answer(ledger, command.shop, command, { index: b % (command.quantity + 1), dispensed: c % 2 === 0, answeredAt });
  },
  async allDropped({ commands }, [a, b]) {
    const command = pickLate(commands, a);
    if (!command) return;
    for (let index = 0; index < command.quantity; index += 1) {
      await answer(ledger, command.shop, command, { index: index + (b % 2) });
    }
  },
  async giveUp({ shops }) {
    ledger.clock.advance(120);
    await sweepLedger(ledger);
    for (const shop of shops) await comeOnline(ledger, shop);
  },
  async expire({ shops }) {
    ledger.clock.advance(20 * 60);
    await sweepLedger(elsewhere(ledger));
    for (const shop of shops) await comeOnline(ledger, shop);
  },
  async wait(_, [a]) {
    ledger.clock.advance(a % 120);
  },
  async sweep() {
    await sweepLedger(elsewhere(ledger));
  },
  async online({ shops }, [a]) {
    await comeOnline(ledger, pick(shops, a) as TestShop);
  },
  async count({ shops }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const counts = shop.slots.slice(0, 1 + (b % 2)).map(({ id }) => ({ slotId: id, onHand: c % 12 }));
    const { merchantId, machineId } = shop;
    const countedAt = new Date(ledger.clock.now().getTime() - (b % 3) * 60_000);
    const source = pick(sources, c) ?? 'count';
    await recordCount(ledger, { merchantId, machineId, counts, source, countedAt, cause: byTest });
  },
  async missOne({ shops }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const slotId = pick(shop.slots, b)?.id ?? 0;
    const [slot] = await ledger.rows<{ on_hand: number }>('select on_hand from slots where id = $1', [slotId]);
    const counts = [{ slotId, onHand: Math.max(0, (slot?.on_hand ?? 0) - 1) }];
    const { merchantId, machineId } = shop;
    const source = pick(sources, c) ?? 'count';
    await recordCount(ledger, { merchantId, machineId, counts, source, countedAt: ledger.clock.now(), cause: byTest });
  },
  async refill({ shops }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const slots = shop.slots.map(({ id }, n) => ({ slotId: id, quantity: (b + n) % 3 === 0 ? ('full' as const) : c % 5 }));
    await refillSlots(ledger, { merchantId: shop.merchantId, machineId: shop.machineId, slots, source: 'test', cause: byTest });
  },
  async visit({ shops }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const { merchantId, machineId } = shop;
    const now = await ledger.rows<{ id: number; product_id: number }>(
      'select id, product_id from slots where machine_id = $1 order by id',
      [machineId],
    );
    const lines = shop.slots.slice(0, 1 + (b % 2)).map(({ id, productId }, n) => ({
      slotId: id,
      // What the phone shows may be old.
      productId: c % 7 === 0 ? productId : (now.find((slot) => slot.id === id)?.product_id ?? 0),
      ...((b + n) % 4 === 0 && { counted: c % 12 }),
      ...((b + n) % 3 === 0 && { takenOut: [{ quantity: 1 + (c % 3), reason: takeOutReasons[c % 5] ?? ('other' as const) }] }),
      ...((b + n) % 5 !== 0 && { added: c % 4 === 0 ? 1 + (c % 5) : ('full' as const) }),
    }));
    const begunAt = ledger.clock.now();
    const endedAt = new Date(begunAt.getTime() - (c % 3) * 60_000);
    const visit = {
      merchantId,
      machineId,
      key: `visit-of-${a % 2}-${b}-${c}`,
      lines,
      begunAt,
      endedAt,
      visitor: 'test',
      cause: byTest,
    };
    // A phone that hears no answer tells it again.
    await allOf([
      recordVisit(elsewhere(ledger), visit),
      recordVisit(ledger, b % 5 === 1 ? visit : { ...visit, key: `${visit.key}-2` }),
    ]);
  },
  async machineSale({ shops }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const at = new Date(ledger.clock.now().getTime() - (c % 3) * 60_000);
    const units = Array.from({ length: 1 + (c % 3) }, (_, n) => ({ dispensed: (b + n) % 4 !== 0, error: '' }));
    const line = { productId: pick(shop.slots, b)?.productId ?? 0, priceCents: 300, units };
    const order = {
      tradeId: `machine-${b % 40}`,
      payStyle: pick(payStyles, c) ?? ('cash' as const),
      state: 'paid' as const,
      amountCents: 300,
      paymentReference: '',
      createdAt: at,
      paidAt: at,
      lines: [line, line],
    };
    await recordMachineOrders(ledger, { merchantId: shop.merchantId, id: shop.machineId }, [order], byTest);
  },
  async createCodes({ shops, codes }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const { merchantId, machineId } = shop;
    const product = { productId: pick(shop.slots, b)?.productId ?? 0, count: 1 + (c % 3) };
    const expiresAt = c % 3 === 0 ? new Date(ledger.clock.now().getTime() + 100_000) : undefined;
    const made = await createPickupCodes(ledger, { merchantId, machineId, product, expiresAt, length: 6, cause: byTest });
    codes.push(...made.map((code) => ({ shop, code })));
  },
  async useCode({ codes, orders }, [a]) {
    const one = pickLate(codes, a % 2);
    if (!one) return;
    const { merchantId, integrationId, machineId } = one.shop;
    const { code, productId } = one.code;
    const { tradeId, notifyUrl } = orderDraft(one.shop);
    const use = { merchantId, integrationId, machineId, code, productId, tradeId, notifyUrl, cause: byTest };
    const id = await usePickupCode(ledger, use);
    orders.push({ shop: one.shop, order: { id, lineIds: await lineIdsOf(id) } });
  },
  async createOpenCode({ shops, open }, [a, b]) {
    const { merchantId, machineId, integrationId } = pick(shops, a) as TestShop;
    const expiresAt = b % 3 === 0 ? new Date(ledger.clock.now().getTime() + 100_000) : undefined;
    const at = b % 2 === 0 ? machineId : null;
    open.push((await createOpenPickupCode(ledger, { merchantId, integrationId, machineId: at, expiresAt, cause: byTest })).code);
  },
  async typeCode({ shops, open, codes }, [a, b, c]) {
    const [one, other] = [pick(shops, a), pick(shops, a + 1)] as [TestShop, TestShop];
    const code = c % 3 === 0 ? `1000${b % 3}` : ((c % 3 === 1 ? pickLate(codes, b)?.code.code : undefined) ?? pickLate(open, b));
    if (code === undefined) return;
    const typed = { code, typedAt: ledger.clock.now(), cause: byTest };
    await allOf(
      [one, other].map(({ merchantId, machineId }) =>
        typePickupCode(elsewhere(ledger), { ...typed, merchantId, machineId, serial: `s${a}-${b}-${c}` }),
      ),
    );
  },
  async mallSays(_, [a, b]) {
    const claimed = await ledger.rows<{ id: number; merchant_id: number }>(
      `select merchant_id, id from external_codes where state in ('claimed', 'dispensing') order by id`,
    );
    const one = pickLate(claimed.length > 0 ? claimed : [{ merchant_id: 1, id: 1 }], a);
    const said =
      b % 4 === 0 ? ({ good: false, reason: 'used' } as const) : ({ good: true, goodsNumber: 'cola', feeCents: 5 } as const);
    const told = { merchantId: one?.merchant_id ?? 0, externalCodeId: one?.id ?? 0, answer: said, cause: byTest };
    await allOf([answerExternalCode(ledger, told), answerExternalCode(elsewhere(ledger), told)]);
  },
  async mallIsTold(_, [a, b]) {
    const fetched = await ledger.rows<{ id: number; merchant_id: number }>(
      `select merchant_id, id from external_codes order by id`,
    );
    const one = pickLate(fetched.length > 0 ? fetched : [{ merchant_id: 1, id: 1 }], a);
    const use = { merchantId: one?.merchant_id ?? 0, externalCodeId: one?.id ?? 0, told: b % 3 !== 0, cause: byTest };
    await recordExternalUse(ledger, use);
  },
  async useCodeAtMachine({ codes }, [a, b]) {
    const one = pickLate(codes, a % 2);
    if (!one) return;
    const { merchantId, machineId } = one.shop;
    const usedAt = new Date(ledger.clock.now().getTime() - (b % 3) * 60_000);
    await recordMachineUse(ledger, { merchantId, machineId, pickupCodeId: one.code.id, usedAt, cause: byTest });
  },
  async deleteCode({ codes }, [a, b]) {
    const one = pick(codes, a);
    if (!one) return;
    const { merchantId, machineId } = one.shop;
    await deletePickupCodes(ledger, { merchantId, machineId, id: b % 4 === 0 ? 'all' : one.code.id, cause: byTest });
  },
  async makeGood({ orders, codes }, [a, b]) {
    const one = pickLate(orders, a);
    if (!one) return;
    const ask = { merchantId: one.shop.merchantId, orderId: one.order.id, by: 'test', cause: byTest };
    const kinds = b % 3 === 0 ? (['refund', 'pickup-code'] as const) : ([b % 3 === 1 ? 'refund' : 'pickup-code'] as const);
    const made = await Promise.allSettled(kinds.map((kind) => makeGood(elsewhere(ledger), { ...ask, kind })));
    for (const result of made) {
      if (result.status === 'rejected') throwUnlessRefused(result.reason);
    }
    const issued = await ledger.rows<PickupCode>(
      `select p.id, p.code, p.product_id as "productId", p.created_at as "createdAt", p.expires_at as "expiresAt"
       from made_good g join pickup_codes p on p.merchant_id = g.merchant_id and p.id = g.pickup_code_id
       where g.order_id = $1 and p.state = 'unused'`,
      [one.order.id],
    );
    codes.push(...issued.map((code) => ({ shop: one.shop, code })));
  },
  async takeBackCodes({ orders }, [a]) {
    const one = pickLate(orders, a);
    if (one) await takeBackCodes(ledger, { merchantId: one.shop.merchantId, orderId: one.order.id, by: 'test', cause: byTest });
  },
  async channelOrder({ shops, channel, channelOrders }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const names = [...shop.slots.map(({ name }) => name), 'B9'];
    const lines = Array.from({ length: 1 + (b % 2) }, (_, n) => ({
      slotName: pick(names, b + n) ?? '',
      goodsNumber: c % 9 === 0 ? 'tea' : 'cola',
      quantity: 1 + (c % 3),
      priceCents: 300 - n,
    }));
    const draft = channelDraft(ledger, shop, channel, { lines });
    channelOrders.push(draft);
    await placeChannelOrder(elsewhere(ledger), draft);
  },
  async channelOrderAgain({ channelOrders }, [a, b]) {
    const draft = pickLate(channelOrders, a);
    if (draft) await placeChannelOrder(ledger, b % 4 === 0 ? { ...draft, amountCents: draft.amountCents + 1 } : draft);
  },
  async cancelChannelOrder({ channelOrders }, [a, b]) {
    const draft = pickLate(channelOrders, a);
    if (draft) await cancelChannelOrder(ledger, { ...draft, ...(b % 2 === 0 && { refundCents: b }) });
  },
  async list({ shops, channel }, [a, b, c]) {
    const { merchantId, integrationId, machineNo } = pick(shops, a) as TestShop;
    const change = { offered: c % 5 !== 0, heldBackPercent: b % 101, priceCents: c % 2 === 0 ? null : 200 + c };
    const on = b % 2 === 0 ? channel : integrationId;
    await putListing(ledger, { merchantId, machineNo, integrationId: on, ...change, cause: byTest });
  },
  async planogram({ shops }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const { merchantId, machineId } = shop;
    const goods = await putGoods(ledger, merchantId, [{ number: 'tea', name: 'Tea', priceCents: 450 }], byTest);
    const { version } = await getPlanogram(ledger, { merchantId, machineId });
    const choices: readonly SlotChange[][] = [
      [{ slot: 'A1', goodsId: pick([...goods.values(), null], c) }],
      [{ slot: 'A2', goodsId: pick([null, ...goods.values()], c), onSale: true }],
      [
        { slot: 'A1', span: 2 },
        { slot: 'A2', goodsId: null },
      ],
      [{ slot: 'A1', span: 1 }],
      [
        { slot: 'A1', span: 1, priceCents: 300 + c },
        { slot: 'A2', goodsId: pick([...goods.values()], 0), capacity: 12 },
      ],
    ];
    await changePlanogram(ledger, { merchantId, machineId, version, changes: pick(choices, b) ?? [], cause: byTest });
    // From now on the slots are bought by their new numbers; codes and machines go on naming the old ones.
    const renewed = await ledger.rows<{ id: number; productId: number }>('select id, product_id as "productId" from slots');
    for (const slot of shop.slots) slot.productId = renewed.find(({ id }) => id === slot.id)?.productId ?? 0;
  },
  async clearFault({ shops }, [a, b]) {
    const shop = pick(shops, a) as TestShop;
    const { merchantId, machineId } = shop;
    await clearSlotFault(ledger, { merchantId, machineId, slotId: pick(shop.slots, b)?.id ?? 0, cause: byTest });
  },
  async onSale({ shops }, [a, b, c]) {
    const shop = pick(shops, a) as TestShop;
    const { merchantId, machineId } = shop;
    const slotId = pick(shop.slots, b)?.id ?? 0;
    await setSlotOnSale(elsewhere(ledger), { merchantId, machineId, slotId, onSale: c % 3 > 0, cause: byTest });
  },
  async restart({ shops }, [a, b]) {
    const { merchantId, machineId } = pick(shops, a) as TestShop;
    const request = { merchantId, machineId, kind: b % 2 === 0 ? 'restart' : 'refresh', askedBy: 'test', cause: byTest } as const;
    await requestMachineCommand(elsewhere(ledger), request);
    await claimMachineCommand(ledger, merchantId, machineId);
  },
  async boot({ shops }, [a, b]) {
    const { merchantId, machineId } = pick(shops, a) as TestShop;
    const saidAt = new Date(ledger.clock.now().getTime() - (b % 200) * 1_000);
    await recordFacts(ledger, { merchantId, machineId, about: 'environment', saidAt, facts: {}, cause: byTest });
  },
};

async function change({ shop, order }: World['orders'][number], to: OrderChange): Promise<void> {
  const { merchantId, machineId } = shop;
  await changeOrder(ledger, { merchantId, machineId, orderId: order.id, to, cause: byTest });
}

async function lineIdsOf(orderId: number): Promise<number[]> {
  const rows = await ledger.rows<{ id: number }>('select id from order_lines where order_id = $1 order by id', [orderId]);
  return rows.map(({ id }) => id);
}

function throwUnlessRefused(error: unknown): void {
  if (!(error instanceof LedgerError)) throw error;
}

/** Where one is refused the other ends all the same before anything is checked. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(work)) if (one.status === 'rejected') throwUnlessRefused(one.reason);
}

type Step = readonly [name: string, dice: Dice];

async function perform(world: World, [name, dice]: Step): Promise<void> {
  await operations[name]?.(world, dice).catch(throwUnlessRefused);
}

/** What has come to an end stays as it ended. */
function watchEnds() {
  const ends = new Map<number, string>();
  return async (): Promise<string[]> => {
    const rows = await ledger.rows<{ id: number; state: string }>('select id, state from dispenses');
    const problems = rows.flatMap(({ id, state }) => {
      const before = ends.get(id);
      return before !== undefined && before !== state ? [`unit ${id} was ${before} and is ${state}`] : [];
    });
    for (const { id, state } of rows) if (state === 'dispensed' || state === 'returned') ends.set(id, state);
    return problems;
  };
}

async function toldTwice(): Promise<string[]> {
  const rows = await ledger.rows<{ problem: string }>(`
    select 'line ' || (data ->> 'lineId') || ' was settled ' || count(*) || ' times for batch ' || (data ->> 'batchId') as problem
    from events where kind = 'dispense.settled' group by data ->> 'lineId', data ->> 'batchId' having count(*) > 1
    union all
    select 'order ' || order_id || ' was told ' || count(*) || ' times: ' || kind
    from events where kind in ('order.outcome', 'order.refund-due', 'order.placed', 'order.paid', 'order.expired', 'order.closed', 'order.refunded', 'order.revoked')
    group by order_id, kind having count(*) > 1
    union all
    select kind || ' ' || data || ' was told ' || count(*) || ' times'
    from events where kind in ('trade.created', 'refill.settled') group by kind, data having count(*) > 1`);
  return rows.map(({ problem }) => problem);
}

async function openWorld(): Promise<World> {
  await emptyLedger(ledger);
  const first = await testShop(ledger, {
    slots: [
      { onHand: 6, capacity: 10 },
      { onHand: 3, capacity: 5 },
    ],
  });
  const second = await testShop(ledger, {
    of: first,
    drive: 'belt',
    hasDropDetection: true,
    slots: [{ onHand: 8 }, { onHand: 1 }],
  });
  await changeIntegration(ledger, first.merchantId, first.integrationId, { settings: { mallUrl: 'http://mall.example' } });
  const channel = await testChannel(ledger, first);
  return { shops: [first, second], orders: [], commands: [], codes: [], open: [], channel, channelOrders: [] };
}

const weights: Record<string, number> = {
  place: 6,
  createOpenCode: 3,
  typeCode: 5,
  mallSays: 3,
  sell: 8,
  claim: 6,
  dropped: 4,
  allDropped: 4,
  failed: 3,
  pay: 3,
  dispense: 4,
  leave: 4,
  useCode: 4,
  channelOrder: 6,
  makeGood: 4,
  list: 1,
};

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.oneof(...Object.keys(operations).map((name) => ({ weight: weights[name] ?? 2, arbitrary: fc.constant(name) }))),
  fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000)),
);

/** Each group at once, the groups one after another. */
async function holds(groups: readonly (readonly Step[])[]): Promise<void> {
  const world = await openWorld();
  const changedEnds = watchEnds();
  for (const group of groups) {
    // The projection comes when it comes: beside what happens, and in the end.
    await Promise.all([...group.map((one) => perform(world, one)), projectSales(ledger)]);
    expect([...(await conservationProblems(ledger)), ...(await changedEnds()), ...(await toldTwice())]).toEqual([]);
  }
  await projectAll(ledger);
  expect(await salesProblems(ledger)).toEqual([]);
}

describe(`everything at random (LEDGER_SEED=${seed})`, () => {
  const parameters = { numRuns: runs, seed };
  const limit = runs * 2_000;
  const timeout = runs * 4_000 + 30_000;

  test(
    'one after another',
    async () => {
      const steps = fc.array(step, { minLength: 20, maxLength: 60, size: 'max' });
      const property = fc.asyncProperty(
        steps,
        whileTime(limit, (all: Step[]) => holds(all.map((one) => [one]))),
      );
      await fc.assert(property, parameters);
    },
    timeout,
  );

  test(
    'several at once',
    async () => {
      const groups = fc.array(fc.array(step, { minLength: 1, maxLength: 8, size: 'max' }), {
        minLength: 8,
        maxLength: 20,
        size: 'max',
      });
      // What happened at once will not happen so again: there is nothing to shrink.
      await fc.assert(fc.asyncProperty(groups, whileTime(limit, holds)), { ...parameters, endOnFailure: true });
    },
    timeout,
  );
});
