import { createLossyProxy, type LossyProxy } from '@polyvend/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { integrationOf, newCredentials } from '../../packages/server/src/dialects/owitho/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { putListing } from '../../packages/server/src/ledger/listings/put-listing.ts';
import { clearSlotFault } from '../../packages/server/src/ledger/machines/clear-slot-fault.ts';
import { noFault } from '../../packages/server/src/ledger/machines/set-slot-fault.ts';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import { addProgram, type Program } from '../qianhub/steps.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import type { OrderView } from './seller.ts';

// Two hubs: one sells what lies in the machines of the other. Between them a wire, both ways, that loses, repeats and delays.

const orders = Number(process.env.HUB_ORDERS ?? 120);
const minutes = Math.max(4, orders / 24);
const faults = { loseRequest: 0.06, loseAnswer: 0.06, repeat: 0.08, delay: 0.1, delayMs: [1, 30] as const };
const bad = { dispenseMs: [1, 15], jam: 0.06 } as const;
const stock = { capacity: orders * 2, onHand: orders };

let platform: TestHub;
let third: TestHub;
let wires: { there: LossyProxy; back: LossyProxy };
let program: Program;
let integrationId: number;
const machines: TestMachine[] = [];

beforeAll(async () => {
  [platform, third] = await Promise.all([startTestHub(), startTestHub()]);
  const there = await createLossyProxy({ target: third.url, seed: 1, faults });
  const back = await createLossyProxy({ target: platform.url, seed: 2, faults });
  wires = { there, back };
  const credentials = newCredentials();
  integrationId = await createIntegration(platform.ledger, {
    merchantId: platform.merchant.id,
    ...integrationOf(credentials, 'platform'),
    // Lost answers are lost tokens: they are fetched again.
    settings: { thirdUrl: there.baseUrl, tokensPerDay: 10_000 },
  });
  const channel = await createIntegration(third.ledger, {
    merchantId: third.merchant.id,
    ...integrationOf(credentials, 'thirdParty'),
    settings: { platformUrl: back.baseUrl },
  });
  for (let n = 0; n < 4; n += 1) {
    const machine = await third.machine('spring', stock);
    machine.virtual.behave(bad);
    const listing = {
      merchantId: third.merchant.id,
      integrationId: channel,
      machineNo: machine.machineNo,
      cause: { by: 'test' },
    };
    await putListing(third.ledger, listing);
    machines.push(machine);
  }
  program = await addProgram(platform);
});
afterAll(async () => {
  await Promise.all([wires?.there.close(), wires?.back.close()]);
  await Promise.all([platform?.stop(), third?.stop()]);
});

const settle = async () => {
  await Promise.all(machines.map(({ virtual }) => virtual.idle()));
  await Promise.all([platform.settle(), third.settle()]);
};
async function pass(seconds: number): Promise<void> {
  platform.clock.advance(seconds);
  third.clock.advance(seconds);
  for (const machine of machines) machine.virtual.heartbeat();
  await settle();
}

/** Numbers that the same run has again: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomOf(20_180_519);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** As a program does that had no answer: the same again, with the same key. */
async function persist(path: string, body: object): Promise<{ status: number; body: OrderView }> {
  return await until(async () => {
    const answer = await program.call('POST', path, body);
    return answer.status < 500 ? answer : undefined;
  }, path);
}

/** What is jammed is mended. */
async function mend(): Promise<void> {
  for (const { id: machineId, products } of machines) {
    for (const { slotId, faultCode } of await products()) {
      if (faultCode === noFault) continue;
      await clearSlotFault(third.ledger, { merchantId: third.merchant.id, machineId, slotId, cause: { by: 'test' } });
    }
  }
}

const slots = ['A11', 'A12', 'A13'];

async function buyOne(n: number): Promise<number | undefined> {
  const items = Array.from({ length: random() < 0.3 ? 2 : 1 }, () => ({ slot: pick(slots), quantity: random() < 0.4 ? 2 : 1 }));
  const discount_cents = Math.floor(random() * 120);
  const wanted = {
    machine: pick(machines).machineNo,
    integration: integrationId,
    idempotency_key: `buy-${n}`,
    items,
    discount_cents,
  };
  const placed = await persist('/v1/orders', wanted);
  if (placed.status !== 200) return undefined;
  if (random() < 0.05) return undefined;
  await persist(`/v1/orders/${placed.body.id}/pay`, { pay_style: pick(['wechat', 'alipay', 'vip', 'card']) });
  return placed.body.id;
}

interface Unit {
  slot: string;
  goods: string;
  price_cents: number;
  state: string;
}

interface Books {
  [order: string]: { amountCents: number; units: string[] };
}

