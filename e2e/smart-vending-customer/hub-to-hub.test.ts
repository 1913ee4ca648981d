import { afterEach, beforeEach, expect, test } from 'vitest';
import { integrationOf } from '../../packages/server/src/dialects/smart-vending/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { listMachineOverviews } from '../../packages/server/src/ledger/machines/list-machine-overviews.ts';
import { placeMachine } from '../../packages/server/src/ledger/places/place-machine.ts';
import { putLine } from '../../packages/server/src/ledger/places/put-line.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { listSettlements } from '../../packages/server/src/ledger/sales/list-settlements.ts';
import { listTrades } from '../../packages/server/src/ledger/sales/list-trades.ts';
import { salesStatistic } from '../../packages/server/src/ledger/sales/sales-statistic.ts';
import { buy, dispense } from '../active-order/steps.ts';
import { settled } from '../smart-vending/steps.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { becomeCustomer, credentials, pushUrlsOf } from './site.ts';

// One hub is the platform, the other its customer: what one sells stands in the books of both.

let platform: TestHub;
let customer: TestHub;
let machine: TestMachine;

beforeEach(async () => {
  [platform, customer] = await Promise.all([startTestHub(), startTestHub()]);
});
afterEach(async () => {
  await checkConservation(platform.ledger);
  await checkConservation(customer.ledger);
  await Promise.all([platform?.stop(), customer?.stop()]);
});

async function connect(pushed: boolean): Promise<void> {
  const { machine, trade, prize, status, refill } = pushUrlsOf(customer.url);
  const urls = { machineUrl: machine, tradeUrl: trade, prizeUrl: prize, statusUrl: status, refillUrl: refill };
  await createIntegration(platform.ledger, {
    merchantId: platform.merchant.id,
    ...integrationOf(credentials),
    settings: pushed ? urls : {},
  });
  await becomeCustomer(customer.ledger, customer.merchant.id, { baseUrl: platform.url });
}

const settle = async () => {
  await settled(platform);
  await customer.settle();
};
const later = async (seconds: number) => {
  platform.clock.advance(seconds);
  customer.clock.advance(seconds);
  await machine.beat();
  await settle();
};

/** A machine at a site: the lists tell the names of no others. */
async function place(): Promise<void> {
  machine = await platform.machine();
  const { ledger, merchant } = platform;
  await putLine(ledger, { merchantId: merchant.id, name: 'line 14', area: 'Beijing', description: 'by the river' });
  await putSite(ledger, { merchantId: merchant.id, number: '7', name: 'Tower', line: 'line 14', address: 'Main Street 1' });
  await placeMachine(ledger, { merchantId: merchant.id, machineNo: machine.machineNo, siteNumber: '7', cause: { by: 'test' } });
  await settle();
}

/** Several of one order out of one slot, one of which jams; a refund; a refill. */
async function trade(pause: number): Promise<void> {
  const order = await buy(platform, machine, { A11: 3, A12: 1 });
  await later(pause);
  machine.virtual.script([{ outcome: 'drop' }, { outcome: 'jam' }, { outcome: 'drop' }]);
  await dispense(platform, machine, order);
  await settled(platform);
  await later(5);
  const refunded = await buy(platform, machine, { A13: 1 });
  await later(5);
  await platform.client.updateOrder(refunded.id, { machine_no: machine.machineNo, status: 2 });
  await later(5);
  const { productId } = await machine.product('A12');
  await platform.client.replenish({
    machine_no: machine.machineNo,
    method: 'replenishment.product.id',
    product_id: String(productId),
    current_inventory: '1',
  });
  await later(5);
  await dispense(platform, machine, order, 1);
  await settle();
}

async function books(hub: TestHub) {
  const merchantId = hub.merchant.id;
  const { machines } = await listMachineOverviews(hub.ledger, { merchantId });
  const { trades, total } = await listTrades(hub.ledger, merchantId, {}, { cursor: 0, limit: 1_000 });
  const period = { from: new Date(0), to: new Date('2100-01-01') };
  const rows = await salesStatistic(hub.ledger, { merchantId, machineIds: machines.map(({ id }) => id), ...period });
  const bare = (name: string) => name.replace(/^.*:/, '');
  return {
    total,
    trades: trades
      .map((one) =>
        [
          ...[one.machineNo, one.orderNo, bare(one.slotName), one.goodsNumber, one.priceCents, one.payStyle, one.payStatus],
          ...[one.deliverState, one.refundState, one.refundCents, one.createdAt.getTime() / 1000],
        ].join(' '),
      )
      .sort(),
    statistic: rows.map(({ units, amountCents, byStyle }) => ({ units, amountCents, byStyle: [...byStyle] })),
    machines: machines.map(({ machineNo, name, online, site, cabinets }) => ({
      ...{ machineNo, name, online, site: [site?.name, site?.address, site?.lineName, site?.lineDescription, site?.areaName] },
      slots: cabinets.flatMap(({ slots }) =>
        slots.map((slot) => [bare(slot.name), slot.goods?.number, slot.priceCents, slot.forSale, slot.capacity].join(' ')),
      ),
    })),
  };
}

const settlements = async (hub: TestHub) =>
  (await listSettlements(hub.ledger, hub.merchant.id, {})).map(({ machineNo, refilledAt, previousAt, sales, slots }) => ({
    ...{ machineNo, refilledAt, previousAt, sales },
    slots: slots.map(({ goodsNumber, stock, refilled, sales }) => ({ goodsNumber, stock, refilled, sales })),
  }));

test('by pushes, both have the same machines, trades, statistics and settlements', async () => {
  await connect(true);
  await place();
  await trade(1);
  await later(601);
  const [theirs, ours] = [await books(platform), await books(customer)];
  expect(theirs.total).toBe(5);
  expect(ours).toEqual(theirs);
  expect(await settlements(customer)).toEqual(await settlements(platform));
});

test('by asking alone, too, also while the sale is under way', async () => {
  await connect(false);
  await place();
  await trade(601);
  await later(601);
  expect(await books(customer)).toEqual(await books(platform));
  expect(await settlements(customer)).toEqual(await settlements(platform));
});
