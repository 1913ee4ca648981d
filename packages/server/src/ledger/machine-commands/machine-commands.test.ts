import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  dispense,
  elsewhere,
  eventsOf,
  machineOf,
  placePaid,
  refusal,
  sendOut,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { getTestDispense } from '../dispensing/get-test-dispense.ts';
import { requestTestDispense } from '../dispensing/request-test-dispense.ts';
import type { EventKind } from '../events/event.ts';
import { clearSlotFault } from '../machines/clear-slot-fault.ts';
import { recordFacts } from '../machines/record-facts.ts';
import { recordFarewell } from '../machines/record-farewell.ts';
import { recordSlotReport } from '../machines/record-slot-report.ts';
import { sweepLedger } from '../sweep.ts';
import { claimMachineCommand, machinesWithCommands } from './claim-machine-command.ts';
import { listMachineCommands } from './list-machine-commands.ts';
import type { MachineSettings } from './machine-command.ts';
import { requestMachineCommand } from './request-machine-command.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

type Asked = Parameters<typeof requestMachineCommand>[1]['kind'];

function ask(shop: TestShop, kind: Asked, settings?: MachineSettings): Promise<number> {
  const { merchantId, machineId } = shop;
  return requestMachineCommand(ledger, {
    ...{ merchantId, machineId, kind, askedBy: 'ann', cause: byTest },
    ...(settings && { settings }),
  });
}

const send = (shop: TestShop) => claimMachineCommand(ledger, shop.merchantId, shop.machineId);

function tell(shop: TestShop, about: 'environment' | 'configuration', facts: Record<string, unknown> = {}, ago = 0) {
  const { merchantId, machineId } = shop;
  const saidAt = new Date(ledger.clock.now().getTime() - ago * 1_000);
  return recordFacts(ledger, { merchantId, machineId, about, saidAt, facts, cause: byTest });
}

function report(shop: TestShop, said: { faultCode?: number; onHand?: number }, slot = 0) {
  const { merchantId, machineId } = shop;
  const { productId } = shop.slots[slot] ?? { productId: 0 };
  const saidAt = ledger.clock.now();
  return recordSlotReport(ledger, {
    ...{ merchantId, machineId, slot: { productId }, saidAt, source: 'machine-report', cause: byTest },
    ...said,
  });
}

/** State and reason of each, the oldest first. */
async function lives(shop: TestShop): Promise<string[]> {
  const { merchantId, machineId } = shop;
  const listed = await listMachineCommands(ledger, { merchantId, machineId, limit: 50 });
  return listed.map(({ kind, state, reason }) => `${kind} ${state}${reason && ` ${reason}`}`).reverse();
}

async function pass(seconds: number, shop?: TestShop): Promise<void> {
  ledger.clock.advance(seconds);
  if (shop) await comeOnline(ledger, shop);
  await sweepLedger(ledger);
}

const told: EventKind[] = [
  'machine.command-queued',
  'machine.command-sent',
  'machine.command-confirmed',
  'machine.command-failed',
  'machine.command-void',
];

