import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  elsewhere,
  eventsOf,
  refusal,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { putGoods } from '../catalog/put-goods.ts';
import { secondsAfter } from '../clock.ts';
import { decideHeld } from '../dispensing/decide-held.ts';
import { changeMerchant } from '../merchants/change-merchant.ts';
import { changeOrder } from '../orders/change-order.ts';
import { recordCount } from '../stock/record-count.ts';
import { sweepLedger } from '../sweep.ts';
import { createOpenPickupCode, type OpenPickupCode, type OpenPickupCodeDraft } from './create-open-pickup-code.ts';
import { createPickupCodes } from './create-pickup-codes.ts';
import { recordMachineUse } from './record-machine-use.ts';
import { type TypePickupCode, typePickupCode } from './type-pickup-code.ts';
import type { TypedOutcome } from './typed-code.ts';
import { usePickupCode } from './use-pickup-code.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

const make = (shop: TestShop, draft: Partial<OpenPickupCodeDraft> = {}): Promise<OpenPickupCode> =>
  createOpenPickupCode(ledger, { merchantId: shop.merchantId, integrationId: shop.integrationId, cause: byTest, ...draft });

let typings = 0;

function type(shop: TestShop, { code }: { code: string }, draft: Partial<TypePickupCode> = {}): Promise<TypedOutcome> {
  typings += 1;
  const { merchantId, machineId } = shop;
  const typed = { merchantId, machineId, serial: `t${typings}`, code, typedAt: ledger.clock.now(), cause: byTest, ...draft };
  return typePickupCode(elsewhere(ledger), typed);
}

async function taken(shop: TestShop, code: { code: string }): Promise<{ orderId: number; command: { id: number } }> {
  const outcome = await type(shop, code);
  const command = await claim(ledger, shop);
  if (outcome.state !== 'accepted' || !command) throw new Error(`It was not accepted: ${JSON.stringify(outcome)}`);
  return { orderId: outcome.orderId, command };
}

const no = (reason: string): object => ({ state: 'refused', reason });
const stateOf = async ({ id }: { id: number }): Promise<unknown> =>
  (await ledger.rows<{ state: string }>('select state from pickup_codes where id = $1', [id]))[0]?.state;
const orderState = async (id: number): Promise<unknown> =>
  (await ledger.rows<{ state: string }>('select state from orders where id = $1', [id]))[0]?.state;
const toldTo = (shop: TestShop): Promise<{ method: string; fields: Record<string, unknown> }[]> =>
  ledger.rows('select method, fields from machine_messages where machine_id = $1 order by id', [shop.machineId]);

describe('an open code', () => {
  test('has seven digits, the first of them 1 to 9, lives for 15 days, and reserves nothing', async () => {
    const shop = await testShop(ledger);
    const codes = await Promise.all(Array.from({ length: 40 }, () => make(shop)));
    for (const { code, expiresAt } of codes) {
      expect(code).toMatch(/^[1-9]\d{6}$/);
      expect(expiresAt).toEqual(secondsAfter(ledger.clock.now(), 15 * 86_400));
    }
    expect(new Set(codes.map(({ code }) => code)).size).toBe(40);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    expect(JSON.stringify(await eventsOf(ledger, shop))).not.toContain(codes[0]?.code);
  });

  test('is refused for the reason that holds', async () => {
    const shop = await testShop(ledger);
    const now = ledger.clock.now();
    expect(await refusal(make(shop, { expiresAt: now }))).toBe('pickup-code.bad-expiry');
    const backwards = { validFrom: secondsAfter(now, 60), expiresAt: secondsAfter(now, 60) };
    expect(await refusal(make(shop, backwards))).toBe('pickup-code.bad-expiry');
    expect(await refusal(make(shop, { elsewhere: true }))).toBe('request.invalid');
    await changeMerchant(ledger, shop.merchantId, { pickupCodesEnabled: false });
    expect(await refusal(make(shop))).toBe('pickup-code.disabled');
    expect(await type(shop, { code: '1234567' })).toEqual(no('disabled'));
  });
});

