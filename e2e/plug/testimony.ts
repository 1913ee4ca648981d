import { expect } from 'vitest';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import { rows, type Site } from '../support/site.ts';
import type { Buyers } from './buyers.ts';

/** What the ledger says, held against what buyers were promised, what fell from the machines and what the mall was told. */
export async function expectNothingLost(ledger: Ledger, site: Site, buyers: Buyers): Promise<void> {
  expect(await conservationProblems(ledger)).toEqual([]);
  await expectPromisesKept(ledger, buyers);
  await expectDropsAsBooked(ledger, site);
  await expectOutcomesTold(ledger, site);
  await expectSlotsAsBooked(ledger, site);
}

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
async function expectDropsAsBooked(ledger: Ledger, { machines }: Site): Promise<void> {
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

async function expectOutcomesTold(ledger: Ledger, { mall }: Site): Promise<void> {
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
async function expectSlotsAsBooked(ledger: Ledger, { machines }: Site): Promise<void> {
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