describe('a restart', () => {
  test('is sent once, and confirmed by the boot that follows', async () => {
    const shop = await testShop(ledger);
    const id = await ask(shop, 'restart');
    expect(await send(shop)).toMatchObject({ id, kind: 'restart', machineNo: shop.machineNo, deviceKey: shop.deviceKey });
    expect(await send(shop)).toBeUndefined();
    expect(await lives(shop)).toEqual(['restart sent']);
    ledger.clock.advance(40);
    await tell(shop, 'environment');
    expect(await lives(shop)).toEqual(['restart confirmed']);
    expect((await eventsOf(ledger, shop, ...told)).map(({ kind }) => kind)).toEqual(told.slice(0, 3));
    await tell(shop, 'environment');
    expect(await eventsOf(ledger, shop, 'machine.command-confirmed')).toHaveLength(1);
  });

  test('is not confirmed by a boot of long before, whose message comes again', async () => {
    const shop = await testShop(ledger);
    await ask(shop, 'restart');
    await send(shop);
    await tell(shop, 'environment', {}, 121);
    expect(await lives(shop)).toEqual(['restart sent']);
  });

  test('fails by the clock when the machine says nothing', async () => {
    const shop = await testShop(ledger);
    await ask(shop, 'restart');
    await send(shop);
    await pass(299.999, shop);
    expect(await lives(shop)).toEqual(['restart sent']);
    await pass(0.001);
    expect(await lives(shop)).toEqual(['restart failed silent']);
    await tell(shop, 'environment');
    expect(await lives(shop)).toEqual(['restart failed silent']);
  });

  test('is void when the machine was away too long: nothing starts again a day later', async () => {
    const shop = await testShop(ledger);
    ledger.clock.advance(3_600);
    await ask(shop, 'restart');
    expect(await send(shop)).toBeUndefined();
    ledger.clock.advance(120);
    await comeOnline(ledger, shop);
    // By the clock, and not by when the sweeper came.
    expect(await send(shop)).toBeUndefined();
    await sweepLedger(ledger);
    expect(await lives(shop)).toEqual(['restart void unreachable']);
    expect((await eventsOf(ledger, shop, 'machine.command-void')).map(({ data }) => data.reason)).toEqual(['unreachable']);
  });

  test('goes to a machine that came back in time', async () => {
    const shop = await testShop(ledger);
    ledger.clock.advance(3_600);
    await ask(shop, 'restart');
    expect(await machinesWithCommands(ledger)).not.toContainEqual({ merchantId: shop.merchantId, machineId: shop.machineId });
    ledger.clock.advance(119);
    await comeOnline(ledger, shop);
    expect(await machinesWithCommands(ledger)).toContainEqual({ merchantId: shop.merchantId, machineId: shop.machineId });
    expect(await send(shop)).toBeDefined();
  });

  test('asked for twice, and by two at once, is one', async () => {
    const shop = await testShop(ledger);
    const ids = await Promise.all([ask(shop, 'restart'), ask(shop, 'restart'), ask(shop, 'restart')]);
    expect(new Set(ids).size).toBe(1);
    await send(shop);
    expect(await ask(shop, 'restart')).toBe(ids[0]);
    await tell(shop, 'environment');
    expect(await ask(shop, 'restart')).not.toBe(ids[0]);
  });

  test('claimed by two processes is sent by one', async () => {
    const shop = await testShop(ledger);
    await ask(shop, 'restart');
    const claims = [1, 2, 3].map(() => claimMachineCommand(elsewhere(ledger), shop.merchantId, shop.machineId));
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
  });

  test('waits for the can that falls, and goes before the next', async () => {
    const shop = await testShop(ledger);
    const { command } = await sendOut(ledger, shop);
    await dispense(ledger, shop, await placePaid(ledger, shop));
    await ask(shop, 'restart');
    expect(await send(shop)).toBeUndefined();
    await answer(ledger, shop, command);
    expect(await claim(ledger, shop)).toBeUndefined();
    expect(await send(shop)).toMatchObject({ kind: 'restart' });
    // Nothing is dispensed while it starts.
    expect(await claim(ledger, shop)).toBeUndefined();
    await tell(shop, 'environment');
    expect(await claim(ledger, shop)).toBeDefined();
  });

  test('asked for again when it is overdue is another, whether or not the sweeper came', async () => {
    const shop = await testShop(ledger);
    ledger.clock.advance(3_600);
    const overdue = await ask(shop, 'restart');
    ledger.clock.advance(119.999);
    expect(await ask(shop, 'restart')).toBe(overdue);
    ledger.clock.advance(0.001);
    const id = await ask(shop, 'restart');
    expect(id).not.toBe(overdue);
    await pass(0, shop);
    expect(await lives(shop)).toEqual(['restart void unreachable', 'restart queued']);
    expect(await send(shop)).toMatchObject({ id });
    ledger.clock.advance(300);
    expect(await ask(shop, 'restart')).not.toBe(id);
  });
});

