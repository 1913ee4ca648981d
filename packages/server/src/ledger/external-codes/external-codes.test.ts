import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  elsewhere,
  eventsOf,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { changeIntegration } from '../integrations/change-integration.ts';
import { createIntegration } from '../integrations/create-integration.ts';
import { createOpenPickupCode } from '../pickup-codes/create-open-pickup-code.ts';
import { typePickupCode } from '../pickup-codes/type-pickup-code.ts';
import type { TypedOutcome } from '../pickup-codes/typed-code.ts';
import { sweepLedger } from '../sweep.ts';
import { type AnswerExternalCode, answerExternalCode, type ExternalCodeEffect } from './answer-external-code.ts';
import { openExternalCode } from './open-external-code.ts';
import { recordExternalUse } from './record-external-use.ts';
import { releaseExternalCode } from './release-external-code.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

const mallUrl = 'http://mall.example';

/** A shop whose integration is a mall of codes. */
async function mallShop(settings: Record<string, unknown> = { mallUrl }): Promise<TestShop> {
  const shop = await testShop(ledger);
  await changeIntegration(ledger, shop.merchantId, shop.integrationId, { settings });
  return shop;
}

let typings = 0;

function type({ merchantId, machineId }: TestShop, code: string, serial?: string): Promise<TypedOutcome> {
  typings += 1;
  const typed = { merchantId, machineId, serial: serial ?? `t${typings}`, code, typedAt: ledger.clock.now(), cause: byTest };
  return typePickupCode(elsewhere(ledger), typed);
}

interface Row {
  id: number;
  state: string;
  reason: string;
  code_sealed: Buffer | null;
  integration_id: number;
}
const codesOf = (shop: TestShop): Promise<Row[]> =>
  ledger.rows<Row>('select * from external_codes where merchant_id = $1 order by id', [shop.merchantId]);
const latest = async (shop: TestShop): Promise<Row> => (await codesOf(shop)).at(-1) as Row;

const good = { good: true, goodsNumber: 'cola', feeCents: 250 } as const;

async function say(shop: TestShop, said: AnswerExternalCode['answer'] = good): Promise<ExternalCodeEffect> {
  const { id: externalCodeId } = await latest(shop);
  return await answerExternalCode(elsewhere(ledger), {
    merchantId: shop.merchantId,
    externalCodeId,
    answer: said,
    cause: byTest,
  });
}

const refused = (reason: string): object => ({ state: 'refused', reason });
const lastWord = async (shop: TestShop): Promise<unknown> =>
  (
    await ledger.rows<{ fields: unknown }>('select fields from machine_messages where machine_id = $1 order by id desc limit 1', [
      shop.machineId,
    ])
  )[0]?.fields;

