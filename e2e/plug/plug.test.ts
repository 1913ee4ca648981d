import { setTimeout as sleep } from 'node:timers/promises';
import { createMall, createVirtualMachine, type MachineBehaviour, type Mall, type VirtualMachine } from '@polyvend/simulator';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hub } from '../../packages/server/src/hub.ts';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { addMachine } from '../../packages/server/src/ledger/machines/add-machine.ts';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import { createTenant, type TestTenant } from '../support/create-tenant.ts';
import { until } from '../support/index.ts';
import { type Buyers, startBuyers } from './buyers.ts';
import { type HubProcess, openHubProcess } from './hub-process.ts';

// The plug is pulled again and again, under load: kill -9 to the hub, every third time to its database beneath it. Machines and
// mall live on, and testify afterwards. PLUG_KILLS: how often.
const kills = Number(process.env.PLUG_KILLS ?? 6);
const stock = 60;

/** Machines have troubles of their own meanwhile. */
const rough: Partial<MachineBehaviour> = {
  dispenseMs: [2, 40],
  repeatAnswer: 0.2,
  garbage: 0.05,
  jam: 0.01,
  selfRepairMs: 500,
  loseAnswer: 0.01,
  offline: 0.02,
  offlineMs: 300,
};

let process_: HubProcess;
let mall: Mall;
let machines: VirtualMachine[];
let tenant: TestTenant;

beforeAll(async () => {
  process_ = await openHubProcess();
  mall = await createMall();
  await process_.start();
  machines = await process_.withLedger(async (ledger) => {
    tenant = await createTenant(ledger, process_.url);
    return await Promise.all([0, 1, 2, 3].map((n) => addMachineTo(ledger, 20_000_001 + n)));
  });
  await Promise.all(machines.map((machine) => machine.connect()));
});

afterAll(async () => {
  await Promise.all((machines ?? []).map((machine) => machine.stop()));
  await mall?.close();
  await process_?.remove();
});

async function addMachineTo(ledger: Ledger, number: number): Promise<VirtualMachine> {
  const machineNo = String(number);
  const merchantId = tenant.merchant.id;
  const belt = number % 2 === 0;
  const goods = [...tenant.goodsIds.values()].slice(0, 3);
  const slots = goods.map((goodsId, n) => ({
    name: `A1${n + 1}`,
    code: `01${n}`,
    x: 1,
    y: n,
    goodsId,
    priceCents: 300,
    capacity: stock,
    onHand: stock,
  }));
  const { id, brokerPassword } = await addMachine(ledger, {
    merchantId,
    machineNo,
    name: machineNo,
    cabinets: [{ name: 'A', addr: 1, drive: belt ? 'belt' : 'spring', hasDropDetection: belt, slots }],
  });
  return createVirtualMachine({
    machineNo,
    deviceKey: tenant.merchant.deviceKey,
    mqttUrl: process_.mqttUrl,
    username: machineNo,
    password: brokerPassword,
    machineId: String(id),
    kind: belt ? 'belt' : 'spring',
    slots: slots.map(({ code }) => ({ code, addr: 1, stock })),
    behaviour: rough,
    remember: 100_000,
  });
}

/** All that is under way comes to its end: what is due by the clock is due now, since the clock is moved on. */
async function settle(hub: Hub, clock: { advance(seconds: number): void }): Promise<void> {
  const idle = async () => {
    await Promise.all(machines.map((machine) => machine.idle()));
    await hub.settle();
  };
  await until(() => machines.every(({ connected }) => connected), 'the machines to be back', 30_000);
  await until(
    async () => {
      await idle();
      const [open] = await rows<{ queued: number; sent: number }>(hub.ledger)`
        select count(*) filter (where state = 'queued')::int as queued, count(*) filter (where state = 'sent')::int as sent
        from dispense_commands`;
      // A lock, or the time of an answer that never comes, has to pass.
      if (open && open.sent > 0) clock.advance(1);
      for (const machine of machines) machine.heartbeat();
      return open?.queued === 0 && open.sent === 0;
    },
    'every command to come to its end',
    60_000,
  );
  clock.advance(20 * 60);
  await until(
    async () => {
      await idle();
      clock.advance(1);
      const [left] = await rows<{ left: number }>(hub.ledger)`
        select (select count(*) from outbox) + (select count(*) from orders where state = 'unpaid')
          + (select count(*) from notifications where state in ('waiting', 'sending')) as left`;
      return Number(left?.left) === 0;
    },
    'every callback to be delivered',
    60_000,
  );
}

function rows<T>(ledger: Ledger) {
  return async (...text: Parameters<typeof sql>): Promise<T[]> => (await sql<T>(...text).execute(ledger.db)).rows;
}

async function load(): Promise<Buyers> {
  const machineProducts = await process_.withLedger(
    (ledger) =>
      rows<{ machineNo: string; productIds: number[] }>(ledger)`
      select m.machine_no as "machineNo", array_agg(s.product_id order by s.id) as "productIds"
      from slots s join machines m on m.id = s.machine_id group by m.machine_no`,
  );
  return startBuyers({ clients: 8, client: tenant.client, notifyUrl: mall.notifyUrl(), machines: machineProducts });
}

