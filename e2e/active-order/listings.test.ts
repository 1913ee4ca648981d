import { codes, orderStatusNumbers } from '@polyvend/protocols/active-order';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putListing } from '../../packages/server/src/ledger/listings/put-listing.ts';
import { setOffers } from '../../packages/server/src/ledger/listings/set-offers.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { buy, codeOf, orderOf, place } from './steps.ts';

let hub: TestHub;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
  machine = await hub.machine('spring', { onHand: 5 });
});
afterAll(async () => {
  await checkConservation(hub.ledger);
  await hub.stop();
});

const cause = { by: 'test' };
const on = () => ({ merchantId: hub.merchant.id, integrationId: hub.integration.id, cause });

test('what is held back from a mall is neither shown nor sold to it, and its price is its own', async () => {
  const { machineNo } = machine;
  const slots = [{ slotName: 'A12', offered: false, heldBackPercent: null, priceCents: null }];
  await putListing(hub.ledger, { ...on(), machineNo, heldBackPercent: 50, priceCents: 777, slots });
  const { productId } = await machine.product('A11');
  const shown = (await hub.client.products({ machine_no: machineNo, select_all: '1' })).data;
  expect(shown).toHaveLength((await machine.products()).length - 1);
  expect(shown.find((one) => one.id === productId)).toMatchObject({ good: { price: '7.77' }, current_inventory: 2 });
  expect(await codeOf(place(hub, machine, { A12: 1 }))).toBe(codes.productNotFound.code);
  expect(await codeOf(place(hub, machine, { A11: 3 }))).toBe(codes.stockInsufficient.code);
  expect(await orderOf(hub, machine, await buy(hub, machine, { A11: 2 }))).toMatchObject({ amount: '15.54' });
});

test('a machine that is not listed does not exist for a mall that offers only what is; its orders go on', async () => {
  const { machineNo } = machine;
  const other = await hub.machine();
  const order = await place(hub, other);
  await setOffers(hub.ledger, { ...on(), offers: 'listed' });
  expect(await codeOf(hub.client.machine(other.machineNo))).toBe(codes.machineNotFound.code);
  expect(await codeOf(place(hub, other))).toBe(codes.machineNotFound.code);
  expect((await hub.client.machines()).map((one) => one.machine_no)).toEqual([machineNo]);
  await hub.client.updateOrder(order.id, { machine_no: other.machineNo, status: orderStatusNumbers.paid });
  expect(await orderOf(hub, other, order)).toMatchObject({ order_id: order.id, status: 'SUCCESS' });
});