describe('a code of another mall', () => {
  test('is claimed, asked about, dispensed, and then the mall is told', async () => {
    const shop = await mallShop();
    const { merchantId } = shop;
    expect(await type(shop, '8844221100', 's1')).toEqual({ state: 'asked' });
    const { id } = await latest(shop);
    const data = { externalCodeId: id, integrationId: shop.integrationId };
    expect(await eventsOf(ledger, shop, 'external-code.claimed')).toEqual([{ kind: 'external-code.claimed', data }]);
    expect(await openExternalCode(ledger, merchantId, id)).toEqual({
      state: 'claimed',
      code: '8844221100',
      machineNo: shop.machineNo,
      goodsNumber: '',
    });
    expect(await say(shop)).toBe('dispensing');
    expect(await say(shop)).toBe('late');
    expect(await lastWord(shop)).toEqual({ serial: 's1', orderId: expect.any(Number) });
    const [order] = await ledger.rows('select state, amount_cents, integration_id from orders where merchant_id = $1', [
      merchantId,
    ]);
    expect(order).toEqual({ state: 'fetched', amount_cents: 250, integration_id: shop.integrationId });
    expect(await type(shop, '8844221100')).toEqual(refused('used'));
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
    expect(await eventsOf(ledger, shop, 'external-code.dispensed')).toEqual([{ kind: 'external-code.dispensed', data }]);
    expect(await type(shop, '8844221100')).toEqual(refused('used'));
    const use = () => recordExternalUse(ledger, { merchantId, externalCodeId: id, told: true, cause: byTest });
    expect([await use(), await use()]).toEqual([true, false]);
    expect(await latest(shop)).toMatchObject({ state: 'used', code_sealed: null });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    // The mall knows now, and is asked again about the same digits.
    expect(await type(shop, '8844221100')).toEqual({ state: 'asked' });
    const kept = await ledger.rows('select data, cause from events where merchant_id = $1', [merchantId]);
    const stored = await ledger.rows('select * from external_codes where merchant_id = $1', [merchantId]);
    expect(JSON.stringify([kept, stored])).not.toContain('8844221100');
  });

  test('at many machines at once: one claims it; typed again there it is the same claim', async () => {
    for (let round = 0; round < 5; round += 1) {
      const shop = await mallShop();
      const shops = [shop, await testShop(ledger, { of: shop }), await testShop(ledger, { of: shop })];
      const outcomes = await Promise.all(shops.map((one) => type(one, '55667788', 'one')));
      expect(outcomes.filter(({ state }) => state === 'asked')).toHaveLength(1);
      expect(outcomes.filter((one) => one.state === 'refused' && one.reason === 'try-again')).toHaveLength(2);
      expect(await codesOf(shop)).toHaveLength(1);
      const winner = shops[outcomes.findIndex(({ state }) => state === 'asked')] as TestShop;
      expect(await type(winner, '55667788', 'one')).toEqual({ state: 'asked' });
    }
  });

  test('answered many times at once: one can', async () => {
    const shop = await mallShop();
    await type(shop, '55667788');
    const effects = await Promise.all(Array.from({ length: 5 }, () => say(shop)));
    expect(effects.filter((effect) => effect === 'dispensing')).toHaveLength(1);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
  });

  test.each(['unknown', 'used', 'expired', 'not-yet'] as const)(
    '%s, says the mall: the machine is told, the claim ends',
    async (reason) => {
      const shop = await mallShop();
      await type(shop, '55667788', 's');
      expect(await say(shop, { good: false, reason })).toBe('refused');
      expect(await latest(shop)).toMatchObject({ state: 'refused', reason, code_sealed: null });
      expect(await lastWord(shop)).toEqual({ serial: 's', reason });
      expect(await type(shop, '55667788', 's')).toEqual(refused(reason));
      expect(await type(shop, '55667788')).toEqual({ state: 'asked' });
    },
  );

  test('for a good that the machine does not have: sold out, and free for another machine', async () => {
    const shop = await mallShop();
    await type(shop, '55667788');
    expect(await say(shop, { ...good, goodsNumber: 'caviar' })).toBe('refused');
    expect(await latest(shop)).toMatchObject({ state: 'refused', reason: 'sold-out' });
    expect(await type(await testShop(ledger, { of: shop }), '55667788')).toEqual({ state: 'asked' });
  });

  test('whose mall says nothing is released in seconds; a word after that dispenses nothing', async () => {
    const shop = await mallShop();
    await type(shop, '55667788', 's');
    ledger.clock.advance(ledger.rules.externalCheckWindow - 1);
    await sweepLedger(ledger);
    expect((await latest(shop)).state).toBe('claimed');
    ledger.clock.advance(1);
    // By the clock, before any sweep.
    expect(await say(shop)).toBe('late');
    expect(await latest(shop)).toMatchObject({ state: 'released', code_sealed: null });
    expect(await lastWord(shop)).toEqual({ serial: 's', reason: 'try-again' });
    await type(shop, '55667788', 's2');
    ledger.clock.advance(ledger.rules.externalCheckWindow);
    await sweepLedger(ledger);
    expect(await latest(shop)).toMatchObject({ state: 'released' });
    expect(await lastWord(shop)).toEqual({ serial: 's2', reason: 'try-again' });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
  });

  test('can be released early, once', async () => {
    const shop = await mallShop();
    await type(shop, '55667788');
    const { id: externalCodeId } = await latest(shop);
    const release = () => releaseExternalCode(ledger, { merchantId: shop.merchantId, externalCodeId, cause: byTest });
    expect([await release(), await release()]).toEqual([true, false]);
  });

  test('is free again when the dispense fails, and its order is undone', async () => {
    const shop = await mallShop();
    await type(shop, '55667788');
    await say(shop);
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 }, { dispensed: false });
    expect(await latest(shop)).toMatchObject({ state: 'failed', code_sealed: null });
    expect(await ledger.rows('select state from orders where merchant_id = $1', [shop.merchantId])).toEqual([
      { state: 'refunded' },
    ]);
    expect(await type(await testShop(ledger, { of: shop }), '55667788')).toEqual({ state: 'asked' });
  });

  test('held stays claimed until it is decided', async () => {
    const shop = await mallShop();
    await type(shop, '55667788');
    await say(shop);
    const command = (await claim(ledger, shop)) ?? { id: 0 };
    ledger.clock.advance(ledger.rules.answerWindow);
    await sweepLedger(ledger);
    expect(await type(await testShop(ledger, { of: shop }), '55667788')).toEqual(refused('used'));
    await answer(ledger, shop, command);
    expect((await latest(shop)).state).toBe('dispensed');
  });

  test('whose mall cannot be told is a conflict for a person, and dispensed by nobody else', async () => {
    const shop = await mallShop();
    await type(shop, '55667788');
    await say(shop);
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
    const { id: externalCodeId } = await latest(shop);
    const use = { merchantId: shop.merchantId, externalCodeId, cause: byTest };
    expect(await recordExternalUse(ledger, { ...use, told: false })).toBe(true);
    expect(await eventsOf(ledger, shop, 'conflict.external-code')).toHaveLength(1);
    expect(await type(shop, '55667788')).toEqual(refused('used'));
    expect((await openExternalCode(ledger, shop.merchantId, externalCodeId))?.code).toBe('55667788');
    expect(await recordExternalUse(ledger, { ...use, told: true })).toBe(true);
  });
});