test(
  `the plug is pulled ${kills} times: no order is lost, no can falls twice, every outcome is told, and the books agree`,
  async () => {
    const buyers = await load();
    for (let kill = 1; kill <= kills; kill += 1) {
      const before = buyers.promised.size;
      await until(() => buyers.promised.size > before + 3, 'sales to go on', 60_000);
      await sleep(Math.random() * 700);
      if (kill % 3 === 0) await process_.killDatabase();
      else {
        await process_.kill();
        await process_.start();
      }
    }
    const { size } = buyers.promised;
    await until(() => buyers.promised.size > size + 3, 'sales to go on after the last', 60_000);
    await buyers.stop();
    await process_.kill();

    let ahead = 0;
    const clock = {
      now: () => new Date(Date.now() + ahead * 1000),
      advance(seconds: number) {
        ahead += seconds;
      },
    };
    for (const machine of machines) machine.behave({ offline: 0, jam: 0, loseAnswer: 0 });
    const hub = await process_.resume(clock);
    await settle(hub, clock);
    const { ledger } = hub;

    expect(await conservationProblems(ledger)).toEqual([]);
    await expectPromisesKept(ledger, buyers);
    await expectDropsAsBooked(ledger);
    await expectOutcomesTold(ledger);
    await expectSlotsAsBooked(ledger);
    // The plug was really pulled in the middle of something.
    expect(buyers.retries).toBeGreaterThan(0);
  },
  120_000 + kills * 30_000,
);

/** What was answered is there: the order, its payment, the dispensing that was taken on. */
async function expectPromisesKept(ledger: Ledger, { promised }: Buyers): Promise<void> {
  const found = await rows<{ id: number; tradeId: string; paid: boolean; asked: number[] }>(ledger)`
    select o.id, o.trade_id as "tradeId", o.paid_at is not null as paid,
      array(select distinct c.line_id from dispense_commands c where c.merchant_id = o.merchant_id and c.order_id = o.id
        order by c.line_id) as asked
    from orders o`;
  const known = new Map(found.map((order) => [order.tradeId, order]));
  expect(promised.size).toBeGreaterThan(0);
  for (const [tradeId, { orderId, paid, dispensing }] of promised) {
    expect(known.get(tradeId), tradeId).toMatchObject({ id: orderId, asked: dispensing.toSorted((a, b) => a - b) });
    if (paid) expect(known.get(tradeId)?.paid, tradeId).toBe(true);
  }
  expect(known.size).toBe(promised.size);
}

/** For each record: what fell is at most what was ordered, at least what the ledger says, and no more than it does not know of. */
async function expectDropsAsBooked(ledger: Ledger): Promise<void> {
  const records = await rows<{ id: number; quantity: number; dispensed: number; held: number }>(ledger)`
    select l.id, l.quantity, count(*) filter (where d.state = 'dispensed')::int as dispensed,
      count(*) filter (where d.state = 'held')::int as held
    from order_lines l join dispenses d on d.merchant_id = l.merchant_id and d.order_id = l.order_id and d.line_id = l.id
    group by l.id, l.quantity`;
  const drops = Map.groupBy(
    machines.flatMap((machine) => machine.drops),
    ({ recordId }) => recordId,
  );
  const wrong = records
    .map((record) => ({ ...record, fell: drops.get(record.id)?.length ?? 0 }))
    .filter(({ quantity, dispensed, held, fell }) => fell > quantity || fell < dispensed || fell > dispensed + held);
  expect(wrong).toEqual([]);
  expect(records.reduce((sum, { dispensed }) => sum + dispensed, 0)).toBeGreaterThan(0);
  expect([...drops.keys()].filter((recordId) => !records.some(({ id }) => id === recordId))).toEqual([]);
}

async function expectOutcomesTold(ledger: Ledger): Promise<void> {
  const outcomes = await rows<{ kind: string; orderId: number; recordId: number | null; delivered: number | null }>(ledger)`
    select kind, order_id as "orderId", (data ->> 'lineId')::bigint as "recordId", (data ->> 'delivered')::int as delivered
    from events where kind in ('dispense.settled', 'order.expired')`;
  const key = (...parts: unknown[]) => parts.join(' ');
  const heard = new Set(
    mall.callbacks.map(({ body }) => {
      const { method, order_id, record_id, delivered_quantity } = body as Record<string, unknown>;
      return method === 'order.expired' ? key('order.expired', order_id) : key(order_id, record_id, delivered_quantity);
    }),
  );
  const untold = outcomes.filter(
    ({ kind, orderId, recordId, delivered }) =>
      !heard.has(kind === 'order.expired' ? key(kind, orderId) : key(orderId, recordId, delivered)),
  );
  expect(untold).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(0);
}

/** What the ledger believes to be there is there, but for cans of which nobody knows. */
async function expectSlotsAsBooked(ledger: Ledger): Promise<void> {
  const slots = await rows<{ machineNo: string; code: string; onHand: number; held: number }>(ledger)`
    select m.machine_no as "machineNo", s.code, s.on_hand as "onHand",
      (select count(*)::int from dispenses d where d.merchant_id = s.merchant_id and d.slot_id = s.id and d.state = 'held') as held
    from slots s join machines m on m.id = s.machine_id`;
  const wrong = slots
    .map((slot) => {
      const machine = machines.find(({ machineNo }) => machineNo === slot.machineNo);
      return { ...slot, there: machine?.slots.find(({ code }) => code === slot.code)?.stock ?? Number.NaN };
    })
    .filter(({ onHand, there, held }) => !(there <= onHand && onHand - there <= held));
  expect(wrong).toEqual([]);
}
