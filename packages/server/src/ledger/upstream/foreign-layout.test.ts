import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import { type ForeignShop, foreignShop, foreignSlot, tellLayout } from '../../testing/foreign.ts';
import { byTest, eventsOf, type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { findGoodsIds } from '../catalog/find-goods-ids.ts';
import { putGoods } from '../catalog/put-goods.ts';
import { getMachineOverview } from '../machines/list-machine-overviews.ts';
import { putForeignCatalogue } from './put-foreign-catalogue.ts';

let ledger: TestLedger;
let shop: ForeignShop;
beforeAll(async () => {
  ledger = await testLedger();
});
beforeEach(async () => {
  shop = await foreignShop(ledger, await testShop(ledger));
});
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});
afterAll(() => ledger.drop());

const machine = () => getMachineOverview(ledger, { merchantId: shop.merchantId, machineNo: shop.foreignNo });
const seen = async () =>
  (await machine()).cabinets.map(({ name, slots }) => [
    name,
    slots.map(({ code, goods, onHand, faultCode }) => `${code} ${goods?.number} ${onHand} ${faultCode}`),
  ]);

test('a layout adds a machine that was not known, and replaces one cabinet alone', async () => {
  await tellLayout(ledger, shop, { cabinet: 'c2', slots: [foreignSlot('1', 'soup', 3, { row: 2, column: 4 })] });
  await tellLayout(ledger, shop, { slots: [foreignSlot('2', 'tea', 4), foreignSlot('9', 'cola', 1)] });
  expect(await seen()).toEqual([
    ['c1', ['2 tea 4 1', '9 cola 1 1']],
    ['c2', ['1 soup 3 1']],
  ]);
  expect(await machine()).toMatchObject({ name: shop.foreignNo, operational: true, online: true });
  const rows = await ledger.rows('select x, y from slots where name = $1 and merchant_id = $2', ['c2:1', shop.merchantId]);
  expect(rows).toEqual([{ x: 2, y: 4 }]);
});

test('a layout from before the last one changes nothing, not even whether the machine works', async () => {
  const saidAt = ledger.clock.now();
  ledger.clock.advance(5);
  await tellLayout(ledger, shop, { slots: [foreignSlot('1', 'cola', 2)] });
  const late = await tellLayout(ledger, shop, { saidAt, status: 'fault', slots: [foreignSlot('1', 'cola', 9)] });
  expect(late.applied).toBe(false);
  expect(await seen()).toEqual([['c1', ['1 cola 2 1']]]);
  expect((await machine()).operational).toBe(true);
});

test('offline, out of order, and a faulty slot are kept and told', async () => {
  await tellLayout(ledger, shop, { status: 'offline', slots: [foreignSlot('1', 'cola', 2, { faultCode: 3 })] });
  expect(await machine()).toMatchObject({ online: false, operational: true });
  expect(await seen()).toEqual([['c1', ['1 cola 2 3']]]);
  expect(await eventsOf(ledger, shop, 'slot.fault')).toHaveLength(1);
  await tellLayout(ledger, shop, { status: 'fault' });
  expect(await machine()).toMatchObject({ online: true, operational: false });
  expect(await eventsOf(ledger, shop, 'slot.fault-cleared')).toHaveLength(1);
  await tellLayout(ledger, shop);
  expect(await machine()).toMatchObject({ online: true, operational: true });
});

test('prices: what is asked, and what it was before it was cut', async () => {
  await tellLayout(ledger, shop, { slots: [foreignSlot('1', 'cola', 1, { priceCents: 180, originalPriceCents: 250 })] });
  const [row] = await ledger.rows('select price_cents, original_price_cents from slots where name = $1 and merchant_id = $2', [
    'c1:1',
    shop.merchantId,
  ]);
  expect(row).toEqual({ price_cents: 180, original_price_cents: 250 });
});

test('goods go by the numbers of who tells of them, and ours of the same number is another', async () => {
  const goods = [
    { number: 'cola', name: 'Their cola', unit: 'can', spec: '330ml', priceCents: 250, costCents: 100, pictureUrl: 'http://p/1' },
    { number: 'tea', name: 'Their tea' },
  ];
  const catalogue = { merchantId: shop.merchantId, upstreamIntegrationId: shop.upstreamIntegrationId, goods, cause: byTest };
  await putForeignCatalogue(ledger, catalogue);
  await putForeignCatalogue(ledger, { ...catalogue, goods: [{ number: 'tea', name: 'Green tea' }] });
  const other = await foreignShop(ledger, shop);
  await putForeignCatalogue(ledger, { ...catalogue, upstreamIntegrationId: other.upstreamIntegrationId });
  const rows = await ledger.rows<{ name: string }>(
    'select name, unit, spec, price_cents, cost_cents, picture_url from goods where merchant_id = $1 and upstream_integration_id = $2 order by number',
    [shop.merchantId, shop.upstreamIntegrationId],
  );
  expect(rows).toEqual([
    { name: 'Their cola', unit: 'can', spec: '330ml', price_cents: 250, cost_cents: 100, picture_url: 'http://p/1' },
    { name: 'Green tea', unit: '', spec: '', price_cents: 0, cost_cents: 0, picture_url: '' },
  ]);
  const ours = await findGoodsIds(ledger, shop.merchantId, ['cola', 'tea']);
  expect([...ours.keys()]).toEqual(['cola']);
  await putGoods(ledger, shop.merchantId, [{ number: 'tea', name: 'Our tea', priceCents: 1 }], byTest);
  expect((await machine()).cabinets[0]?.slots.map((slot) => slot.goods?.name)).toEqual(['Their cola', 'Their cola', 'Green tea']);
  expect((await eventsOf(ledger, shop, 'foreign-goods.changed'))[0]?.data).toEqual({
    integrationId: shop.upstreamIntegrationId,
    goods: ['cola', 'tea'],
  });
});

test('a catalogue of which one good cannot be written is not written at all', async () => {
  const goods = [
    { number: 'gum', name: 'Gum' },
    { number: 'bad', name: 'Bad', priceCents: -1 },
  ];
  const { merchantId, upstreamIntegrationId } = shop;
  await expect(putForeignCatalogue(ledger, { merchantId, upstreamIntegrationId, goods, cause: byTest })).rejects.toThrow('check');
  expect(await ledger.rows("select 1 from goods where merchant_id = $1 and number = 'gum'", [merchantId])).toEqual([]);
});
