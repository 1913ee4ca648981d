import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  checkConservation,
  type HandMachine,
  startTestHub,
  type TestHub,
  type TestMachine,
  type TestMachineKind,
} from '../support/index.ts';
import { buy, callbacksOf, codeOf, dispense, orderOf, type PaidOrder, stockOf } from './steps.ts';

// How long a machine is locked, and when a unit is given up: by the clock that the test moves.

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterEach(() => checkConservation(hub.ledger));
afterAll(() => hub?.stop());

interface Site {
  machine: TestMachine;
  hand: HandMachine;
}

async function site(kind: TestMachineKind = 'spring'): Promise<Site> {
  const machine = await hub.machine(kind, { connect: false });
  return { machine, hand: await hub.hand(machine) };
}

/** What is due goes; how many commands the machine has then. */
async function commandsAfter({ hand }: Site, seconds: number): Promise<number> {
  hub.clock.advance(seconds);
  await hub.settle();
  await hand.sync();
  return hand.commands.length;
}

/** The kinds of an order's events, for what nobody outside is told. */
async function eventsOf(order: PaidOrder): Promise<string[]> {
  const { rows } = await sql<{ kind: string }>`select kind from events where order_id = ${order.id} order by id`.execute(
    hub.ledger.db,
  );
  return rows.map(({ kind }) => kind);
}

describe.each([
  ['lock', 15],
  ['spring', 30],
  ['belt', 90],
  ['other', 45],
] as const)('a %s machine works for %i s at most', (kind, seconds) => {
  test('then the next command goes, without an answer', async () => {
    const here = await site(kind);
    const [first, second] = [await buy(hub, here.machine), await buy(hub, here.machine, { A12: 1 })];
    await dispense(hub, here.machine, first);
    await here.hand.command(1);
    await dispense(hub, here.machine, second);
    expect(await commandsAfter(here, seconds - 1)).toBe(1);
    expect(await commandsAfter(here, 1)).toBe(2);
    expect(here.hand.commands[1]?.record_id).toBe(second.records[0]);
  });

  test('an answer ends it at once', async () => {
    const here = await site(kind);
    const [first, second] = [await buy(hub, here.machine), await buy(hub, here.machine, { A12: 1 })];
    await dispense(hub, here.machine, first);
    const command = await here.hand.command(1);
    await dispense(hub, here.machine, second);
    await here.hand.answer(command);
    expect((await here.hand.command(2)).record_id).toBe(second.records[0]);
  });
});

test('each unit’s answer begins it anew; the last one ends it', async () => {
  const here = await site('spring');
  const [first, second] = [await buy(hub, here.machine, { A11: 3 }), await buy(hub, here.machine, { A12: 1 })];
  await dispense(hub, here.machine, first);
  const command = await here.hand.command(1);
  await dispense(hub, here.machine, second);
  for (const index of [0, 1]) {
    expect(await commandsAfter(here, 29)).toBe(1);
    await here.hand.answer(command, index);
  }
  expect(await commandsAfter(here, 29)).toBe(1);
  await here.hand.answer(command, 2);
  expect((await here.hand.command(2)).record_id).toBe(second.records[0]);
});

test('commands go in the order in which they were asked for, one at a time', async () => {
  const here = await site('spring');
  const orders = [];
  for (const slot of ['A13', 'A11', 'A12', 'A11', 'A14']) orders.push(await buy(hub, here.machine, { [slot]: 1 }));
  for (const order of orders) await dispense(hub, here.machine, order);
  for (const [n, order] of orders.entries()) {
    const command = await here.hand.command(n + 1);
    await here.hand.sync();
    expect([here.hand.commands.length, command.order_id]).toEqual([n + 1, order.id]);
    await here.hand.answer(command);
  }
});

test('a belt with drop detection gets its units one by one, before what was asked for later', async () => {
  const here = await site('belt');
  const [first, second] = [await buy(hub, here.machine, { A11: 2 }), await buy(hub, here.machine, { A12: 1 })];
  await dispense(hub, here.machine, first);
  await dispense(hub, here.machine, second);
  const records = [];
  for (const n of [1, 2, 3]) {
    const command = await here.hand.command(n);
    records.push([command.record_id, command.quantity]);
    await here.hand.answer(command);
  }
  expect(records).toEqual([
    [first.records[0], 1],
    [first.records[0], 1],
    [second.records[0], 1],
  ]);
});

