import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  dispense,
  elsewhere,
  eventsOf,
  place,
  refusal,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { secondsAfter } from '../clock.ts';
import { LedgerError } from '../errors.ts';
import { changeMerchant } from '../merchants/change-merchant.ts';
import { recordCount } from '../stock/record-count.ts';
import { createPickupCodes, type PickupCode, type PickupCodesDraft } from './create-pickup-codes.ts';
import { deletePickupCodes } from './delete-pickup-codes.ts';
import { expirePickupCodes } from './expire-pickup-codes.ts';
import { listPickupCodes } from './list-pickup-codes.ts';
import { recordMachineUse } from './record-machine-use.ts';
import { usePickupCode } from './use-pickup-code.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

function create(shop: TestShop, draft: Partial<PickupCodesDraft> = {}): Promise<PickupCode[]> {
  const { merchantId, machineId } = shop;
  const product = { productId: shop.slots[0]?.productId ?? 0, count: 1 };
  return createPickupCodes(ledger, { merchantId, machineId, product, length: 6, cause: byTest, ...draft });
}

async function one(shop: TestShop, draft: Partial<PickupCodesDraft> = {}): Promise<PickupCode> {
  const [code] = await create(shop, draft);
  if (!code) throw new Error('No code was made.');
  return code;
}

let uses = 0;

function use(shop: TestShop, { code, productId }: Pick<PickupCode, 'code' | 'productId'>, tradeId?: string): Promise<number> {
  uses += 1;
  const { merchantId, machineId, integrationId } = shop;
  return usePickupCode(elsewhere(ledger), {
    merchantId,
    machineId,
    integrationId,
    code,
    productId,
    tradeId: tradeId ?? `use-${uses}`,
    notifyUrl: 'http://mall.test/notify',
    cause: byTest,
  });
}

function useAtMachine(shop: TestShop, { id }: Pick<PickupCode, 'id'>, usedAt = ledger.clock.now()) {
  const { merchantId, machineId } = shop;
  return recordMachineUse(elsewhere(ledger), { merchantId, machineId, pickupCodeId: id, usedAt, cause: byTest });
}

const wordsFor = async (shop: TestShop) =>
  (
    await ledger.rows<{ method: string }>('select method from machine_messages where machine_id = $1 order by id', [
      shop.machineId,
    ])
  ).map(({ method }) => method);

describe('pickup codes', () => {
  test('are made of as many digits as asked for, none twice, reserve nothing, and are told to the machine', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 50, capacity: 50 }] });
    const product = { productId: shop.slots[0]?.productId ?? 0, count: 50 };
    for (const length of [6, 10]) {
      const codes = await create(shop, { product, length });
      expect(codes.filter(({ code }) => new RegExp(`^\\d{${length}}$`).test(code))).toHaveLength(50);
      expect(new Set(codes.map(({ code }) => code)).size).toBe(50);
    }
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 50, reserved: 0 });
    expect(await wordsFor(shop)).toEqual(Array(100).fill('pickup-code.created'));
  });

  test('of all products are one for each unit for sale', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 3 }, { onHand: 0 }, { onHand: 2 }] });
    await place(ledger, shop, 1);
    const codes = await create(shop, { product: 'all' });
    const [first, , third] = shop.slots.map(({ productId }) => productId);
    expect(codes.map(({ productId }) => productId)).toEqual([first, first, third, third]);
  });

  test('are refused for the reason that holds', async () => {
    const shop = await testShop(ledger, { slots: [{ capacity: 10 }] });
    const productId = shop.slots[0]?.productId ?? 0;
    expect(await refusal(create(shop, { expiresAt: ledger.clock.now() }))).toBe('pickup-code.bad-expiry');
    expect(await refusal(create(shop, { product: { productId, count: 11 } }))).toBe('slot.over-capacity');
    expect(await refusal(create(shop, { product: { productId: 999_999, count: 1 } }))).toBe('product.unknown');
    const code = await one(shop);
    await changeMerchant(ledger, shop.merchantId, { pickupCodesEnabled: false });
    expect(await refusal(create(shop))).toBe('pickup-code.disabled');
    expect(await refusal(use(shop, code))).toBe('pickup-code.disabled');
  });

  test('are listed until they are used, deleted or expired', async () => {
    const shop = await testShop(ledger);
    const soon = secondsAfter(ledger.clock.now(), 60);
    const [kept, used, deleted, dying] = [
      await one(shop),
      await one(shop),
      await one(shop),
      await one(shop, { expiresAt: soon }),
    ];
    const list = async () => (await listPickupCodes(ledger, shop.merchantId, shop.machineId, kept.productId)).map(({ id }) => id);
    expect(await list()).toEqual([kept.id, used.id, deleted.id, dying.id]);
    await use(shop, used);
    await deletePickupCodes(ledger, { merchantId: shop.merchantId, machineId: shop.machineId, id: deleted.id, cause: byTest });
    ledger.clock.advance(60);
    expect(await list()).toEqual([kept.id]);
  });
});

