import { afterAll, beforeAll, expect, test } from 'vitest';
import { byTest, eventsOf, refusal, type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { listAllCategories } from './list-all-categories.ts';
import { createGoods, editGoods } from './save-goods.ts';
import { getGoods, searchGoods } from './search-goods.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

test('a good is made with what is told, and changed without what is not', async () => {
  const { merchantId } = await testShop(ledger);
  const fields = { name: 'Tea', priceCents: 450, category: 'Drinks', barcode: '690001', packing: 1 };
  const goodsId = await createGoods(ledger, { merchantId, number: 'tea', fields, cause: byTest });
  const made = await getGoods(ledger, merchantId, goodsId);
  expect(made).toMatchObject({
    ...fields,
    number: 'tea',
    own: true,
    fullName: 'Tea',
    originalPriceCents: 450,
    machines: 0,
    pictureUrl: '',
  });
  await editGoods(ledger, { merchantId, goodsId, fields: { priceCents: 500, packing: null, spec: '330 ml' }, cause: byTest });
  expect(await getGoods(ledger, merchantId, goodsId)).toMatchObject({
    ...fields,
    priceCents: 500,
    packing: null,
    spec: '330 ml',
  });
  await editGoods(ledger, { merchantId, goodsId, fields: { category: '' }, cause: byTest });
  expect((await getGoods(ledger, merchantId, goodsId)).category).toBe('');
  expect(await listAllCategories(ledger, merchantId)).toMatchObject([{ title: 'Drinks', goods: 0 }]);
  expect(await refusal(createGoods(ledger, { merchantId, number: 'tea', fields, cause: byTest }))).toBe('request.invalid');
  expect((await getGoods(ledger, merchantId, goodsId)).priceCents).toBe(500);
});

test('only a good of our own, and of this merchant, can be changed', async () => {
  const { merchantId, integrationId } = await testShop(ledger);
  const other = await testShop(ledger);
  const [foreign] = await ledger.rows<{ id: number }>(
    `insert into goods (merchant_id, number, name, upstream_integration_id, created_at, updated_at)
    values ($1, 'x1', 'Theirs', $2, now(), now()) returning id`,
    [merchantId, integrationId],
  );
  const goodsId = foreign?.id ?? 0;
  const before = (await eventsOf(ledger, other, 'goods.changed')).length;
  expect(await refusal(editGoods(ledger, { merchantId, goodsId, fields: { name: 'Ours' }, cause: byTest }))).toBe(
    'goods.unknown',
  );
  const [{ id } = { id: 0 }] = (await searchGoods(ledger, { merchantId, own: true }, { offset: 0, limit: 9 })).goods;
  const theft = { merchantId: other.merchantId, goodsId: id, fields: { name: 'Mine' }, cause: byTest };
  expect(await refusal(editGoods(ledger, theft))).toBe('goods.unknown');
  expect(await refusal(getGoods(ledger, other.merchantId, id))).toBe('goods.unknown');
  expect(await eventsOf(ledger, other, 'goods.changed')).toHaveLength(before);
  expect((await getGoods(ledger, merchantId, goodsId)).own).toBe(false);
});

test('goods are found by a part of name, number or barcode, by category, page by page', async () => {
  const { merchantId } = await testShop(ledger);
  for (const [number, name, barcode, category] of [
    ['w-1', 'Still Water', '111', 'Water'],
    ['w-2', 'Sparkling water', '222', 'Water'],
    ['s_1', 'Chips 100%', '333', 'Snacks'],
  ] as const) {
    await createGoods(ledger, { merchantId, number, fields: { name, barcode, category, priceCents: 1 }, cause: byTest });
  }
  const find = async (filter: object, page = { offset: 0, limit: 10 }) => {
    const { goods, total } = await searchGoods(ledger, { merchantId, ...filter }, page);
    return [goods.map(({ number }) => number), total];
  };
  expect(await find({ text: 'WATER' })).toEqual([['w-2', 'w-1'], 2]);
  expect(await find({ text: 'WATER' }, { offset: 1, limit: 1 })).toEqual([['w-1'], 2]);
  expect(await find({ text: '333' })).toEqual([['s_1'], 1]);
  expect(await find({ text: '_' })).toEqual([['s_1'], 1]);
  expect(await find({ text: '%' })).toEqual([['s_1'], 1]);
  expect(await find({ category: 'Water', text: 'still' })).toEqual([['w-1'], 1]);
  expect(await find({ category: '' })).toEqual([['cola'], 1]);
  const { goods } = await searchGoods(ledger, { merchantId, text: 'cola' }, { offset: 0, limit: 1 });
  expect(goods[0]?.machines).toBe(1);
});