describe('120 s without an answer', () => {
  const giveUp = async (here: Site, order: PaidOrder) => {
    const { delivery_id } = await dispense(hub, here.machine, order);
    const command = await here.hand.command(1);
    expect(await commandsAfter(here, 119)).toBe(1);
    expect((await hub.client.delivery(delivery_id, here.machine.machineNo)).status).toBe('未取货或正在出货');
    expect(callbacksOf(hub, order)).toEqual([]);
    await commandsAfter(here, 1);
    return { delivery_id, command };
  };

  test('the delivery shows 出货超时, the merchant is told, the unit stays reserved and is never sent again', async () => {
    const here = await site();
    const order = await buy(hub, here.machine, { A11: 2 });
    const { delivery_id } = await giveUp(here, order);
    expect(await hub.client.delivery(delivery_id, here.machine.machineNo)).toMatchObject({
      status: '出货超时',
      fail_reason: 'Delivery Timeout',
    });
    expect(callbacksOf(hub, order)).toMatchObject([
      {
        deliver_status: '0',
        floor_status: '1',
        error_msg: 'Delivery Timeout',
        fail_reason: 'Delivery Timeout',
        delivered_quantity: 0,
      },
    ]);
    expect(await stockOf(here.machine)).toEqual({ onHand: 5, reserved: 2, forSale: 3 });
    expect((await dispense(hub, here.machine, order)).delivery_id).toBe(delivery_id);
    expect(await commandsAfter(here, 9 * 60)).toBe(1);
    expect(callbacksOf(hub, order)).toHaveLength(1);
    expect((await orderOf(hub, here.machine, order)).records[0]?.status).toBe('未取货');
    // A refund does not free what may have dropped.
    await hub.client.updateOrder(order.id, { machine_no: here.machine.machineNo, status: 2 });
    expect(await stockOf(here.machine)).toEqual({ onHand: 5, reserved: 2, forSale: 3 });
  });

  test('a late “dispensed” takes the stock, is recorded as a conflict, and nobody is told twice', async () => {
    const here = await site();
    const order = await buy(hub, here.machine, { A11: 2 });
    const { delivery_id, command } = await giveUp(here, order);
    hub.clock.advance(3_600);
    await here.hand.answer(command, 0);
    expect(await stockOf(here.machine)).toEqual({ onHand: 4, reserved: 1, forSale: 3 });
    await here.hand.answer(command, 1);
    await here.hand.answer(command, 1);
    await hub.settle();
    expect(await stockOf(here.machine)).toEqual({ onHand: 3, reserved: 0, forSale: 3 });
    expect(callbacksOf(hub, order)).toHaveLength(1);
    expect((await eventsOf(order)).filter((kind) => kind === 'conflict.late-answer')).toHaveLength(2);
    expect((await hub.client.delivery(delivery_id, here.machine.machineNo)).status).toBe('出货完成');
    expect((await orderOf(hub, here.machine, order)).records[0]?.status).toBe('已取货');
    expect(await codeOf(dispense(hub, here.machine, order))).toBe(6034);
    await here.hand.sync();
    expect(here.hand.commands).toHaveLength(1);
  });

  test('a late “failed” frees the unit; then it can be asked for again', async () => {
    const here = await site();
    const order = await buy(hub, here.machine);
    const { delivery_id, command } = await giveUp(here, order);
    await here.hand.answer(command, 0, { dropped: false, error: 'Load No Current', floorStatus: 1 });
    expect(await stockOf(here.machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
    expect(await hub.client.delivery(delivery_id, here.machine.machineNo)).toMatchObject({
      status: '出货失败',
      fail_reason: 'Load No Current',
    });
    await hub.settle();
    expect(callbacksOf(hub, order)).toHaveLength(1);
    const again = await dispense(hub, here.machine, order);
    expect(again.delivery_id).not.toBe(delivery_id);
    await here.hand.answer(await here.hand.command(2));
    await hub.settle();
    expect(callbacksOf(hub, order)).toHaveLength(2);
    expect(callbacksOf(hub, order)[1]).toMatchObject({ deliver_status: '1', delivered_quantity: 1 });
  });

  test('a count at the slot decides what became of the units', async () => {
    const here = await site();
    const order = await buy(hub, here.machine, { A11: 2 });
    const { delivery_id } = await giveUp(here, order);
    hub.clock.advance(60);
    const { productId } = await here.machine.product('A11');
    await here.hand.say(here.hand.wire.product({ product_id: productId, current_inventory: 4 }));
    expect(await stockOf(here.machine)).toEqual({ onHand: 4, reserved: 0, forSale: 4 });
    await hub.settle();
    expect(callbacksOf(hub, order)).toHaveLength(1);
    expect((await hub.client.delivery(delivery_id, here.machine.machineNo)).status).toBe('出货失败');
    // One of the two is still owed, and can be asked for.
    expect((await dispense(hub, here.machine, order)).delivery_id).not.toBe(delivery_id);
    const second = await here.hand.command(2);
    expect(second.quantity).toBe(1);
    // A drop of the same second as the count would be taken to be in it.
    hub.clock.advance(1);
    await here.hand.answer(second);
    expect(await stockOf(here.machine)).toEqual({ onHand: 3, reserved: 0, forSale: 3 });
    expect((await orderOf(hub, here.machine, order)).records[0]?.status).toBe('已取货');
  });

  test('from the latest unit’s answer on; of three units the third is held', async () => {
    const here = await site();
    const order = await buy(hub, here.machine, { A11: 3 });
    await dispense(hub, here.machine, order);
    const command = await here.hand.command(1);
    await commandsAfter(here, 100);
    await here.hand.answer(command, 0);
    await commandsAfter(here, 100);
    await here.hand.answer(command, 1);
    await commandsAfter(here, 119);
    expect(callbacksOf(hub, order)).toEqual([]);
    await commandsAfter(here, 1);
    expect(callbacksOf(hub, order)).toMatchObject([
      { deliver_status: '0', error_msg: 'Delivery Timeout', delivered_quantity: 2 },
    ]);
    expect(await stockOf(here.machine)).toEqual({ onHand: 3, reserved: 1, forSale: 2 });
  });

  test('the next command goes before that, when the lock ends', async () => {
    const here = await site('lock');
    const [first, second] = [await buy(hub, here.machine), await buy(hub, here.machine, { A12: 1 })];
    await dispense(hub, here.machine, first);
    await here.hand.command(1);
    await dispense(hub, here.machine, second);
    expect(await commandsAfter(here, 15)).toBe(2);
    // The first is still waited for, and its answer taken.
    await here.hand.answer(here.hand.commands[0] ?? (await here.hand.command(1)));
    await hub.settle();
    expect(callbacksOf(hub, first)).toMatchObject([{ deliver_status: '1' }]);
  });
});

describe('a command that could not be sent', () => {
  test('to a machine that went offline is cancelled after two minutes: failed, and its stock is free', async () => {
    const here = await site();
    const [first, second] = [await buy(hub, here.machine), await buy(hub, here.machine, { A12: 1 })];
    await dispense(hub, here.machine, first);
    await here.hand.command(1);
    await dispense(hub, here.machine, second);
    await here.hand.say(here.hand.wire.offline('switched off'));
    hub.clock.advance(120);
    await hub.settle();
    expect(callbacksOf(hub, second)).toMatchObject([{ deliver_status: '0', delivered_quantity: 0 }]);
    expect(await stockOf(here.machine, 'A12')).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
    await here.hand.sync();
    await hub.settle();
    await here.hand.sync();
    expect(here.hand.commands).toHaveLength(1);
  });
});

describe('answers that are not what was asked for', () => {
  test('more units than the command had: a conflict, and no stock is touched', async () => {
    const here = await site();
    const order = await buy(hub, here.machine);
    await dispense(hub, here.machine, order);
    const command = await here.hand.command(1);
    await here.hand.answer(command, 0);
    await here.hand.answer(command, 1);
    expect(await stockOf(here.machine)).toEqual({ onHand: 4, reserved: 0, forSale: 4 });
    expect(await eventsOf(order)).toContain('conflict.surplus-answer');
  });

  test('the opposite of what was said: a conflict, and what was said first stands', async () => {
    const here = await site();
    const order = await buy(hub, here.machine);
    await dispense(hub, here.machine, order);
    const command = await here.hand.command(1);
    await here.hand.answer(command, 0);
    await here.hand.answer(command, 0, { dropped: false, error: 'Over Current' });
    await hub.settle();
    expect(await stockOf(here.machine)).toEqual({ onHand: 4, reserved: 0, forSale: 4 });
    expect(await eventsOf(order)).toContain('conflict.late-answer');
    expect(callbacksOf(hub, order)).toMatchObject([{ deliver_status: '1' }]);
  });

  test('indexes from 1 on, or none that fit: it is a unit’s answer all the same', async () => {
    const here = await site();
    const order = await buy(hub, here.machine, { A11: 2 });
    await dispense(hub, here.machine, order);
    const command = await here.hand.command(1);
    for (const index of [1, 2, 2, 1]) await here.hand.answer(command, index);
    await hub.settle();
    expect(callbacksOf(hub, order)).toMatchObject([{ deliver_status: '1', delivered_quantity: 2 }]);
    expect(await stockOf(here.machine)).toEqual({ onHand: 3, reserved: 0, forSale: 3 });
  });

  test('of another machine’s command, of a queued one, of none: nothing happens', async () => {
    const [here, there] = [await site(), await site()];
    const [order, queued] = [await buy(hub, here.machine), await buy(hub, here.machine, { A12: 1 })];
    await dispense(hub, here.machine, order);
    const command = await here.hand.command(1);
    const { delivery_id } = await dispense(hub, here.machine, queued);
    await there.hand.answer(command);
    await here.hand.answer({ ...command, delivery_id });
    for (const wrong of ['0', '-1', '999999999', '99999999999999999999', 'abc'])
      await here.hand.answer({ ...command, delivery_id: wrong });
    expect((await orderOf(hub, here.machine, order)).records[0]?.status).toBe('未取货');
    expect(await stockOf(here.machine)).toEqual({ onHand: 5, reserved: 1, forSale: 4 });
    expect(await stockOf(here.machine, 'A12')).toEqual({ onHand: 5, reserved: 1, forSale: 4 });
    await here.hand.answer(command);
    expect((await orderOf(hub, here.machine, order)).records[0]?.status).toBe('已取货');
  });
});
