import { type OrderOutcome, outStatuses } from '@polyvend/protocols/owitho';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { listExceptions } from '../../packages/server/src/ledger/exceptions/list-exceptions.ts';
import { findMachine } from '../../packages/server/src/ledger/machines/find-machine.ts';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { type Channel, insist, noticeOf, ok, openChannel, send, sendNotice, signed } from './steps.ts';

let hub: TestHub;
let channel: Channel;
let machine: TestMachine;

beforeAll(async () => {
  hub = await startTestHub();
  channel = await openChannel(hub);
});
beforeEach(async () => {
  machine = await hub.machine();
  await channel.list(machine);
});
afterEach(async () => {
  await checkConservation(hub.ledger);
  expect(await conservationProblems(hub.ledger)).toEqual([]);
});
afterAll(async () => {
  await channel?.platform.close();
  await hub?.stop();
});

const { dispensed, partly, failed, dispensing } = outStatuses;

const sell = (...lines: { slotNum: string; quantity: number }[]) => insist(channel, { machineCode: machine.machineNo, lines });

const rows = (outcome?: OrderOutcome) => outcome?.outDetailList.map(({ slotNum, status }) => `${slotNum} ${status}`);

async function query(orderViewId: string) {
  return (await send(hub, '/order/query', signed(hub, channel, { orderViewId }))).body;
}

const callbacks = (orderViewId: string) =>
  channel.platform.received
    .filter(({ path }) => path === '/order/callback')
    .map(({ data }) => data as OrderOutcome)
    .filter((outcome) => outcome.orderViewId === orderViewId);

test('what is bought there falls here, and is called back unit by unit', async () => {
  const order = await sell({ slotNum: 'A11', quantity: 2 }, { slotNum: 'A12', quantity: 1 });
  expect(order).toMatchObject({ toldBy: 'callback', outcome: { outStatus: dispensed }, refunded: 0, conflicts: [] });
  expect(rows(order.outcome)).toEqual(['A11 200', 'A11 200', 'A12 200']);
  expect(machine.virtual.drops).toHaveLength(3);
  expect(await machine.product('A11')).toMatchObject({ onHand: 3, reserved: 0 });
  expect((await query(order.notice.orderViewId)).data).toEqual(order.outcome);
});

test('of a part that failed the buyer gets the money back', async () => {
  machine.virtual.script([{ outcome: 'drop' }, { outcome: 'jam' }]);
  const order = await sell({ slotNum: 'A11', quantity: 2 });
  expect(order).toMatchObject({ outcome: { outStatus: partly }, refunded: 300 });
  expect(await machine.product('A11')).toMatchObject({ onHand: 4, reserved: 0, faultCode: expect.any(Number) });
});

test('a machine that is offline: the notice is taken, nothing falls, and all of it is called back as failed', async () => {
  await machine.virtual.disconnect();
  // A farewell that takes long is left to the broker, which tells of it later.
  await until(
    async () => !(await findMachine(hub.ledger, hub.merchant.id, machine.machineNo)).online,
    'the machine to be offline',
  );
  const notice = await noticeOf(hub, machine, 'offline-1', { A11: 2 });
  expect((await sendNotice(hub, channel, notice)).body).toEqual(ok);
  await until(() => callbacks('offline-1').length > 0, 'the callback');
  expect(callbacks('offline-1')).toMatchObject([{ outStatus: failed, outDetailList: [{ status: failed }, { status: failed }] }]);
  expect(await machine.product('A11')).toMatchObject({ onHand: 5, reserved: 0 });
  hub.clock.advance(1);
  await machine.virtual.connect();
  await machine.beat();
  await machine.virtual.idle();
  expect(machine.virtual.drops).toEqual([]);
});

test('more than there is: what there is falls, the rest is called back as failed', async () => {
  const notice = await noticeOf(hub, machine, 'more-1', { A11: 7 });
  expect((await sendNotice(hub, channel, notice)).body).toEqual(ok);
  await until(() => callbacks('more-1').length > 0, 'the callback');
  expect(callbacks('more-1')[0]).toMatchObject({ outStatus: partly });
  expect(rows(callbacks('more-1')[0])?.filter((row) => row === 'A11 200')).toHaveLength(5);
});

test('a slot that is not there, another good, a machine that is not listed: taken, and called back as failed', async () => {
  const unlisted = await hub.machine();
  const wrong = await noticeOf(hub, machine, 'wrong-1', { A11: 1 });
  const [line] = wrong.orderDetailList;
  if (!line) throw new Error('no line');
  const notices = [
    { ...wrong, orderViewId: 'wrong-1', orderDetailList: [{ ...line, slotNum: 'Z99' }] },
    { ...wrong, orderViewId: 'wrong-2', orderDetailList: [{ ...line, skuCode: '1012' }] },
    { ...wrong, orderViewId: 'wrong-3', machineCode: unlisted.machineNo },
  ];
  for (const notice of notices) expect((await sendNotice(hub, channel, notice)).body).toEqual(ok);
  await until(() => notices.every(({ orderViewId }) => callbacks(orderViewId).length > 0), 'the callbacks');
  for (const { orderViewId } of notices) expect(callbacks(orderViewId)).toMatchObject([{ outStatus: failed }]);
});

