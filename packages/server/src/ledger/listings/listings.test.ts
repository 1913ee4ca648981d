import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { channelDraft, testChannel } from '../../testing/channel.ts';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  elsewhere,
  eventsOf,
  orderDraft,
  place,
  refusal,
  sendOut,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { LedgerError } from '../errors.ts';
import { findMachine, listMachines } from '../machines/find-machine.ts';
import { listProducts } from '../machines/list-products.ts';
import { getOrder } from '../orders/get-order.ts';
import { placeChannelOrder } from '../orders/place-channel-order.ts';
import { placeOrdersSql } from '../orders/place-order.sql.ts';
import { placeOrder } from '../orders/place-order.ts';
import { refillSlots } from '../refills/refill-slots.ts';
import { recordCount } from '../stock/record-count.ts';
import { listListings } from './list-listings.ts';
import { type ListingChange, putListing } from './put-listing.ts';
import { removeListing } from './remove-listing.ts';
import { setOffers } from './set-offers.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

const list = (shop: TestShop, change: Partial<ListingChange> = {}) =>
  putListing(ledger, {
    merchantId: shop.merchantId,
    integrationId: shop.integrationId,
    machineNo: shop.machineNo,
    cause: byTest,
    ...change,
  });

async function shown(shop: TestShop, integrationId?: number) {
  const { merchantId, machineId } = shop;
  const { products } = await listProducts(ledger, { merchantId, machineId, integrationId });
  return products.map(({ slotName, forSale, priceCents }) => [slotName, forSale, priceCents]);
}

const whole = { offered: true, heldBackPercent: null, priceCents: null };

describe('a listing', () => {
  test('is put, changed by what is named, listed and removed, and told of each time', async () => {
    const shop = await testShop(ledger, { slots: [{}, {}] });
    await list(shop, { heldBackPercent: 20 });
    await list(shop, { priceCents: 350, slots: [{ slotName: 'A2', offered: true, heldBackPercent: 50, priceCents: null }] });
    const { merchantId, integrationId, machineId, machineNo } = shop;
    expect(await listListings(ledger, merchantId, integrationId)).toEqual([
      {
        integrationId,
        machineId,
        machineNo,
        offered: true,
        heldBackPercent: 20,
        priceCents: 350,
        slots: [{ slotName: 'A2', offered: true, heldBackPercent: 50, priceCents: null }],
      },
    ]);
    const removal = { merchantId, integrationId, machineNo, cause: byTest };
    expect(await removeListing(ledger, { ...removal, slotName: 'A2' })).toBe(true);
    expect((await listListings(ledger, merchantId))[0]?.slots).toEqual([]);
    expect(await removeListing(ledger, removal)).toBe(true);
    expect(await removeListing(ledger, removal)).toBe(false);
    expect(await listListings(ledger, merchantId)).toEqual([]);
    expect(await eventsOf(ledger, shop, 'listing.changed')).toEqual(
      Array(4).fill({ kind: 'listing.changed', data: { integrationId, machineNo } }),
    );
  });

  test('is refused for the reason that holds', async () => {
    const shop = await testShop(ledger);
    const other = await testShop(ledger);
    expect(await refusal(list(shop, { heldBackPercent: 101 }))).toBe('request.invalid');
    expect(await refusal(list(shop, { heldBackPercent: 0.5 }))).toBe('request.invalid');
    expect(await refusal(list(shop, { slots: [{ ...whole, slotName: 'A1', priceCents: -1 }] }))).toBe('request.invalid');
    expect(await refusal(list(shop, { slots: [{ ...whole, slotName: 'B7' }] }))).toBe('slot.unknown');
    expect(await refusal(list(shop, { machineNo: other.machineNo }))).toBe('machine.unknown');
    expect(await refusal(list(shop, { integrationId: other.integrationId }))).toBe('integration.unknown');
    const { merchantId } = shop;
    const offers = { merchantId, integrationId: other.integrationId, offers: 'listed' as const, cause: byTest };
    expect(await refusal(setOffers(ledger, offers))).toBe('integration.unknown');
    expect(await listListings(ledger, merchantId)).toEqual([]);
  });
});