describe('typed at a machine', () => {
  test('a code fetches a unit: reserved, queued, told, dispensed, used', async () => {
    const shop = await testShop(ledger, { slots: [{ priceCents: 450 }] });
    const code = await make(shop);
    const outcome = await type(shop, code, { serial: 's1' });
    const { orderId } = outcome as { orderId: number };
    expect(outcome).toEqual({ state: 'accepted', orderId: expect.any(Number) });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
    expect(await stateOf(code)).toBe('taken');
    const [order] = await ledger.rows('select state, amount_cents, integration_id from orders where id = $1', [orderId]);
    expect(order).toEqual({ state: 'fetched', amount_cents: 450, integration_id: shop.integrationId });
    expect(await toldTo(shop)).toEqual([{ method: 'pickup-code.answered', fields: { serial: 's1', orderId } }]);
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
    expect([await stateOf(code), await unitsOf(ledger, shop, { id: orderId })]).toEqual(['used', ['dispensed']]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect(await type(shop, code)).toEqual(no('used'));
    const kept = await ledger.rows('select data, cause from events where merchant_id = $1', [shop.merchantId]);
    expect(JSON.stringify(kept)).not.toContain(code.code);
  });

  test('the same typing again counts once and is answered again', async () => {
    const shop = await testShop(ledger);
    const code = await make(shop);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => type(shop, code, { serial: 'same' })));
    expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(outcomes[0]?.state).toBe('accepted');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
    expect(await toldTo(shop)).toHaveLength(5);
  });

  test('at many machines at once: one wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      const shop = await testShop(ledger);
      const shops = [shop, await testShop(ledger, { of: shop }), await testShop(ledger, { of: shop })];
      const code = await make(shop);
      const outcomes = await Promise.all([...shops, ...shops].map((one) => type(one, code)));
      expect(outcomes.filter(({ state }) => state === 'accepted')).toHaveLength(1);
      expect(outcomes.filter((one) => one.state === 'refused' && one.reason === 'used')).toHaveLength(5);
      const stocks = await Promise.all(shops.map((one) => stockOf(ledger, one)));
      expect(stocks.reduce((sum, { reserved }) => sum + reserved, 0)).toBe(1);
    }
  });

  test('of nobody, of another machine or merchant, not begun, ended: each refused for its reason', async () => {
    const shop = await testShop(ledger);
    const [neighbour, stranger] = [await testShop(ledger, { of: shop }), await testShop(ledger)];
    const now = ledger.clock.now();
    const later = await make(shop, { validFrom: secondsAfter(now, 60), expiresAt: secondsAfter(now, 90) });
    const bound = await make(shop, { machineId: shop.machineId });
    expect(await type(shop, { code: '0000000' })).toEqual(no('unknown'));
    expect(await type(neighbour, bound)).toEqual(no('unknown'));
    expect(await type(stranger, bound)).toEqual(no('unknown'));
    expect(await type(shop, later)).toEqual(no('not-yet'));
    ledger.clock.advance(60);
    expect((await type(shop, later)).state).toBe('accepted');
    ledger.clock.advance(30);
    const ended = await make(shop, { expiresAt: secondsAfter(ledger.clock.now(), 1) });
    ledger.clock.advance(1);
    expect(await type(shop, ended)).toEqual(no('expired'));
    await sweepLedger(ledger);
    expect(await type(shop, ended)).toEqual(no('expired'));
    expect((await type(shop, bound)).state).toBe('accepted');
    expect(await type(shop, bound, { typedAt: secondsAfter(ledger.clock.now(), -120) })).toEqual(no('late'));
  });

  test('fetches the good that it is for, or any that can be sold; nothing there: sold out, and it stays good', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 1 }, { onHand: 1 }, { onHand: 0 }, { onHand: 5 }] });
    const goods = await putGoods(ledger, shop.merchantId, [{ number: 'tea', name: 'Tea', priceCents: 200 }], byTest);
    const [, second, , fourth] = shop.slots;
    await ledger.rows('update slots set goods_id = $1 where id = $2', [goods.get('tea'), second?.id]);
    await ledger.rows('update slots set fault_code = 2 where id = $1', [fourth?.id]);
    const tea = () => make(shop, { goodsId: goods.get('tea') ?? 0 });
    expect((await type(shop, await tea())).state).toBe('accepted');
    expect(await stockOf(ledger, shop, 1)).toEqual({ onHand: 1, reserved: 1 });
    const left = await tea();
    expect(await type(shop, left)).toEqual(no('sold-out'));
    expect((await type(shop, await make(shop))).state).toBe('accepted');
    expect(await stockOf(ledger, shop, 0)).toEqual({ onHand: 1, reserved: 1 });
    expect(await type(shop, await make(shop))).toEqual(no('sold-out'));
    const neighbour = await testShop(ledger, { of: shop });
    await ledger.rows('update slots set goods_id = $1 where machine_id = $2', [goods.get('tea'), neighbour.machineId]);
    expect((await type(neighbour, left)).state).toBe('accepted');
  });

  test('a code of any good comes from each of them in the end', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 40 }, { onHand: 2 }] });
    const goods = await putGoods(ledger, shop.merchantId, [{ number: 'tea', name: 'Tea', priceCents: 200 }], byTest);
    await ledger.rows('update slots set goods_id = $1 where id = $2', [goods.get('tea'), shop.slots[1]?.id]);
    for (let n = 0; n < 40; n += 1) expect((await type(shop, await make(shop))).state).toBe('accepted');
    expect(await stockOf(ledger, shop, 1)).toEqual({ onHand: 2, reserved: 2 });
  });

  test('a fee is what the order is worth; a machine out of operation gives nothing', async () => {
    const shop = await testShop(ledger);
    const code = await make(shop, { feeCents: 1 });
    await ledger.rows('update machines set operational = false where id = $1', [shop.machineId]);
    expect(await type(shop, code)).toEqual(no('out-of-operation'));
    await ledger.rows('update machines set operational = true where id = $1', [shop.machineId]);
    const { orderId } = await taken(shop, code);
    expect(await ledger.rows('select amount_cents from orders where id = $1', [orderId])).toEqual([{ amount_cents: 1 }]);
  });

  test('after ten wrong ones in a minute the keypad is deaf for the rest of it; another machine is not', async () => {
    const shop = await testShop(ledger);
    const neighbour = await testShop(ledger, { of: shop });
    const code = await make(shop);
    const guesses = await Promise.all(Array.from({ length: 15 }, (_, n) => type(shop, { code: `000000${n}` })));
    expect(guesses.filter((one) => one.state === 'refused' && one.reason === 'unknown')).toHaveLength(10);
    expect(await type(shop, code)).toEqual(no('too-many'));
    expect((await type(neighbour, await make(shop))).state).toBe('accepted');
    ledger.clock.advance(60);
    expect((await type(shop, code)).state).toBe('accepted');
  });
});

