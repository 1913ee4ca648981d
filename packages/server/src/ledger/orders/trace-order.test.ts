import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer, byTest, place, sendOut, type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';
import { listExceptions } from '../exceptions/list-exceptions.ts';
import { makeGood } from '../making-good/make-good.ts';
import { readTrace, traceOrder } from './trace-order.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

test('a trace tells an order from its first byte to the drop, the stock and what contradicts it, in order', async () => {
  const shop = await testShop(ledger);
  const { order, command } = await sendOut(ledger, shop);
  ledger.clock.advance(120);
  await giveUpSilent(ledger);
  ledger.clock.advance(10);
  await answer(ledger, shop, command);
  const trace = await traceOrder(ledger, String(order.id), shop.merchantId);
  expect(trace).toMatchObject({ state: 'paid', machineNo: shop.machineNo, amountCents: 300, currency: 'CNY' });
  expect(trace?.lines).toMatchObject([{ quantity: 1, slot: 'A1', goods: 'Cola', units: ['dispensed'] }]);
  expect(trace?.steps.map(({ what, title }) => `${what} ${title}`)).toEqual([
    'event order.placed',
    'event order.paid',
    'event dispense.queued',
    'event dispense.sent',
    'payment payment',
    'stock order',
    'command to the machine',
    'event dispense.given-up',
    'event dispense.settled',
    'event dispense.answered',
    'event conflict.late-answer',
    'stock dispensed',
    'answer late',
  ]);
  expect(trace?.steps[0]?.cause).toMatchObject({ by: 'test' });
  expect(trace?.steps.at(-1)).toMatchObject({ ref: expect.stringMatching(/^answer:\d+\.\d+$/), raw: '{}' });
});

test('a trace names what was given for what did not drop, and what is due still', async () => {
  const shop = await testShop(ledger, { slots: [{ onHand: 5 }, { onHand: 5 }] });
  const { order, command } = await sendOut(ledger, shop, 2);
  await answer(ledger, shop, command);
  await answer(ledger, shop, command, { index: 1, dispensed: false, faultCode: 2 });
  const { merchantId } = shop;
  const before = await readTrace(ledger, merchantId, order.id);
  expect(before?.units).toMatchObject([{ isDue: false }, { isDue: true, paidCents: 300, slot: 'A1' }]);
  ledger.clock.advance(60);
  const { units } = await makeGood(ledger, { merchantId, orderId: order.id, kind: 'pickup-code', by: 'Ann', cause: byTest });
  const after = await readTrace(ledger, merchantId, order.id);
  expect(after?.madeGood).toMatchObject([
    { kind: 'pickup-code', by: 'Ann', amountCents: 300, code: units[0]?.code, codeState: 'unused' },
  ]);
  expect(after?.units[1]).toMatchObject({ isDue: false, code: { code: units[0]?.code } });
  expect(after?.steps.at(-1)).toMatchObject({ what: 'event', title: 'order.made-good', detail: { madeBy: 'Ann' } });
  expect(await readTrace(ledger, merchantId + 1, order.id)).toBeUndefined();
});

test('an order is found by its trade id, of the merchant that is named', async () => {
  const [shop, other] = [await testShop(ledger), await testShop(ledger)];
  await place(ledger, shop, 1, { tradeId: 'same' });
  const theirs = await place(ledger, other, 1, { tradeId: 'same' });
  expect((await traceOrder(ledger, 'same', other.merchantId))?.id).toBe(theirs.id);
  expect(await traceOrder(ledger, 'nobody', shop.merchantId)).toBeUndefined();
  expect(await traceOrder(ledger, String(theirs.id), shop.merchantId)).toBeUndefined();
});

test('a trade id of digits is not mistaken for the id of another order', async () => {
  const shop = await testShop(ledger);
  const first = await place(ledger, shop);
  const second = await place(ledger, shop, 1, { tradeId: String(first.id) });
  expect((await traceOrder(ledger, String(first.id), shop.merchantId))?.id).toBe(second.id);
});

test('what needs a person shows as an exception, and clears itself with the facts', async () => {
  const shop = await testShop(ledger);
  const kinds = async () => (await listExceptions(ledger, shop.merchantId)).map(({ kind }) => kind);
  expect(await kinds()).toEqual([]);
  const { command } = await sendOut(ledger, shop);
  ledger.clock.advance(120);
  await giveUpSilent(ledger);
  expect(await kinds()).toEqual(['held-unit']);
  await answer(ledger, shop, command, { dispensed: false, faultCode: 2 });
  expect(await kinds()).toEqual(['slot-fault']);
  ledger.clock.advance(600);
  expect((await kinds()).sort()).toEqual(['machine-offline', 'slot-fault']);
});
