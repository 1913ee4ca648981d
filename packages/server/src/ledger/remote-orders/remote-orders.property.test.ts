import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import { begin, type ForeignShop, foreignDraft, foreignShop, foreignSlot, tellLayout } from '../../testing/foreign.ts';
import { byTest, emptyLedger, type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { whileTime } from '../../testing/while-time.ts';
import { decideHeld } from '../dispensing/decide-held.ts';
import { LedgerError } from '../errors.ts';
import { changeOrder, type OrderChange } from '../orders/change-order.ts';
import { sweepLedger } from '../sweep.ts';
import { type ForeignOrder, getForeignOrder } from './get-foreign-order.ts';
import { placeForeignOrder } from './place-foreign-order.ts';
import { type NoticeOutcome, recordNoticeOutcome } from './record-notice-outcome.ts';
import { type OutcomeEffect, type RemoteOutcome, recordRemoteOutcome } from './record-remote-outcome.ts';
import { recordRemoteUnknown } from './record-remote-unknown.ts';

// Whatever another platform answers, repeats, contradicts or keeps to itself, and in whatever order: a unit is given out or paid back,
// once, never both; what was paid is what was given out and what was paid back, to the cent. LEDGER_RUNS and LEDGER_SEED: longer, and again.
const runs = Number(process.env.LEDGER_RUNS ?? 12);
const seed = Number(process.env.LEDGER_SEED ?? Date.now() % 1_000_000);

let ledger: TestLedger;
let shop: ForeignShop;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

/** Numbers with which an operation chooses. */
type Dice = readonly [number, number, number];
type Orders = { id: number; machineId: number }[];

function pick<T>(list: readonly T[], number: number): T | undefined {
  return list[list.length - 1 - (number % Math.min(list.length, 5))];
}

const view = (orderId: number) => getForeignOrder(ledger, shop.merchantId, orderId);
const unitsOf = (order: ForeignOrder) =>
  order.lines.flatMap(({ slot, goods, priceCents, units }) => units.map((unit) => ({ ...unit, slot, goods, priceCents })));

async function tell(orderId: number, bits: number, what: Partial<RemoteOutcome> = {}): Promise<void> {
  const before = await view(orderId);
  const rows = unitsOf(before).map(({ slot, goods }, n) => ({ slot, goods, dispensed: ((bits >> n) & 1) === 1 }));
  const { merchantId, upstreamIntegrationId: integrationId } = shop;
  const outcome = {
    merchantId,
    integrationId,
    orderId,
    source: 'callback' as const,
    rows,
    complete: true,
    cause: byTest,
    ...what,
  };
  const effect = await recordRemoteOutcome(ledger, outcome);
  if (outcome.complete && !atOnce) expect(effect).toBe(effectOf(before, outcome.rows));
}

let atOnce = false;

/** Reckoned otherwise than the ledger does: of units of one slot and price it is the counts that must agree. */
function effectOf(before: ForeignOrder, rows: RemoteOutcome['rows']): OutcomeEffect {
  const units = unitsOf(before).map((unit, n) => ({ ...unit, told: rows[n]?.dispensed === true }));
  const groups = [...Map.groupBy(units, ({ slot, goods }) => `${slot} ${goods}`).values()];
  const contradicted = groups.some((group) => {
    const ended = group.filter(({ state }) => ['dispensed', 'failed', 'returned'].includes(state));
    if (new Set(group.map(({ priceCents }) => priceCents)).size > 1) {
      return ended.some(({ state, told }) => (state === 'dispensed') !== told);
    }
    const fell = ended.filter(({ state }) => state === 'dispensed').length;
    const told = group.filter((unit) => unit.told).length;
    return fell > told || ended.length - fell > group.length - told;
  });
  if (contradicted) return 'conflict';
  return units.every(({ state }) => ['dispensed', 'failed', 'returned'].includes(state)) ? 'repeated' : 'applied';
}

async function change({ id: orderId, machineId }: Orders[number], to: OrderChange): Promise<void> {
  await changeOrder(ledger, { merchantId: shop.merchantId, machineId, orderId, to, cause: byTest });
}

const notices: readonly NoticeOutcome[] = ['accepted', 'accepted', 'accepted', 'given-up', 'refused'];

const operations: Record<string, (orders: Orders, dice: Dice) => Promise<unknown>> = {
  async place(orders, [a, b, c]) {
    const lines = [{ goods: a % 2 === 0 ? 'cola' : 'tea', quantity: 1 + (b % 4) }];
    if (c % 3 === 0) lines.push({ goods: 'tea', quantity: 1 });
    orders.push(await placeForeignOrder(ledger, foreignDraft(shop, { lines, discountCents: c % 200, freshWithin: 1e9 })));
  },
  async pay(orders, [a]) {
    const order = pick(orders, a);
    if (order) await change(order, 'paid');
  },
  async begin(orders, [a]) {
    const order = pick(orders, a);
    if (order) await begin(ledger, shop, order);
  },
  async sell(orders, dice) {
    await operations.place?.(orders, dice);
    await operations.pay?.(orders, [0, 0, 0]);
    await operations.begin?.(orders, [0, 0, 0]);
  },
  async notice(orders, [a, b]) {
    const order = pick(orders, a);
    const outcome = pick(notices, b) ?? 'accepted';
    if (order) await recordNoticeOutcome(ledger, { merchantId: shop.merchantId, orderId: order.id, outcome, cause: byTest });
  },
  async callback(orders, [a, b]) {
    const order = pick(orders, a);
    if (order) await tell(order.id, b);
  },
  async query(orders, [a, b]) {
    const order = pick(orders, a);
    if (order) await tell(order.id, b, { source: 'query' });
  },
  async queryOfPart(orders, [a, b, c]) {
    const order = pick(orders, a);
    if (!order) return;
    const rows = unitsOf(await view(order.id)).map(({ slot, goods }, n) => ({ slot, goods, dispensed: ((b >> n) & 1) === 1 }));
    await tell(order.id, 0, { source: 'query', complete: false, rows: rows.filter((_, n) => ((c >> n) & 1) === 1) });
  },
  async unfit(orders, [a, b]) {
    const order = pick(orders, a);
    if (order) await tell(order.id, b, { complete: false, rows: [{ slot: '9', goods: 'cola', dispensed: true }] });
  },
  async unknown(orders, [a]) {
    const order = pick(orders, a);
    const { merchantId, upstreamIntegrationId: integrationId } = shop;
    if (order) await recordRemoteUnknown(ledger, { merchantId, integrationId, orderId: order.id, cause: byTest });
  },
  async leave(orders, [a, b]) {
    const order = pick(orders, a);
    if (order) await change(order, b % 3 === 0 ? 'closed' : 'refunded');
  },
  async decide(orders, [a, b, c]) {
    const order = pick(orders, a);
    const lineId = order && pick((await view(order.id)).lines, b)?.id;
    if (!order || lineId === undefined) return;
    await decideHeld(ledger, { merchantId: shop.merchantId, orderId: order.id, lineId, dropped: c % 2 === 0, cause: byTest });
  },
  async report(_, [a, b, c]) {
    const slots = [
      foreignSlot('1', 'cola', a % 8),
      foreignSlot('2', 'cola', b % 8),
      foreignSlot('3', 'tea', c % 8, { priceCents: 333 }),
    ];
    await tellLayout(ledger, shop, { slots: slots.slice(0, 2 + (a % 2)) });
  },
  async wait(_, [a]) {
    ledger.clock.advance(pick([10, 60, 300, 700, 1_300], a) ?? 0);
    await sweepLedger(ledger);
  },
};

type Step = readonly [name: string, dice: Dice];

async function perform(orders: Orders, [name, dice]: Step): Promise<void> {
  try {
    await operations[name]?.(orders, dice);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
  }
}

/** What has ended, or was paid back, stays so. */
function watchEnds() {
  const ends = new Map<number, string>();
  return async (): Promise<string[]> => {
    const rows = await ledger.rows<{ id: number; state: string; refund_id: number | null }>(
      'select id, state, refund_id from dispenses',
    );
    return rows.flatMap(({ id, state, refund_id }) => {
      const before = ends.get(id);
      const now = `${state} ${refund_id}`;
      if (state === 'dispensed' || state === 'failed' || state === 'returned') ends.set(id, now);
      // Paid back later: what had failed before others of its order, and what the seller gives back of his own accord.
      const paidBack = before === `${state} null`;
      return before === undefined || before === now || paidBack ? [] : [`unit ${id} was ${before} and is ${now}`];
    });
  };
}

async function holds(groups: readonly (readonly Step[])[]): Promise<void> {
  await emptyLedger(ledger);
  shop = await foreignShop(ledger, await testShop(ledger));
  const orders: Orders = [];
  const changedEnds = watchEnds();
  for (const group of groups) {
    atOnce = group.length > 1;
    await Promise.all(group.map((one) => perform(orders, one)));
    expect([...(await conservationProblems(ledger)), ...(await changedEnds())]).toEqual([]);
  }
  for (const { id } of orders) await comesToAnEnd(id);
  await projectAll(ledger);
  expect([...(await conservationProblems(ledger)), ...(await changedEnds()), ...(await salesProblems(ledger))]).toEqual([]);
}

async function comesToAnEnd(orderId: number): Promise<void> {
  const { remote } = await view(orderId);
  if (!remote) return;
  if (remote.state === 'queued') {
    ledger.clock.advance(ledger.rules.noticeWindow);
    await sweepLedger(ledger);
  } else if (remote.state !== 'done' && remote.state !== 'cancelled') {
    await tell(orderId, 0b10110);
  }
  const order = await view(orderId);
  const given = unitsOf(order).filter(({ refundId }) => refundId === null);
  expect(given.every(({ state }) => state === 'dispensed')).toBe(true);
  expect(order.refundedCents + given.reduce((sum, { priceCents }) => sum + priceCents, 0)).toBe(order.amountCents);
}

const weights: Record<string, number> = { sell: 8, notice: 8, callback: 5, query: 4, queryOfPart: 4, wait: 5 };

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.oneof(...Object.keys(operations).map((name) => ({ weight: weights[name] ?? 2, arbitrary: fc.constant(name) }))),
  fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000)),
);

describe(`orders at another platform at random (LEDGER_SEED=${seed})`, () => {
  const parameters = { numRuns: runs, seed };
  const limit = runs * 2_000;
  const timeout = runs * 4_000 + 30_000;

  test(
    'one after another',
    async () => {
      const steps = fc.array(step, { minLength: 20, maxLength: 60, size: 'max' });
      await fc.assert(
        fc.asyncProperty(
          steps,
          whileTime(limit, (all: Step[]) => holds(all.map((one) => [one]))),
        ),
        parameters,
      );
    },
    timeout,
  );

  test(
    'several at once',
    async () => {
      const groups = fc.array(fc.array(step, { minLength: 2, maxLength: 8, size: 'max' }), {
        minLength: 8,
        maxLength: 16,
        size: 'max',
      });
      // What happened at once will not happen so again: there is nothing to shrink.
      await fc.assert(fc.asyncProperty(groups, whileTime(limit, holds)), { ...parameters, endOnFailure: true });
    },
    timeout,
  );
});