test('a silent machine: 100 while it is waited for, then failed and held; its late word is a conflict, told to nobody', async () => {
  const hand = await hub.hand(machine);
  await sendNotice(hub, channel, await noticeOf(hub, machine, 'silent-1', { A11: 2 }));
  const command = await hand.command(1);
  await hand.answer(command, 0);
  expect(await query('silent-1')).toEqual({
    ...ok,
    data: { orderViewId: 'silent-1', outStatus: dispensing, outDetailList: [{ slotNum: 'A11', skuCode: '1001', status: 200 }] },
  });
  hub.clock.advance(120);
  await hub.settle();
  await until(() => callbacks('silent-1').length > 0, 'the callback');
  expect(callbacks('silent-1')).toMatchObject([{ outStatus: partly }]);
  expect(await machine.product('A11')).toMatchObject({ onHand: 4, reserved: 1 });
  await hand.sync();
  await hand.answer(command, 1);
  await hub.settle();
  expect(callbacks('silent-1')).toHaveLength(1);
  expect((await query('silent-1')).data).toMatchObject({ outStatus: partly });
  const conflicts = (await listExceptions(hub.ledger, hub.merchant.id)).filter(
    ({ machineNo }) => machineNo === machine.machineNo,
  );
  expect(conflicts.map(({ kind }) => kind)).toContain('conflict');
});

test('the same notice ten times at once, and again when all is over: dispensed once, called back once', async () => {
  const notice = await noticeOf(hub, machine, 'again-1', { A11: 1, A12: 1 });
  const answers = await Promise.all(Array.from({ length: 10 }, () => sendNotice(hub, channel, notice)));
  for (const { body } of answers) expect(body).toEqual(ok);
  await until(() => callbacks('again-1').length > 0, 'the callback');
  expect((await sendNotice(hub, channel, notice)).body).toEqual(ok);
  await hub.settle();
  expect(machine.virtual.drops).toHaveLength(2);
  expect(callbacks('again-1')).toHaveLength(1);
  // The number with something else behind it is refused.
  const other = await noticeOf(hub, machine, 'again-1', { A13: 1 });
  expect((await sendNotice(hub, channel, other)).body).toMatchObject({ code: '40000', data: '' });
});

test('not paid, payment failed, refund failed: taken, and nothing happens', async () => {
  const kinds = [
    { payStatus: 0, refundStatus: 0 },
    { payStatus: 2, refundStatus: 0 },
    { payStatus: 1, refundStatus: 3 },
  ] as const;
  for (const [n, kind] of kinds.entries()) {
    const notice = await noticeOf(hub, machine, `unpaid-${n}`, { A11: 1 }, kind);
    expect((await sendNotice(hub, channel, notice)).body).toEqual(ok);
    expect(await query(`unpaid-${n}`)).toMatchObject({ code: '40000' });
  }
  // Paid later, it is dispensed.
  expect((await sendNotice(hub, channel, await noticeOf(hub, machine, 'unpaid-0', { A11: 1 }))).body).toEqual(ok);
  await until(() => callbacks('unpaid-0').length > 0, 'the callback');
  expect(machine.virtual.drops).toHaveLength(1);
});

test('a refund ends what has not been sent to the machine, in full or in part; what fell stays', async () => {
  for (const [refundStatus, state] of [
    [1, 'refunded'],
    [2, 'paid'],
  ] as const) {
    machine = await hub.machine('belt');
    await channel.list(machine);
    const hand = await hub.hand(machine);
    const number = `refund-${refundStatus}`;
    const notice = await noticeOf(hub, machine, number, { A11: 2 });
    await sendNotice(hub, channel, notice);
    const command = await hand.command(1);
    const refund = { ...notice, refundStatus };
    expect((await sendNotice(hub, channel, refund)).body).toEqual(ok);
    expect((await sendNotice(hub, channel, refund)).body).toEqual(ok);
    await hand.answer(command, 0);
    await until(() => callbacks(number).length > 0, 'the callback');
    await hand.sync();
    expect(hand.commands).toHaveLength(1);
    expect(callbacks(number)).toMatchObject([{ outStatus: partly }]);
    expect(await machine.product('A11')).toMatchObject({ onHand: 4, reserved: 0 });
    const order = await hub.ledger.db.selectFrom('orders').select('state').where('trade_id', '=', number).executeTakeFirst();
    expect(order?.state).toBe(state);
  }
});

test('a refund that overtakes the notice: the order is over before it began', async () => {
  const notice = await noticeOf(hub, machine, 'overtaken-1', { A11: 1 });
  expect((await sendNotice(hub, channel, { ...notice, refundStatus: 1 })).body).toEqual(ok);
  expect((await sendNotice(hub, channel, notice)).body).toEqual(ok);
  await until(() => callbacks('overtaken-1').length > 0, 'the callback');
  await machine.virtual.idle();
  expect(machine.virtual.drops).toEqual([]);
  expect(await machine.product('A11')).toMatchObject({ onHand: 5, reserved: 0 });
  expect((await query('overtaken-1')).data).toMatchObject({ outStatus: failed });
});

test('a callback that is refused is told again until it is accepted', async () => {
  channel.platform.behave({ refuseCallback: 1 });
  const selling = sell({ slotNum: 'A11', quantity: 1 });
  let over = false;
  void selling.then(() => {
    over = true;
  });
  await channel.platform.waitFor(
    ({ path, data, code }) =>
      path === '/order/callback' && code === 50002 && (data as OrderOutcome).orderViewId.startsWith('XBL'),
    60_000,
  );
  channel.platform.behave({ refuseCallback: 0 });
  await until(async () => {
    hub.clock.advance(1);
    await hub.settle();
    return over;
  }, 'the callback to be accepted');
  expect(await selling).toMatchObject({ toldBy: 'callback', outcome: { outStatus: dispensed } });
});
