import { buildCall, pickupCodePattern, toSeconds } from '@polyvend/protocols/smart-vending';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { integrationOf, newCredentials } from '../../packages/server/src/dialects/smart-vending/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { createOpenPickupCode } from '../../packages/server/src/ledger/pickup-codes/create-open-pickup-code.ts';
import { putForeignTrades } from '../../packages/server/src/ledger/sales/put-foreign-trades.ts';
import { putForeignMachine } from '../../packages/server/src/ledger/upstream/put-foreign-machine.ts';
import { foreignTrade } from '../../packages/server/src/testing/foreign-trade.ts';
import { buy } from '../active-order/steps.ts';
import { startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { addCustomer, expectAnswer, expectFail, expectPush, sendBuilt, type TestCustomer } from './steps.ts';

// A customer of ours is shown the machines of another platform beside our own, and what they sold.

const upstream = newCredentials();
const machineNo = 'X-151111';
let hub: TestHub;
let asker: TestCustomer;
let own: TestMachine;
let foreignId: number;
let whose: { merchantId: number; upstreamIntegrationId: number };
beforeAll(async () => {
  hub = await startTestHub();
  asker = await addCustomer(hub);
  own = await hub.machine('spring');
  const merchantId = hub.merchant.id;
  const upstreamIntegrationId = await createIntegration(hub.ledger, { merchantId, ...integrationOf(upstream, 'customer') });
  whose = { merchantId, upstreamIntegrationId };
  const slots = [{ code: '1', goods: { number: 'tea', name: '绿茶' }, priceCents: 400, capacity: 10, onHand: 6 }];
  foreignId = await putForeignMachine(hub.ledger, {
    ...whose,
    ...{ machineNo, name: '别家的', vendor: 'aucma', cabinets: [{ name: machineNo, kind: 'drinks', slots }] },
    ...{ site: { number: '1', name: 'testsite', line: 'testline', area: '上海' }, cause: { by: 'test' } },
  });
});
afterAll(async () => {
  await asker?.close();
  await hub?.stop();
});

test('its machine is told of, listed and described like one of ours', async () => {
  await hub.settle();
  const push = asker.pushed('machine').find(({ params }) => params.assetId === machineNo);
  if (push) expectPush(push);
  const shelf = { location_id: '1', goods_name: '绿茶', price: '400' };
  expect(push?.params).toMatchObject({
    siteName: 'testsite',
    lineName: 'testline',
    containers: [{ cid: machineNo, type: 1, shelves: [shelf] }],
  });
  const status = await asker.call('status', { assetId: machineNo });
  expectAnswer('status', status);
  const stocked = { locationId: '1', stock: 6, price: 400, goodsNumber: 'tea' };
  expect(status.body).toMatchObject({ vender: 'aucma', areaName: '上海', list: [{ cid: machineNo, shelvesInfo: [stocked] }] });
  expect((await asker.client.sites()).map(({ assetId }) => assetId)).toContain(machineNo);
});

test('its trades are pushed, listed and counted; none is taken for one of ours that has the same number', async () => {
  await buy(hub, own, { A11: 1 });
  await hub.settle();
  const ours = asker.pushed('trade')[0]?.params.id;
  const createdAt = hub.clock.now();
  const trade = foreignTrade({
    upstreamTradeId: String(ours),
    machineId: foreignId,
    createdAt,
    slotName: `${machineNo}:1`,
    cabinetName: machineNo,
  });
  await putForeignTrades(hub.ledger, whose, [trade], { by: 'test' });
  await hub.settle();
  for (const push of asker.pushed('trade')) expectPush(push);
  const theirs = asker.pushed('trade').filter(({ params }) => params.assetId === machineNo);
  expect(theirs.map(({ params }) => [params.cid, params.locationId, params.payStyle, params.deliverStatus])).toEqual([
    [machineNo, '1', '3', '0'],
  ]);
  expect(theirs[0]?.params.id).not.toBe(ours);
  const list = await asker.call('tradeList', { assetId: machineNo });
  expectAnswer('tradeList', list);
  expect(list.body.list).toMatchObject([{ price: 400, price_1: 500, cid: machineNo, machineType: 1, lineName: 'testline' }]);
  const now = toSeconds(createdAt);
  const [row] = await asker.client.statistic({ assetIds: [machineNo], startTime: now, endTime: now });
  expect(row).toMatchObject({ count: 1, amount: 400, alipayCount: 1, onlineAmount: 400 });
});

test('a code for its machine is one that its platform asks us about, and needs a good', async () => {
  expectFail(await asker.call('createCode', { assetId: machineNo }), 10001, /^productCode is required/);
  const { code } = (await asker.call('createCode', { assetId: machineNo, productCode: 'tea' })).body;
  expect(code).toMatch(pickupCodePattern);
  expect(await own.virtual.type(code)).toBe('unknown');
  const check = (assetId: string) => sendBuilt(hub, buildCall('checkCode', { code, assetId }, upstream));
  expectFail(await check('X-2'), 30001);
  const checked = await check(machineNo);
  expectAnswer('checkCode', checked);
  expect(checked.body).toMatchObject({ goodsNum: 'tea', codeStatus: '1' });
});

test('a platform that asks about a code means its own machine, also where one of ours has that number', async () => {
  const [goodsNo] = hub.goodsIds.keys();
  const twin = { ...whose, machineNo: own.machineNo, name: 'twin', cause: { by: 'test' } };
  const machineId = await putForeignMachine(hub.ledger, twin);
  const draft = {
    merchantId: hub.merchant.id,
    integrationId: null,
    elsewhere: true,
    goodsId: hub.goodsIds.get(goodsNo ?? '') ?? 0,
  };
  const [theirs, ours] = await Promise.all(
    [machineId, own.id].map((id) => createOpenPickupCode(hub.ledger, { ...draft, machineId: id, cause: { by: 'test' } })),
  );
  const check = (code = '') => sendBuilt(hub, buildCall('checkCode', { code, assetId: own.machineNo }, upstream));
  expectAnswer('checkCode', await check(theirs?.code));
  expectFail(await check(ours?.code), 30001);
});