describe('a channel', () => {
  test('shows and sells at its own price what is not held back; others know nothing of it', async () => {
    const shop = await testShop(ledger, { slots: [{}, { onHand: 7 }, {}] });
    const other = await testChannel(ledger, shop);
    await list(shop, {
      heldBackPercent: 20,
      priceCents: 350,
      slots: [
        { ...whole, slotName: 'A2', heldBackPercent: 50, priceCents: 280 },
        { ...whole, slotName: 'A3', offered: false },
      ],
    });
    expect(await shown(shop, shop.integrationId)).toEqual([
      ['A1', 8, 350],
      ['A2', 3, 280],
    ]);
    const plain = [
      ['A1', 10, 300],
      ['A2', 7, 300],
      ['A3', 10, 300],
    ];
    expect(await shown(shop, other)).toEqual(plain);
    expect(await shown(shop)).toEqual(plain);

    const [first, second, third] = shop.slots.map(({ productId }) => productId) as [number, number, number];
    const order = (productId: number, quantity: number, integrationId = shop.integrationId) =>
      placeOrder(ledger, orderDraft(shop, 0, { lines: [{ productId, quantity }], integrationId }));
    expect(await refusal(order(first, 9))).toBe('stock.insufficient');
    expect(await refusal(order(second, 4))).toBe('stock.insufficient');
    expect(await refusal(order(third, 1))).toBe('product.unknown');
    const { id, amountCents } = await order(first, 8);
    expect(amountCents).toBe(8 * 350);
    expect((await getOrder(ledger, shop.merchantId, shop.machineId, id)).lines).toMatchObject([{ priceCents: 350 }]);
    expect((await order(second, 3)).amountCents).toBe(3 * 280);
    expect(await refusal(order(first, 1))).toBe('stock.insufficient');
    expect((await order(first, 2, other)).amountCents).toBe(2 * 300);
    expect(await shown(shop, other)).toEqual([
      ['A1', 0, 300],
      ['A2', 4, 300],
      ['A3', 10, 300],
    ]);
  });

  test('that offers only what is listed knows no other machine', async () => {
    const listed = await testShop(ledger);
    const unlisted = await testShop(ledger, { of: listed });
    const { merchantId, integrationId } = listed;
    const seen = async () => (await listMachines(ledger, merchantId, integrationId)).map(({ machineNo }) => machineNo);
    expect(await seen()).toEqual([listed.machineNo, unlisted.machineNo]);
    await list(unlisted, { offered: false });
    expect(await seen()).toEqual([listed.machineNo]);
    await removeListing(ledger, { merchantId, integrationId, machineNo: unlisted.machineNo, cause: byTest });
    await setOffers(ledger, { merchantId, integrationId, offers: 'listed', cause: byTest });
    expect(await seen()).toEqual([]);
    await list(listed);
    expect(await seen()).toEqual([listed.machineNo]);
    expect(await refusal(findMachine(ledger, merchantId, unlisted.machineNo, integrationId))).toBe('machine.unknown');
    expect(await refusal(place(ledger, unlisted))).toBe('machine.unknown');
    await place(ledger, listed);
    expect((await listMachines(ledger, merchantId)).length).toBe(2);
  });

  test('has no part of what is held back, however much was sold: it is reckoned of the last filling', async () => {
    const shop = await testShop(ledger);
    await list(shop, { heldBackPercent: 20 });
    const { command } = await sendOut(ledger, shop, 8);
    const { merchantId, machineId, integrationId } = shop;
    for (let index = 0; index < 8; index += 1) await answer(ledger, shop, command, { index });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 2, reserved: 0 });
    expect(await shown(shop, integrationId)).toEqual([['A1', 0, 300]]);
    expect(await refusal(place(ledger, shop))).toBe('stock.insufficient');
    // A count below is no filling, one above is.
    const slotId = shop.slots[0]?.id ?? 0;
    const count = async (onHand: number) => {
      const counts = [{ slotId, onHand }];
      await recordCount(ledger, { merchantId, machineId, counts, source: 'count', countedAt: ledger.clock.now(), cause: byTest });
    };
    await count(1);
    expect(await shown(shop, integrationId)).toEqual([['A1', 0, 300]]);
    await count(5);
    expect(await shown(shop, integrationId)).toEqual([['A1', 4, 300]]);
    await refillSlots(ledger, { merchantId, machineId, slots: [{ slotId, quantity: 4 }], source: 'test', cause: byTest });
    expect(await shown(shop, integrationId)).toEqual([['A1', 7, 300]]);
  });

  test.each([
    [10, 0, 10],
    [10, 1, 9],
    [10, 20, 8],
    [10, 21, 7],
    [10, 100, 0],
    [1, 1, 0],
    [0, 50, 0],
  ])('of %i with %i per cent held back has %i', async (onHand, heldBackPercent, forSale) => {
    const shop = await testShop(ledger, { slots: [{ onHand }] });
    await list(shop, { heldBackPercent });
    expect(await shown(shop, shop.integrationId)).toEqual([['A1', forSale, 300]]);
    if (forSale > 0) await place(ledger, shop, forSale);
    expect(await refusal(place(ledger, shop))).toBe('stock.insufficient');
  });
});