/** What stands in the third party's books of the orders that came from there. */
async function booksThere(): Promise<Books> {
  const { rows } = await third.hub.database.pool.query(`
    select o.trade_id, o.amount_cents::int as amount, s.name as slot, g.number as goods, l.price_cents::int as price,
      case when d.state = 'dispensed' then '+' when d.state in ('failed', 'returned', 'held') then '-' else d.state end as ended
    from orders o
    join dispenses d on d.merchant_id = o.merchant_id and d.order_id = o.id
    join order_lines l on l.merchant_id = o.merchant_id and l.id = d.line_id
    join slots s on s.merchant_id = o.merchant_id and s.id = d.slot_id
    join goods g on g.merchant_id = o.merchant_id and g.id = l.goods_id
    where o.channel_id is not null`);
  return booksOf(rows);
}

interface BookRow {
  trade_id: string;
  amount: number;
  slot: string;
  goods: string;
  price: number;
  ended: string;
}

function booksOf(rows: readonly BookRow[]): Books {
  const books: Books = {};
  for (const { trade_id, amount, slot, goods, price, ended } of rows) {
    books[trade_id] ??= { amountCents: amount, units: [] };
    books[trade_id]?.units.push(`${slot} ${goods} ${price} ${ended}`);
  }
  for (const { units } of Object.values(books)) units.sort();
  return books;
}

const viewIdOf = ({ id, created_at }: OrderView) => `${String(created_at).replaceAll(/\D/g, '').slice(0, 14)}${id}`;

test('orders over a bad wire: both ledgers agree on every unit and every cent', {
  timeout: minutes * 60_000,
}, async () => {
  const show = async (id: number): Promise<OrderView> => (await program.call('GET', `/v1/orders/${id}`)).body;
  await pass(1);
  const paid: number[] = [];
  let refused = 0;
  for (let n = 0; n < orders; n += 6) {
    // So that enough fails for certain: what jams by chance hangs on who was faster.
    if (n % 12 === 0) machines[(n / 12) % machines.length]?.virtual.script([{ outcome: 'fail' }]);
    const some = Array.from({ length: Math.min(6, orders - n) }, (_, k) => buyOne(n + k));
    for (const id of await Promise.all(some)) {
      if (id === undefined) refused += 1;
      else paid.push(id);
    }
    await pass(Math.ceil(random() * 20));
    await mend();
  }
  expect(paid.length).toBeGreaterThan(orders / 2);

  wires.there.behave({ loseRequest: 0, loseAnswer: 0, repeat: 0, delay: 0 });
  wires.back.behave({ loseRequest: 0, loseAnswer: 0, repeat: 0, delay: 0 });
  let views: OrderView[] = [];
  await until(
    async () => {
      await pass(60);
      views = await Promise.all(paid.map(show));
      return views.every(({ dispensing }) => dispensing === 'done' || dispensing === 'cancelled');
    },
    'every order to end',
    minutes * 30_000,
  );

  const there = await booksThere();
  const here: Books = {};
  for (const view of views.filter(({ dispensing }) => dispensing === 'done')) {
    const units: string[] = view.units.map(
      ({ slot, goods, price_cents, state }: Unit) => `${slot} ${goods} ${price_cents} ${state === 'dispensed' ? '+' : '-'}`,
    );
    here[viewIdOf(view)] = { amountCents: view.amount_cents, units: units.sort() };
  }
  expect(here).toEqual(there);

  // What fell is paid for, what did not is paid back; and it fell once.
  const fell = Object.values(here).flatMap(({ units }) => units.filter((unit) => unit.endsWith('+')));
  const drops = machines.flatMap(({ virtual }) => virtual.drops);
  expect(drops).toHaveLength(fell.length);
  for (const view of views) {
    const kept = view.amount_cents - view.refunded_cents;
    const worth = view.units
      .filter(({ state }: Unit) => state === 'dispensed')
      .reduce((sum: number, one: Unit) => sum + one.price_cents, 0);
    expect(kept).toBe(worth);
    expect(view.conflicts).toEqual([]);
  }
  // Not all of it went well, and the wire was as bad as it should be.
  expect(views.filter(({ refunded_cents }) => refunded_cents > 0).length).toBeGreaterThan(orders / 40);
  const lost = [...wires.there.requests, ...wires.back.requests].filter(({ fate }) => fate.loseRequest || fate.loseAnswer);
  expect(lost.length).toBeGreaterThan(orders / 20);
  expect(refused).toBeLessThan(orders / 2);
  await checkConservation(third.ledger);
  expect(await conservationProblems(platform.ledger)).toEqual([]);
  expect(await conservationProblems(third.ledger)).toEqual([]);
});
