import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { byTest, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { type ForeignGoods, putForeignGoods } from './put-foreign-goods.ts';
import { putForeignMachine } from './put-foreign-machine.ts';

let ledger: TestLedger;
let shop: TestShop;
beforeAll(async () => {
  ledger = await testLedger();
});
beforeEach(async () => {
  shop = await testShop(ledger);
});
afterAll(() => ledger.drop());

const of = () => ({ merchantId: shop.merchantId, upstreamIntegrationId: shop.integrationId });
const put = (...goods: ForeignGoods[]) => putForeignGoods(ledger, of(), goods);
const known = () =>
  ledger.rows(
    `select number, name, upstream_goods_id as id from goods where merchant_id = $1 and upstream_integration_id is not null order by number`,
    [shop.merchantId],
  );

test('a good whose number is not told has its id for one, until it is told', async () => {
  const [id] = await put({ upstreamId: 'abc', name: 'Tea' });
  expect(await known()).toEqual([{ number: 'abc', name: 'Tea', id: 'abc' }]);
  expect(await put({ upstreamId: 'abc', number: '1001', name: 'Tea' })).toEqual([id]);
  expect(await put({ upstreamId: 'abc', name: 'Green tea' })).toEqual([id]);
  expect(await known()).toEqual([{ number: '1001', name: 'Green tea', id: 'abc' }]);
});

test('a list that knows no ids means the good of that name', async () => {
  const [id] = await put({ upstreamId: 'abc', name: 'Tea' });
  expect(await put({ number: '1001', name: 'Tea' })).toEqual([id]);
  expect(await known()).toEqual([{ number: '1001', name: 'Tea', id: 'abc' }]);
});

test('the other way round, too: whose id nobody told is meant by its name', async () => {
  const [id] = await put({ number: '1001', name: 'Tea' });
  expect(await put({ upstreamId: 'abc', name: 'Tea' })).toEqual([id]);
  expect(await known()).toEqual([{ number: '1001', name: 'Tea', id: 'abc' }]);
});

test('known under two names, it is one again, in slots too', async () => {
  await putForeignMachine(ledger, {
    ...of(),
    machineNo: 'F-1',
    cabinets: [{ name: 'F-1', slots: [{ code: '1', goods: { upstreamId: 'abc', name: 'Tea' }, onHand: 3 }] }],
    cause: byTest,
  });
  const [other] = await put({ number: '1001', name: 'Tea, 500 ml' });
  expect(await known()).toHaveLength(2);
  expect(await put({ upstreamId: 'abc', number: '1001', name: 'Tea' })).toEqual([other]);
  expect(await known()).toEqual([{ number: '1001', name: 'Tea', id: 'abc' }]);
  const slots = await ledger.rows('select goods_id as "goodsId" from slots where merchant_id = $1 and name = $2', [
    shop.merchantId,
    'F-1:1',
  ]);
  expect(slots).toEqual([{ goodsId: other }]);
});

test('what is in our own catalogue under that number is meant, and left alone', async () => {
  const [mine] = await ledger.rows<{ id: number }>(`select id from goods where merchant_id = $1 and number = 'cola'`, [
    shop.merchantId,
  ]);
  await put({ upstreamId: 'abc', name: 'Their cola' });
  expect(await put({ upstreamId: 'abc', number: 'cola', name: 'Their cola' })).toEqual([mine?.id]);
  expect(await known()).toEqual([]);
  expect(await ledger.rows('select name from goods where id = $1', [mine?.id])).toEqual([{ name: 'Cola' }]);
});

test('nothing is known of what has neither number nor id', async () => {
  expect(await put({ name: 'Tea' }, { number: '7', name: 'Water' })).toEqual([undefined, expect.any(Number)]);
});
