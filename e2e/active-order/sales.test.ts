import { machineApiKey, offlinePaths } from '@polyvend/protocols/active-order';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { listSettlements } from '../../packages/server/src/ledger/sales/list-settlements.ts';
import { listTrades } from '../../packages/server/src/ledger/sales/list-trades.ts';
import { checkConservation, rawRequest, startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { buy, dispense, newTradeId } from './steps.ts';

let hub: TestHub;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  machine = await hub.machine();
});
afterEach(() => checkConservation(hub.ledger));
afterAll(() => hub?.stop());

async function trades() {
  await hub.settle();
  return (await listTrades(hub.ledger, hub.merchant.id, { machineId: machine.id }, { cursor: 0, limit: 100 })).trades;
}

test('an order that is sold over the API: a trade a unit, paid as its integration says, through to its refill', async () => {
  const order = await buy(hub, machine, { A11: 2, A12: 1 });
  const orderNo = order.tradeId;
  expect(await trades()).toMatchObject(
    ['A11', 'A11', 'A12'].map((slotName) => ({ slotName, orderNo, payStyle: 'qrcode', deliverState: 'pending' })),
  );
  machine.virtual.script([{ outcome: 'drop' }, { outcome: 'jam' }]);
  await dispense(hub, machine, order);
  await machine.virtual.waitForDrops(1);
  await machine.virtual.idle();
  const states = ['dispensed', 'failed', 'pending'];
  await expect.poll(async () => (await trades()).map(({ deliverState }) => deliverState)).toEqual(states);

  await hub.changeIntegration(hub.merchant.id, hub.integration.id, { settings: { payStyle: 'wechat' } });
  await buy(hub, machine, { A12: 1 });
  expect((await trades()).map(({ payStyle }) => payStyle)).toEqual(['qrcode', 'qrcode', 'qrcode', 'wechat']);
  await hub.changeIntegration(hub.merchant.id, hub.integration.id, { settings: { payStyle: 'qrcode' } });

  hub.clock.advance(1);
  const { productId } = await machine.product('A11');
  await hub.client.replenish({
    machine_no: machine.machineNo,
    method: 'replenishment.product.id',
    product_id: String(productId),
    current_inventory: '1',
  });
  await hub.settle();
  const settlements = await listSettlements(hub.ledger, hub.merchant.id, { machineIds: [machine.id] });
  expect(settlements).toMatchObject([{ machineNo: machine.machineNo, sales: [{ payStyle: 'qrcode', units: 1 }] }]);
  expect(settlements[0]?.slots.find(({ slotName }) => slotName === 'A11')).toMatchObject({ stock: 5, refilled: 1 });
});

test('what a machine uploads was paid in coins, or with a telephone where it has a number of the payment', async () => {
  const { productId } = await machine.product('A11');
  const sale = (more: object) => ({
    trade_id: newTradeId(),
    amount: '3.00',
    status: 'SUCCESS',
    records: [{ product_id: productId, quantity: 1, price: '3.00' }],
    ...more,
  });
  const headers = {
    'api-machine-no': machine.machineNo,
    'api-key': machineApiKey(machine.machineNo, hub.integration.appKey),
  };
  const orders = [sale({}), sale({ payment_id: 'P-1' })];
  const { status } = await rawRequest(hub.url + offlinePaths.batchUploadOrders, { headers, body: JSON.stringify(orders) });
  expect(status).toBe(200);
  const told = await trades();
  expect(told.map(({ payStyle, paymentReference }) => [payStyle, paymentReference]).sort()).toEqual([
    ['cash', ''],
    ['qrcode', 'P-1'],
  ]);
  expect(told.map(({ machineTradeNo }) => machineTradeNo).sort()).toEqual(orders.map(({ trade_id }) => trade_id).sort());
});