describe('using a code', () => {
  test('makes an order that needs no payment and takes one unit, which is dispensed like any other', async () => {
    const shop = await testShop(ledger, { slots: [{ priceCents: 450 }] });
    const orderId = await use(shop, await one(shop));
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
    const [order] = await ledger.rows('select state, amount_cents from orders where id = $1', [orderId]);
    expect(order).toEqual({ state: 'fetched', amount_cents: 450 });
    const [line] = await ledger.rows<{ id: number }>('select id from order_lines where order_id = $1', [orderId]);
    await dispense(ledger, shop, { id: orderId, lineIds: [line?.id ?? 0] });
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
    expect(await unitsOf(ledger, shop, { id: orderId })).toEqual(['dispensed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect(await wordsFor(shop)).toEqual(['pickup-code.created', 'pickup-code.deleted']);
  });

  test('is refused for the reason that holds', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 2 }, {}] });
    const code = await one(shop);
    expect(await refusal(use(shop, { ...code, code: '000' }))).toBe('pickup-code.unknown');
    expect(await refusal(use(shop, { ...code, productId: shop.slots[1]?.productId ?? 0 }))).toBe('pickup-code.unknown');
    const neighbour = await testShop(ledger, { of: shop });
    expect(await refusal(use(neighbour, code))).toBe('pickup-code.unknown');
    const orderId = await use(shop, code, 'the-use');
    await expect(use(shop, code)).rejects.toMatchObject({ code: 'pickup-code.used', data: { orderId } });
    const second = await one(shop);
    await expect(use(shop, second, 'the-use')).rejects.toMatchObject({ code: 'order.duplicate', data: { orderId } });
    await place(ledger, shop);
    expect(await refusal(use(shop, second))).toBe('stock.insufficient');
    const dying = await one(shop, { expiresAt: secondsAfter(ledger.clock.now(), 1) });
    ledger.clock.advance(1);
    expect(await refusal(use(shop, dying))).toBe('pickup-code.expired');
    await expirePickupCodes(ledger);
    expect(await refusal(use(shop, dying))).toBe('pickup-code.expired');
  });

  test('20 times at once, in 20 processes, gives one order, and names it to the others', async () => {
    const shop = await testShop(ledger);
    const code = await one(shop);
    const got = await Promise.allSettled(Array.from({ length: 20 }, () => use(shop, code)));
    const orders = got.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(orders).toHaveLength(1);
    const refused = got.flatMap((each) => (each.status === 'rejected' ? [each.reason as LedgerError] : []));
    expect(refused.map((error) => [error instanceof LedgerError && error.code, error.data?.orderId])).toEqual(
      Array(19).fill(['pickup-code.used', orders[0]]),
    );
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
  });

  test('many codes at once for a few cans: as many as there are cans', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 5, capacity: 20 }] });
    const product = { productId: shop.slots[0]?.productId ?? 0, count: 20 };
    const codes = await create(shop, { product });
    const got = await Promise.allSettled(codes.map((code) => use(shop, code)));
    expect(got.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 5, reserved: 5 });
  });
});

