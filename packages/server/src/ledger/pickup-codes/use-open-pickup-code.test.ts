import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import { byTest, elsewhere, refusal, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { putGoods } from '../catalog/put-goods.ts';
import { secondsAfter } from '../clock.ts';
import { checkPickupCode } from './check-pickup-code.ts';
import { createOpenPickupCode, type OpenPickupCode, type OpenPickupCodeDraft } from './create-open-pickup-code.ts';
import { expirePickupCodes } from './expire-pickup-codes.ts';
import { typePickupCode } from './type-pickup-code.ts';
import { useOpenPickupCode } from './use-open-pickup-code.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

async function make(shop: TestShop, draft: Partial<OpenPickupCodeDraft> = {}): Promise<OpenPickupCode> {
  const { merchantId, integrationId } = shop;
  const goods = await putGoods(ledger, merchantId, [{ number: 'cola', name: 'Cola', priceCents: 300 }], byTest);
  const goodsId = goods.get('cola') ?? 0;
  return await createOpenPickupCode(ledger, { merchantId, integrationId, goodsId, elsewhere: true, cause: byTest, ...draft });
}
const check = ({ merchantId }: TestShop, { code }: { code: string }, more: object = {}) =>
  checkPickupCode(ledger, { merchantId, code, ...more });
const use = ({ merchantId }: TestShop, { code }: { code: string }, ref: string) =>
  useOpenPickupCode(elsewhere(ledger), { merchantId, code, ref, cause: byTest });

test('another platform asks what a code is worth, and says that it was used', async () => {
  const shop = await testShop(ledger);
  const [plain, dear] = [await make(shop), await make(shop, { feeCents: 999 })];
  expect(await check(shop, plain)).toEqual({ state: 'unused', goodsNumber: 'cola', feeCents: 300 });
  expect(await check(shop, dear, { goodsNumber: 'cola' })).toEqual({ state: 'unused', goodsNumber: 'cola', feeCents: 999 });
  expect(await refusal(check(shop, dear, { goodsNumber: 'tea' }))).toBe('pickup-code.unknown');
  expect(await refusal(check(shop, { code: '0000000' }))).toBe('pickup-code.unknown');
  expect(await refusal(check(await testShop(ledger), plain))).toBe('pickup-code.unknown');
  expect(await use(shop, plain, 'a')).toBe(plain.id);
  expect(await check(shop, plain)).toMatchObject({ state: 'used' });
  // The same use again is a repeat.
  expect(await use(shop, plain, 'a')).toBe(plain.id);
  expect(await refusal(use(shop, plain, 'b'))).toBe('pickup-code.used');
  expect(await refusal(use(shop, { code: '0000000' }, 'c'))).toBe('pickup-code.unknown');
});

test('of many uses at once one wins', async () => {
  const shop = await testShop(ledger);
  for (let round = 0; round < 5; round += 1) {
    const code = await make(shop);
    const uses = await Promise.allSettled(Array.from({ length: 6 }, (_, n) => use(shop, code, `use ${n}`)));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  }
});

test('its time: not begun is unknown, ended is expired, unless it was good when it was asked about', async () => {
  const shop = await testShop(ledger);
  const now = ledger.clock.now();
  const expiresAt = secondsAfter(now, 60);
  const [later, asked, never] = [
    await make(shop, { validFrom: secondsAfter(now, 30), expiresAt }),
    await make(shop, { expiresAt }),
    await make(shop, { expiresAt }),
  ];
  expect(await refusal(check(shop, later))).toBe('pickup-code.unknown');
  expect(await refusal(use(shop, later, 'x'))).toBe('pickup-code.unknown');
  await check(shop, asked);
  ledger.clock.advance(60);
  expect(await check(shop, asked)).toMatchObject({ state: 'expired' });
  await expirePickupCodes(ledger);
  expect(await refusal(use(shop, never, 'y'))).toBe('pickup-code.expired');
  expect(await use(shop, asked, 'z')).toBe(asked.id);
});

test('for one machine it is unknown at another; and none of ours honours it', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId } = shop;
  const bound = await make(shop, { machineId });
  expect(await check(shop, bound, { machineId })).toMatchObject({ state: 'unused' });
  expect(await refusal(check(shop, bound))).toBe('pickup-code.unknown');
  const typed = { merchantId, machineId, serial: 's', code: bound.code, typedAt: ledger.clock.now(), cause: byTest };
  expect(await typePickupCode(ledger, typed)).toEqual({ state: 'refused', reason: 'unknown' });
  const own = await make(shop, { elsewhere: false });
  expect(await refusal(check(shop, own))).toBe('pickup-code.unknown');
  expect(await refusal(use(shop, own, 'x'))).toBe('pickup-code.unknown');
});
