import { type MachineLayoutData, machineStatuses, readMachineLayout, type SkuSyncData } from '@polyvend/protocols/owitho';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { putGoods } from '../../packages/server/src/ledger/catalog/put-goods.ts';
import { putPicture } from '../../packages/server/src/ledger/catalog/put-picture.ts';
import { removeListing } from '../../packages/server/src/ledger/listings/remove-listing.ts';
import { changeMachine } from '../../packages/server/src/ledger/machines/change-machine.ts';
import { refillSlots } from '../../packages/server/src/ledger/refills/refill-slots.ts';
import {
  checkConservation,
  rawRequest,
  slotDraft,
  startTestHub,
  type TestHub,
  type TestMachine,
  testGoods,
  until,
} from '../support/index.ts';
import { type Channel, insist, openChannel, send, signed } from './steps.ts';

let hub: TestHub;
let channel: Channel;
let machine: TestMachine;

beforeAll(async () => {
  hub = await startTestHub({ environment: { POLYVEND_PUBLIC_URL: 'https://hub.example' } });
  // That the first goods were put is over before there is a channel which would be told of it.
  await hub.settle();
});
beforeEach(async () => {
  channel = await openChannel(hub);
  const goods = [...hub.goodsIds.values()];
  const slots = (cabinet: string) => [0, 1].map((n) => slotDraft(cabinet, n, { capacity: 10, onHand: 6, goodsId: goods[n] }));
  machine = await hub.machine('spring', {
    cabinets: [
      { name: 'A', addr: 1, drive: 'spring', slots: slots('A') },
      { name: 'B', addr: 2, drive: 'spring', slots: [...slots('B'), slotDraft('B', 2, { capacity: 9, onHand: 0 })] },
    ],
  });
  await settle();
});
afterEach(async () => {
  await channel.platform.close();
  await checkConservation(hub.ledger);
});
afterAll(() => hub?.stop());

const cause = { by: 'test' };

/** What happened within a second is told a second later. */
async function settle(): Promise<void> {
  hub.clock.advance(2);
  await hub.settle();
}

const told = <Data>(path: string) =>
  channel.platform.received.filter((call) => call.path === path && call.code === 200).map(({ data }) => data as Data);
const layouts = () => told<MachineLayoutData>('/machine/sync').filter(({ machineCode }) => machineCode === machine.machineNo);
const syncs = () => told<SkuSyncData>('/sku/sync');

async function asked() {
  return (await send(hub, '/machine/query', signed(hub, channel, { machineCode: machine.machineNo }))).body;
}

test('a machine is told as it may be sold: all cabinets in one list, at the channel’s price, without what is held back', async () => {
  expect(layouts()).toEqual([]);
  expect(await asked()).toMatchObject({ code: '40000', data: '' });
  await channel.list(machine, { heldBackPercent: 50, priceCents: 450 });
  await settle();
  const [layout, ...more] = layouts();
  expect(more).toEqual([]);
  expect(layout).toMatchObject({ machineCode: machine.machineNo, machineStatus: machineStatuses.normal });
  expect(layout?.slotList.map(({ slotNum }) => slotNum)).toEqual(['A11', 'A12', 'B11', 'B12']);
  expect(layout?.slotList[0]).toEqual({
    ...{
      slotNum: 'A11',
      row: 1,
      col: 1,
      skuCode: '1001',
      skuName: testGoods[0]?.name,
      originalPrice: '4.50',
      actualPrice: '4.50',
    },
    ...{ maxInventory: 10, currentInventory: 3, slotStatus: 0 },
  });
  const { code, data } = await asked();
  expect([code, data]).toEqual(['200', layout]);
  expect(readMachineLayout(data).slotList).toHaveLength(4);
});