describe('a code used at the machine', () => {
  test('takes one unit, told once or often', async () => {
    const shop = await testShop(ledger);
    const code = await one(shop);
    const effects = await Promise.all([useAtMachine(shop, code), useAtMachine(shop, code), useAtMachine(shop, code)]);
    expect(effects.sort()).toEqual(['repeated', 'repeated', 'used']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect(await refusal(use(shop, code))).toBe('pickup-code.used');
  });

  test('and by a call counts for both: what fell fell, and it is a conflict', async () => {
    const shop = await testShop(ledger);
    const code = await one(shop);
    await use(shop, code);
    expect(await useAtMachine(shop, code)).toBe('conflict');
    expect(await useAtMachine(shop, code)).toBe('repeated');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 1 });
    expect(await eventsOf(ledger, shop, 'conflict.pickup-code')).toHaveLength(1);
  });

  test('at the same moment as by a call: the first committed wins, whichever', async () => {
    for (let round = 0; round < 10; round += 1) {
      const shop = await testShop(ledger);
      const code = await one(shop);
      const [called, told] = await Promise.allSettled([use(shop, code), useAtMachine(shop, code)]);
      const byCall = called.status === 'fulfilled';
      expect(told).toEqual({ status: 'fulfilled', value: byCall ? 'conflict' : 'used' });
      expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: byCall ? 1 : 0 });
    }
  });

  test('that had expired or was deleted is a fact all the same', async () => {
    const shop = await testShop(ledger);
    const [expired, deleted] = [await one(shop, { expiresAt: secondsAfter(ledger.clock.now(), 1) }), await one(shop)];
    ledger.clock.advance(1);
    await expirePickupCodes(ledger);
    await deletePickupCodes(ledger, { merchantId: shop.merchantId, machineId: shop.machineId, id: 'all', cause: byTest });
    expect([await useAtMachine(shop, expired), await useAtMachine(shop, deleted)]).toEqual(['used', 'used']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 8, reserved: 0 });
  });

  test("from an empty slot: what fell was there; another machine's code is unknown", async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 0 }] });
    const neighbour = await testShop(ledger, { of: shop });
    const code = await one(shop);
    expect(await useAtMachine(neighbour, code)).toBe('unknown');
    expect(await useAtMachine(shop, code)).toBe('used');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 0, reserved: 0 });
  });

  // Regression: told after the machine's stock, which had it already, it was taken from the stock once more.
  test('before the last report of the slot is in that report already', async () => {
    const shop = await testShop(ledger);
    const { merchantId, machineId } = shop;
    const code = await one(shop);
    const usedAt = ledger.clock.now();
    ledger.clock.advance(60);
    const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand: 9 }];
    const report = { merchantId, machineId, counts, source: 'machine-report', countedAt: ledger.clock.now() } as const;
    await recordCount(ledger, { ...report, cause: byTest });
    expect(await useAtMachine(shop, code, usedAt)).toBe('used');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
  });
});

describe('deleting', () => {
  const remove = (shop: TestShop, id: number | 'all') =>
    deletePickupCodes(ledger, { merchantId: shop.merchantId, machineId: shop.machineId, id, cause: byTest });

  test('ends a code; its digits, used again, mean the live one', async () => {
    const shop = await testShop(ledger);
    const code = await one(shop);
    expect(await remove(shop, code.id)).toBe(1);
    expect(await refusal(use(shop, code))).toBe('pickup-code.unknown');
    expect(await refusal(remove(shop, code.id))).toBe('pickup-code.unknown');
    const again = await one(shop);
    await ledger.rows('update pickup_codes set code = $1 where id = $2', [code.code, again.id]);
    await use(shop, code);
    const [row] = await ledger.rows('select state from pickup_codes where id = $1', [again.id]);
    expect(row).toEqual({ state: 'used' });
  });

  test('all of a machine leaves those of others', async () => {
    const shop = await testShop(ledger);
    const neighbour = await testShop(ledger, { of: shop });
    await create(shop, { product: 'all' });
    const code = await one(neighbour);
    expect(await remove(shop, 'all')).toBe(10);
    expect(await remove(shop, 'all')).toBe(0);
    await use(neighbour, code);
    const used = remove(neighbour, code.id);
    await expect(used).rejects.toMatchObject({ code: 'pickup-code.used' });
  });
});