describe('which mall is asked', () => {
  test('ours are ours; what is not goes to the mall; a set length goes there at once', async () => {
    const shop = await mallShop();
    const { merchantId } = shop;
    const own = await createOpenPickupCode(ledger, { merchantId, integrationId: null, cause: byTest });
    expect((await type(shop, own.code)).state).toBe('accepted');
    const second = await createIntegration(ledger, {
      merchantId,
      dialect: 'plain',
      role: 'mall',
      wireId: 'second',
      settings: { mallUrl, pickupCodeLengths: [7, 9] },
    });
    const other = await createOpenPickupCode(ledger, { merchantId, integrationId: null, cause: byTest });
    expect(await type(shop, other.code)).toEqual({ state: 'asked' });
    await type(shop, '123456789');
    await type(shop, '1234');
    expect((await codesOf(shop)).map((one) => one.integration_id)).toEqual([second, second, shop.integrationId]);
    await changeIntegration(ledger, merchantId, second, { status: 'revoked' });
    expect((await type(shop, other.code)).state).toBe('accepted');
  });

  test.each<[string, Record<string, unknown>]>([
    ['lengths alone', { pickupCodeLengths: [7] }],
    ['an empty URL', { mallUrl: '', pickupCodeLengths: [] }],
    ['an URL that was taken away', { mallUrl: null }],
  ])('nobody by %s: a code that is none of ours is unknown, and none is claimed', async (_, settings) => {
    const shop = await mallShop(settings);
    expect(await type(shop, '1234567')).toEqual(refused('unknown'));
    expect(await codesOf(shop)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['no lengths', { mallUrl }],
    ['no list of lengths', { mallUrl, pickupCodeLengths: 'all' }],
  ])('the one with a URL, with %s', async (_, settings) => {
    expect(await type(await mallShop(settings), '1234567')).toEqual({ state: 'asked' });
  });

  test('guessing at a mall is bounded like guessing at us', async () => {
    const shop = await mallShop();
    const outcomes = await Promise.all(Array.from({ length: 15 }, (_, n) => type(shop, `1000000${n}`)));
    expect(outcomes.filter(({ state }) => state === 'asked')).toHaveLength(10);
    expect(await codesOf(shop)).toHaveLength(10);
  });
});