test('refill, listing, fault, silence: each told, what happens within a second at once', async () => {
  await channel.list(machine);
  await settle();
  expect(layouts()).toHaveLength(1);
  const { slotId } = await machine.product('A11');
  const refill = (quantity: number) =>
    refillSlots(hub.ledger, {
      merchantId: hub.merchant.id,
      machineId: machine.id,
      slots: [{ slotId, quantity }],
      source: 'test',
      cause,
    });
  await refill(1);
  await refill(1);
  await channel.list(machine, { priceCents: 333 });
  await settle();
  expect(layouts()).toHaveLength(2);
  expect(layouts().at(-1)?.slotList[0]).toMatchObject({ currentInventory: 8, actualPrice: '3.33' });

  await changeMachine(hub.ledger, hub.merchant.id, machine.machineNo, { operational: false });
  await settle();
  expect(layouts().at(-1)?.machineStatus).toBe(machineStatuses.fault);
  await changeMachine(hub.ledger, hub.merchant.id, machine.machineNo, { operational: true });
  machine.virtual.script([{ outcome: 'jam' }]);
  await insist(channel, { machineCode: machine.machineNo, lines: [{ slotNum: 'A12', quantity: 1 }] });
  await settle();
  expect(layouts().at(-1)?.slotList[1]?.slotStatus).not.toBe(0);
  await machine.virtual.disconnect();
  await until(async () => (await asked()).data.machineStatus === machineStatuses.offline, 'the machine to be offline');
  await settle();
  expect(layouts().at(-1)?.machineStatus).toBe(machineStatuses.offline);
});

test('a machine taken off the channel is told as empty, there alone', async () => {
  const other = await openChannel(hub);
  await channel.list(machine);
  await settle();
  await removeListing(hub.ledger, {
    merchantId: hub.merchant.id,
    integrationId: channel.id,
    machineNo: machine.machineNo,
    cause,
  });
  await settle();
  expect(layouts().at(-1)).toEqual({ machineCode: machine.machineNo, machineStatus: machineStatuses.offline, slotList: [] });
  expect(other.platform.machines(other.appId)).toEqual([]);
  await other.platform.close();
});

test('all products at first and once a day, and each when it changes; pictures at an address that the public reaches', async () => {
  const [first, ...more] = syncs();
  expect(more).toEqual([]);
  expect(first?.skuList).toHaveLength(hub.goodsIds.size);
  expect(first?.skuList[0]).toEqual({
    ...{ skuCode: '1001', skuName: testGoods[0]?.name, skuUnit: '件', skuSpec: '-', originalPrice: '3.00' },
    skuPic: expect.stringMatching(/^https:\/\/hub\.example\/media\/[0-9a-f]{64}\.png$/),
  });
  const blank = new URL(first?.skuList[0]?.skuPic ?? '').pathname;
  const served = await rawRequest(`${hub.url}${blank}`, { method: 'GET' });
  expect([served.status, served.headers.get('content-type')]).toEqual([200, 'image/png']);

  const bytes = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('picture')]);
  const picture = await putPicture(hub.ledger, { merchantId: hub.merchant.id, goodsNumber: '1001', bytes, cause });
  await putGoods(
    hub.ledger,
    hub.merchant.id,
    [{ number: '1002', name: '大雪碧', spec: '2L', unit: '瓶', priceCents: 800 }],
    cause,
  );
  await settle();
  expect(
    syncs()
      .slice(1)
      .map(({ skuList }) => skuList.map(({ skuCode, skuName, skuPic }) => [skuCode, skuName, skuPic])),
  ).toEqual([[['1001', testGoods[0]?.name, `https://hub.example/media/${picture}`]], [['1002', '大雪碧', expect.any(String)]]]);
  hub.clock.advance(86_400);
  await hub.settle();
  await until(() => syncs().length === 4, 'the products of the next day');
  expect(syncs().at(-1)?.skuList).toHaveLength(hub.goodsIds.size);
});

test('what waited while the platform was away is told as it is then', async () => {
  channel.platform.behave({ answers: { loseRequest: 1, loseAnswer: 0, repeat: 0, delay: 0, delayMs: [0, 1] } });
  await channel.list(machine, { priceCents: 100 });
  await settle();
  await channel.list(machine, { priceCents: 200 });
  await settle();
  channel.platform.behave({ answers: { loseRequest: 0, loseAnswer: 0, repeat: 0, delay: 0, delayMs: [0, 1] } });
  await until(async () => {
    await settle();
    return layouts().length >= 2;
  }, 'both to be told');
  expect(layouts().map(({ slotList }) => slotList[0]?.actualPrice)).toEqual(['2.00', '2.00']);
});