describe('a swarm', () => {
  test('two channels at once from several processes, with 20 per cent held back on one: 8 of 10 through it at most, 10 in all', async () => {
    for (const onlyHeld of [false, false, true]) {
      const shop = await testShop(ledger);
      const held = await testChannel(ledger, shop);
      await list(shop, { integrationId: held, heldBackPercent: 20 });
      const processes = [elsewhere(ledger), elsewhere(ledger), ledger];
      const work = Array.from({ length: 48 }, async (_, n) => {
        const process = processes[n % 3] ?? ledger;
        const integrationId = n % 4 === 0 && !onlyHeld ? shop.integrationId : held;
        if (n % 2 === 0) {
          await placeOrder(process, orderDraft(shop, 1, { integrationId })).catch((error: unknown) => {
            if (!(error instanceof LedgerError) || error.code !== 'stock.insufficient') throw error;
          });
        } else {
          await placeChannelOrder(process, channelDraft(ledger, shop, integrationId));
        }
      });
      await Promise.all(work);
      const rows = await ledger.rows<{ integration_id: number; units: number }>(
        `select o.integration_id, count(*)::int as units from dispenses d join orders o on o.id = d.order_id
        where o.machine_id = $1 and d.state in ('reserved', 'queued') group by 1`,
        [shop.machineId],
      );
      const through = new Map(rows.map(({ integration_id, units }) => [integration_id, units]));
      const all = [...through.values()].reduce((sum, units) => sum + units, 0);
      expect(through.get(held) ?? 0).toBeLessThanOrEqual(8);
      expect(all).toBeLessThanOrEqual(10);
      expect((await stockOf(ledger, shop)).reserved).toBe(all);
      // What is left, if anything, is held back.
      if (onlyHeld) expect(all).toBe(8);
      else expect(all).toBeGreaterThanOrEqual(8);
    }
  });
});

describe('what is offered', () => {
  test('is looked up by key when an order is placed, however many listings there are', async () => {
    const shop = await testShop(ledger);
    await ledger.rows(
      `insert into integrations (merchant_id, id, dialect, role, wire_id, secrets, created_at)
      select $1, 900000 + n, 'plain', 'x', 'many' || n, '', now() from generate_series(1, 20) n`,
      [shop.merchantId],
    );
    await ledger.rows(
      `insert into machines (merchant_id, id, machine_no, name, created_at)
      select $1, 900000 + n, (20000000 + n)::text, 'm', now() from generate_series(1, 1000) n`,
      [shop.merchantId],
    );
    await ledger.rows(
      `insert into listings (merchant_id, integration_id, machine_id, changed_at)
      select $1, 900000 + i, 900000 + m, now() from generate_series(1, 20) i, generate_series(1, 1000) m`,
      [shop.merchantId],
    );
    await ledger.rows(
      `insert into slots (merchant_id, machine_id, cabinet_id, name, code, x, y, capacity, sold_out_at)
      select $1, 900001, cabinet_id, 's' || n, n::text, n, 0, 5, now() from slots, generate_series(1, 1000) n where merchant_id = $1`,
      [shop.merchantId],
    );
    await ledger.rows(
      `insert into listing_slots (merchant_id, integration_id, machine_id, slot_id)
      select $1, 900000 + i, 900001, id from slots, generate_series(1, 20) i where merchant_id = $1`,
      [shop.merchantId],
    );
    await ledger.rows('analyze');
    const client = await ledger.pool.connect();
    try {
      await client.query('begin');
      await client.query('set local plan_cache_mode = force_generic_plan');
      await client.query(`prepare placement (jsonb, jsonb, timestamptz, timestamptz) as ${placeOrdersSql}`);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain execute placement ('[]', '[]', '2026-01-01', '2026-01-01')`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).not.toMatch(/Seq Scan on listing/);
      expect(plan).toMatch(/Index Scan using listings_pkey/);
      expect(plan).toMatch(/Index Scan using listing_slots_pkey/);
    } finally {
      await client.query('rollback');
      client.release();
    }
  }, 60_000);
});