describe('when the dispense fails', () => {
  const jam = { dispensed: false, faultCode: 2 };

  test('the code is good again, at another machine too, and its order is undone', async () => {
    const shop = await testShop(ledger);
    const neighbour = await testShop(ledger, { of: shop });
    const code = await make(shop);
    const { orderId, command } = await taken(shop, code);
    await answer(ledger, shop, command, jam);
    expect([await stateOf(code), await orderState(orderId)]).toEqual(['unused', 'refunded']);
    expect(await eventsOf(ledger, shop, 'pickup-code.restored')).toHaveLength(1);
    expect(await answer(ledger, shop, command, jam)).toBe('repeated');
    const again = await taken(neighbour, code);
    await answer(ledger, neighbour, again.command);
    expect([await stateOf(code), await orderState(again.orderId)]).toEqual(['used', 'fetched']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    expect(await stockOf(ledger, neighbour)).toEqual({ onHand: 9, reserved: 0 });
  });

  test('past its end it has expired', async () => {
    const shop = await testShop(ledger);
    const code = await make(shop, { expiresAt: secondsAfter(ledger.clock.now(), 5) });
    const { command } = await taken(shop, code);
    ledger.clock.advance(10);
    await sweepLedger(ledger);
    expect(await stateOf(code)).toBe('taken');
    await answer(ledger, shop, command, jam);
    expect(await stateOf(code)).toBe('expired');
  });

  test('held restores nothing until it is decided: late, by a count, by a person', async () => {
    const waysOut: [string, (shop: TestShop, of: { orderId: number; command: { id: number } }) => Promise<unknown>, string][] = [
      ['a late failure', (shop, { command }) => answer(ledger, shop, command, jam), 'unused'],
      ['a late drop', (shop, { command }) => answer(ledger, shop, command), 'used'],
      ['a count that finds it', (shop) => count(shop, 10), 'unused'],
      ['a count that misses it', (shop) => count(shop, 9), 'used'],
      ['a person: not dropped', (shop, { orderId }) => decide(shop, orderId, false), 'unused'],
      ['a person: dropped', (shop, { orderId }) => decide(shop, orderId, true), 'used'],
    ];
    for (const [way, decideIt, state] of waysOut) {
      const shop = await testShop(ledger);
      const code = await make(shop);
      const sent = await taken(shop, code);
      ledger.clock.advance(ledger.rules.answerWindow);
      await sweepLedger(ledger);
      expect(await unitsOf(ledger, shop, { id: sent.orderId })).toEqual(['held']);
      expect(await type(shop, code), way).toEqual(no('used'));
      await decideIt(shop, sent);
      expect(await stateOf(code), way).toBe(state);
    }
  });

  async function count(shop: TestShop, onHand: number): Promise<void> {
    const { merchantId, machineId } = shop;
    const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand }];
    await recordCount(ledger, { merchantId, machineId, counts, source: 'count', countedAt: ledger.clock.now(), cause: byTest });
  }

  async function decide(shop: TestShop, orderId: number, dropped: boolean): Promise<void> {
    const [line] = await ledger.rows<{ id: number }>('select id from order_lines where order_id = $1', [orderId]);
    await decideHeld(ledger, { merchantId: shop.merchantId, orderId, lineId: line?.id ?? 0, dropped, cause: byTest });
  }

  test('a command that never went restores it; an order that its seller left does not', async () => {
    const shop = await testShop(ledger);
    const [stale, left] = [await make(shop), await make(shop)];
    await type(shop, stale);
    ledger.clock.advance(ledger.rules.queueWindow);
    await sweepLedger(ledger);
    expect(await stateOf(stale)).toBe('unused');
    await comeOnline(ledger, shop);
    const { merchantId, machineId } = shop;
    const { orderId } = (await type(shop, left)) as { orderId: number };
    await changeOrder(ledger, { merchantId, machineId, orderId, to: 'refunded', cause: byTest });
    expect([await stateOf(left), await stockOf(ledger, shop)]).toEqual(['used', { onHand: 10, reserved: 0 }]);
  });

  test('its digits are not given to another while it may come back', async () => {
    const shop = await testShop(ledger);
    const code = await make(shop);
    await taken(shop, code);
    const taking = ledger.rows(
      `insert into pickup_codes (merchant_id, code, state, created_at) values ($1, $2, 'unused', now())`,
      [shop.merchantId, code.code],
    );
    await expect(taking).rejects.toThrow('pickup_codes_live');
  });
});