describe.each([
  ['restart', 300],
  ['shutdown', 180],
] as const)('a %s that is not confirmed', (kind, seconds) => {
  test('has no can sent into it until it has failed, and keeps nobody waiting for longer', async () => {
    const shop = await testShop(ledger);
    await dispense(ledger, shop, await placePaid(ledger, shop));
    await ask(shop, kind);
    await send(shop);
    expect(await claim(ledger, shop)).toBeUndefined();
    ledger.clock.advance(seconds - 0.001);
    await comeOnline(ledger, shop);
    expect(await claim(ledger, shop)).toBeUndefined();
    await pass(0.001, shop);
    expect(await lives(shop)).toEqual([`${kind} failed silent`]);
    expect(await claim(ledger, shop)).toBeDefined();
  });
});

test('a machine that comes back right after its farewell has no can sent into the shutdown', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId } = shop;
  await ask(shop, 'shutdown');
  await send(shop);
  // A lost connection says as much, and a word that was on its way says that it is there.
  await recordFarewell(ledger, { merchantId, machineId, saidAt: ledger.clock.now(), reason: 'lost', cause: byTest });
  ledger.clock.advance(1);
  await comeOnline(ledger, shop);
  await dispense(ledger, shop, await placePaid(ledger, shop));
  expect(await claim(ledger, shop)).toBeUndefined();
  ledger.clock.advance(179);
  await comeOnline(ledger, shop);
  expect(await claim(ledger, shop)).toBeDefined();
});

test('a shutdown is confirmed by the farewell', async () => {
  const shop = await testShop(ledger);
  await ask(shop, 'shutdown');
  await send(shop);
  const { merchantId, machineId } = shop;
  await recordFarewell(ledger, { merchantId, machineId, saidAt: ledger.clock.now(), reason: 'switched off', cause: byTest });
  expect(await lives(shop)).toEqual(['shutdown confirmed']);
});

test('a refresh is confirmed by the first slot that is told afterwards', async () => {
  const shop = await testShop(ledger);
  await report(shop, { onHand: 3 });
  await ask(shop, 'refresh');
  await report(shop, { onHand: 3 });
  await send(shop);
  expect(await lives(shop)).toEqual(['refresh sent']);
  await report(shop, { onHand: 3 });
  expect(await lives(shop)).toEqual(['refresh confirmed']);
});

describe('a configuration', () => {
  test('waits for a machine that is away for days, and is confirmed by what the machine reports', async () => {
    const shop = await testShop(ledger);
    ledger.clock.advance(3_600);
    const settings = { volume: 30, language: 'en-US', brightness: undefined };
    await ask(shop, 'configure', settings);
    await pass(6 * 86_400, shop);
    expect(await send(shop)).toMatchObject({ kind: 'configure', settings: { volume: 30, language: 'en-US' } });
    await tell(shop, 'configuration', { volume: '40', language: 'en-US' });
    const { merchantId, machineId } = shop;
    const [listed] = await listMachineCommands(ledger, { merchantId, machineId, limit: 1 });
    expect(listed).toMatchObject({ state: 'sent', reason: 'differs', reported: { volume: '40', language: 'en-US' } });
    await tell(shop, 'configuration', { volume: '30', language: 'en-US', price_digits: 2 });
    expect(await lives(shop)).toEqual(['configure confirmed']);
  });

  test('that the machine does not take over fails, and says what the machine has instead', async () => {
    const shop = await testShop(ledger);
    await ask(shop, 'configure', { price_digits: 0, volume: 10 });
    await send(shop);
    await tell(shop, 'configuration', { price_digits: 2 });
    await pass(300);
    const { merchantId, machineId } = shop;
    const [listed] = await listMachineCommands(ledger, { merchantId, machineId, limit: 1 });
    expect(listed).toMatchObject({
      state: 'failed',
      reason: 'differs',
      reported: { price_digits: 2, volume: null },
      askedBy: 'ann',
    });
  });

  test('is void after a week', async () => {
    const shop = await testShop(ledger);
    await ask(shop, 'configure', { volume: 10 });
    await pass(7 * 86_400);
    expect(await lives(shop)).toEqual(['configure void unreachable']);
  });

  test('of nothing is none, and other commands have none', async () => {
    const shop = await testShop(ledger);
    expect(await refusal(ask(shop, 'configure', { volume: undefined }))).toBe('request.invalid');
    expect(await refusal(ask(shop, 'restart', { volume: 1 }))).toBe('request.invalid');
  });
});