describe('a code that its machine knows', () => {
  const known = async (shop: TestShop) => {
    const { merchantId, machineId } = shop;
    const product = { productId: shop.slots[0]?.productId ?? 0, count: 1 };
    const [code] = await createPickupCodes(ledger, { merchantId, machineId, product, length: 6, cause: byTest });
    if (!code) throw new Error('No code was made.');
    return code;
  };
  const methods = async (shop: TestShop) => (await toldTo(shop)).map(({ method }) => method);

  test('is forgotten there when it is typed, and told anew when it is good again', async () => {
    const shop = await testShop(ledger);
    const code = await known(shop);
    const { command } = await taken(shop, code);
    const { merchantId, machineId, integrationId } = shop;
    const call = { merchantId, machineId, integrationId, code: code.code, productId: code.productId, cause: byTest };
    const use = (tradeId: string) => usePickupCode(ledger, { ...call, tradeId, notifyUrl: '' });
    expect(await refusal(use('while taken'))).toBe('pickup-code.used');
    await answer(ledger, shop, command, { dispensed: false });
    expect(await methods(shop)).toEqual([
      'pickup-code.created',
      'pickup-code.deleted',
      'pickup-code.answered',
      'pickup-code.created',
    ]);
    expect(await use('after')).toEqual(expect.any(Number));
  });

  test('and given out by the machine too is a conflict, and not good again', async () => {
    const shop = await testShop(ledger);
    const code = await known(shop);
    const { command } = await taken(shop, code);
    const { merchantId, machineId } = shop;
    const use = { merchantId, machineId, pickupCodeId: code.id, usedAt: ledger.clock.now(), cause: byTest };
    expect(await recordMachineUse(ledger, use)).toBe('conflict');
    await answer(ledger, shop, command, { dispensed: false });
    expect(await stateOf(code)).toBe('used');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
  });
});