test('a cleared fault is confirmed by the slot that says it is well, and by no other', async () => {
  const shop = await testShop(ledger, { slots: [{}, {}] });
  await report(shop, { faultCode: 2 });
  const { merchantId, machineId } = shop;
  const slotId = shop.slots[0]?.id ?? 0;
  await clearSlotFault(ledger, { merchantId, machineId, slotId, askedBy: 'ann', cause: byTest });
  expect(await send(shop)).toMatchObject({ kind: 'clear-fault', productId: shop.slots[0]?.productId });
  await report(shop, { faultCode: 1 }, 1);
  await report(shop, { onHand: 2 });
  expect(await lives(shop)).toEqual(['clear-fault sent']);
  await report(shop, { faultCode: 3 });
  expect(await lives(shop)).toEqual(['clear-fault sent still-faulty']);
  await report(shop, { faultCode: 1 });
  expect(await lives(shop)).toEqual(['clear-fault confirmed']);
});

test('a fault that is cleared again while the machine is still to be told is that command; once it spoke against it, another', async () => {
  const shop = await testShop(ledger, { slots: [{}, {}] });
  const { merchantId, machineId } = shop;
  const clear = (slot: number) =>
    clearSlotFault(ledger, { merchantId, machineId, slotId: shop.slots[slot]?.id ?? 0, askedBy: 'ann', cause: byTest });
  const first = await clear(0);
  expect(await clear(0)).toBe(first);
  const second = await clear(1);
  expect(second).not.toBe(first);
  await send(shop);
  expect(await clear(0)).toBe(first);
  await report(shop, { faultCode: 3 });
  const third = await clear(0);
  expect([first, second]).not.toContain(third);
  expect(await clear(0)).toBe(third);
  // What is overdue is not under way, though nobody swept yet.
  ledger.clock.advance(30 * 86_400);
  expect([first, second, third]).not.toContain(await clear(0));
});

test("another merchant's machine, and one that does not exist, are unknown", async () => {
  const [mine, theirs] = [await testShop(ledger), await testShop(ledger)];
  expect(await refusal(ask({ ...mine, machineId: theirs.machineId }, 'restart'))).toBe('machine.unknown');
  expect(await refusal(ask({ ...mine, machineId: 999_999_999 }, 'refresh'))).toBe('machine.unknown');
});

test('the list has tests of slots beside the rest, page by page', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId } = shop;
  await ask(shop, 'refresh');
  ledger.clock.advance(1);
  const machine = await machineOf(ledger, shop);
  const slotName = shop.slots[0]?.name ?? '';
  const test = () =>
    requestTestDispense(ledger, { merchantId, integrationId: null, machine, slotName, notifyUrl: '', cause: byTest });
  const batchId = await test();
  expect((await getTestDispense(ledger, merchantId, machineId, batchId)).state).toBe('queued');
  const command = await claim(ledger, shop);
  expect((await getTestDispense(ledger, merchantId, machineId, batchId)).state).toBe('sent');
  await answer(ledger, shop, { id: command?.id ?? 0 }, { dispensed: false, faultCode: 2 });
  expect(await getTestDispense(ledger, merchantId, machineId, batchId)).toMatchObject({
    ...{ state: 'failed', faultCode: 2, error: 'Goods are Stuck', slot: slotName },
  });
  await test();
  const pages: string[] = [];
  let before: string | undefined;
  for (;;) {
    const [one] = await listMachineCommands(ledger, { merchantId, machineId, limit: 1, before });
    if (!one) break;
    pages.push(`${one.kind} ${one.state} ${one.reason}`.trim());
    before = one.cursor;
  }
  expect(pages).toEqual(['test-dispense queued', 'test-dispense failed Goods are Stuck', 'refresh queued']);
  const order = await sendOut(ledger, await testShop(ledger, { of: shop }));
  expect(await refusal(getTestDispense(ledger, merchantId, machineId, order.batchId))).toBe('delivery.unknown');
});
