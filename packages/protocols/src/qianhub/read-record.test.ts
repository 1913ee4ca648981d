import { describe, expect, test } from 'vitest';
import { readRecord, readRecordLeniently } from './read-record.ts';
import { type Sample, sampleBill, sampleDayEnd, sampleHandover, sampleTakeOut } from './samples.fixture.ts';
import * as dictionaries from './schema/dictionaries.ts';

type Kind = 'id' | 'text' | 'yuan' | 'number' | 'flag' | 'time' | 'list' | 'object' | 'any';

// Every field of the document's tables and samples: where it stands, what it is, and whether it may lack (?).

const envelope: Record<string, Kind> = { staff_id: 'id', staff_name: 'text', json: 'object' };

const goods: Record<string, Kind> = {
  goods_id: 'id',
  goods_name: 'text',
  goods_sn: 'text',
  product_type_id: 'id',
  product_type_name: 'text',
  goods_group_id: 'id',
  goods_group_name: 'text',
  'goods_group_sn?': 'text',
  goods_subgroup_id: 'id',
  goods_subgroup_name: 'text',
  'goods_subgroup_sn?': 'text',
  unit_type_id: 'id',
  unit_type_name: 'text',
};

const detail: Record<string, Kind> = {
  detail_id: 'id',
  goods: 'object',
  tags: 'list',
  origin_price: 'yuan',
  current_price: 'yuan',
  'real_amount?': 'yuan',
  quantity: 'number',
  void_quantity: 'number',
  weight: 'number',
  staff_id: 'id',
  staff_name: 'text',
  'remark?': 'text',
  children: 'list',
  ...under('goods', goods),
};

const bill: Record<string, Kind> = {
  'brand_id?': 'id',
  'brand_name?': 'text',
  'shop_id?': 'id',
  'shop_name?': 'text',
  sn: 'text',
  bill_id: 'id',
  amount: 'yuan',
  real_amount: 'yuan',
  goods_amount: 'yuan',
  order_amount: 'yuan',
  paid: 'yuan',
  surcharge: 'yuan',
  mincharge: 'yuan',
  discount: 'yuan',
  promotion: 'yuan',
  rounding: 'yuan',
  cashier_staff_id: 'id',
  cashier_staff_name: 'text',
  undo_index: 'id',
  orders: 'list',
  payments: 'list',
  promotions: 'list',
  discounts: 'list',
  create_on: 'time',
  cashier_on: 'time',
  ...under('orders[0]', {
    order_id: 'id',
    order_name: 'text',
    order_sn: 'text',
    person_count: 'id',
    table_id: 'id',
    order_amount: 'yuan',
    goods_amount: 'yuan',
    surcharge: 'yuan',
    mincharge: 'yuan',
    discount: 'yuan',
    promotion: 'yuan',
    voucher: 'yuan',
    details: 'list',
  }),
  ...under('orders[0].details[0]', detail),
  ...under('orders[0].details[0].children[0]', detail),
  ...under('payments[0]', {
    payment_type_id: 'id',
    payment_type_name: 'text',
    payment_type_sn: 'text',
    value: 'yuan',
    change: 'yuan',
    unreal: 'yuan',
  }),
  ...under('promotions[0]', {
    promotion_id: 'id',
    promotion_name: 'text',
    promotion_type_id: 'id',
    promotion_type_name: 'text',
    value: 'yuan',
  }),
  ...under('discounts[0]', { discount_id: 'id', discount_name: 'text', value: 'yuan' }),
};

const row: Record<string, Kind> = { key: 'text', item: 'text', count: 'number', amount: 'yuan', subdetail: 'list' };

const statistic: Record<string, Kind> = {
  summary: 'list',
  detail: 'list',
  waive: 'list',
  sale: 'list',
  member: 'list',
  goods: 'list',
  waimai: 'list',
  waimaiGoods: 'list',
  ...under('summary[0]', { key: 'text', item: 'text', value: 'text' }),
  ...under('detail[0]', row),
  ...under('waive[0]', row),
  ...under('waive[0].subdetail[0]', row),
  ...under('sale[0]', row),
  ...under('member[0]', row),
  ...under('goods[0]', row),
  ...under('goods[0].subdetail[2]', row),
};

const takeOut: Record<string, Kind> = {
  order: 'id',
  sn: 'text',
  channel: 'text',
  channelOrder: 'any',
  isPrepared: 'flag',
  amount: 'yuan',
  guest: 'object',
  payState: 'text',
  orderState: 'text',
  shipType: 'text',
  details: 'list',
  promotions: 'list',
  extra: 'object',
  createon: 'time',
  ...under('guest', { name: 'text', address: 'text', phone: 'text', count: 'id' }),
  ...under('details[0]', {
    id: 'id',
    order: 'id',
    'partnerGoods?': 'any',
    'partnerGoodsName?': 'text',
    'partnerGoodsSN?': 'text',
    'channelGoods?': 'any',
    channelGoodsName: 'text',
    unitName: 'text',
    price: 'yuan',
    quantity: 'number',
    boxPrice: 'yuan',
    boxQuantity: 'number',
    bagName: 'text',
    createon: 'time',
  }),
  ...under('extra', {
    goodsAmount: 'yuan',
    boxAmount: 'yuan',
    pickType: 'text',
    channelShare: 'yuan',
    channelPromotion: 'yuan',
    partnerReceive: 'yuan',
    partnerPromotion: 'yuan',
    partnerShipFee: 'yuan',
    onlinePaid: 'yuan',
    shipFee: 'yuan',
    hasInvoice: 'flag',
    'partner?': 'any',
    'partnerMch?': 'any',
    'channelMch?': 'any',
  }),
};

function under(root: string, fields: Record<string, Kind>): Record<string, Kind> {
  return Object.fromEntries(Object.entries(fields).map(([name, kind]) => [`${root}.${name}`, kind]));
}

const wrong: Record<Kind, readonly unknown[]> = {
  id: ['5', 1.5, 2 ** 53, null, true],
  text: [5, null, ['a'], 'a\u0000b', '\ud800'],
  yuan: ['5.00', 1.005, null, 1e15],
  number: ['1', null, {}],
  flag: [0, 'true', null],
  time: ['2018-07-28', '2018-02-30 00:00:00', 1_532_736_000, null],
  list: [{}, null, 'a'],
  object: [[], null, 'a'],
  any: [{}, [], true],
};

function set(sample: Sample, path: string, value: unknown): Sample {
  const parts = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const last = parts.pop() ?? '';
  const holder = parts.reduce((at, part) => at[part], sample);
  expect(holder, `${path} has its place in the sample`).toBeTypeOf('object');
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return sample;
}

const tables = [
  ['cashier.finish', sampleBill, { ...envelope, ...under('json', bill) }],
  ['handover.stat', sampleHandover, { ...envelope, create_on: 'time', ...under('json', statistic) }],
  ['dayend.stat', sampleDayEnd, { ...envelope, create_on: 'time', 'json.businessDay': 'text', ...under('json', statistic) }],
  ['waimai.order', sampleTakeOut, { ...envelope, ...under('json', takeOut) }],
] as const satisfies readonly (readonly [string, () => Sample, Record<string, Kind>])[];

function faultOf(sample: Sample): string {
  try {
    readRecord(sample);
  } catch (error) {
    return (error as { field?: string }).field ?? String(error);
  }
  return 'none';
}

describe.each(tables)('%s', (_, make, fields) => {
  test('the sample is read, and its json is kept as it came', () => {
    const sample = make();
    expect(readRecord(sample).json).toEqual(sample.json);
  });

  test('a field that is unknown is kept', () => {
    const sample = make();
    sample.json.later = { added: 1 };
    expect(readRecord(sample).json.later).toEqual({ added: 1 });
  });

  test.each(Object.entries(fields))('%s (%s)', (name, kind) => {
    const path = name.replace('?', '');
    const mayLack = name.endsWith('?');
    expect(faultOf(set(make(), path, undefined))).toBe(mayLack ? 'none' : path);
    for (const value of wrong[kind as Kind]) {
      if (value === null && mayLack) continue;
      expect(faultOf(set(make(), path, value)), JSON.stringify(value)).toBe(path);
    }
    if (mayLack) expect(faultOf(set(make(), path, null))).toBe('none');
  });

  test('it is complete: no field of the sample is without its line', () => {
    const known = new Set(Object.keys(fields).map((name) => name.replace('?', '').replaceAll(/\[\d+\]/g, '[]')));
    const seen = new Set<string>();
    const walk = (value: Sample, at: string): void => {
      if (Array.isArray(value)) for (const one of value) walk(one, `${at}[]`);
      else if (typeof value === 'object' && value !== null)
        for (const [name, one] of Object.entries(value)) {
          seen.add(at === '' ? name : `${at}.${name}`);
          walk(one, at === '' ? name : `${at}.${name}`);
        }
    };
    walk(make(), '');
    const here = new Set(['shop_id', 'shop_10', 'boh_type', 'create_on']);
    const unknown = [...seen].filter(
      (path) => !known.has(path) && !here.has(path) && !known.has(path.replaceAll('.children[]', '')),
    );
    expect(unknown.filter((path) => !/\.(subdetail|children)\[\]\./.test(path))).toEqual([]);
  });
});

describe('what a record is told apart by', () => {
  test.each([
    [sampleBill, { key: '5539576104912', version: 0, time: '2018-07-28 15:30:43', shopId: 10, amountFen: 10_900 }],
    [sampleHandover, { key: '1436 2018-07-29 17:06:02', version: 0, time: '2018-07-29 17:06:02', amountFen: 41_800 }],
    [sampleDayEnd, { key: '2018-07-29', time: '2018-07-29 17:06:02', businessDay: '2018-07-29' }],
    [sampleTakeOut, { key: '5539576104999', version: 0, time: '2018-07-28 12:00:00', amountFen: 4_550 }],
  ])('%o', (make, identity) => {
    expect(readRecord(make())).toMatchObject(identity);
  });

  test('a bill after a reversal, and a cancelled take-out order, are later versions', () => {
    expect(readRecord(set(sampleBill(), 'json.undo_index', 2))).toMatchObject({ key: '5539576104912', version: 2 });
    for (const state of dictionaries.orderStates) {
      const { version } = readRecord(set(sampleTakeOut(), 'json.orderState', state));
      expect(version).toBe(state === 'Canceled' ? 1 : 0);
    }
  });

  test('shop_id is read as well as the shop_10 of the samples; both lacking is no fault of the record', () => {
    const sample = sampleBill();
    delete sample.shop_10;
    expect(readRecord(sample).shopId).toBeUndefined();
    expect(readRecord({ ...sample, shop_id: 7 }).shopId).toBe(7);
  });

  test('an id up to 2^53 is kept exactly', () => {
    const id = Number.MAX_SAFE_INTEGER;
    expect(readRecord(set(sampleBill(), 'json.bill_id', id)).key).toBe('9007199254740991');
  });
});

describe('sums and dictionaries', () => {
  const doubtsOf = (sample: Sample) => readRecord(sample).doubts.join('\n');

  test("the sample's own sums disagree: a doubt, no refusal", () => {
    expect(readRecord(sampleBill()).doubts).toEqual([
      'json.promotion is 0.00, the promotions make -10.00',
      'json.discount is 0.00, the discounts make -22.00',
    ]);
    expect(readRecord(sampleHandover()).doubts).toEqual([]);
  });

  test.each([
    ['json.paid', 'json.paid is 5.00, the payments make 109.00'],
    ['json.order_amount', 'json.order_amount is 5.00, the orders make 109.00'],
    ['json.goods_amount', 'json.goods_amount is 5.00, the orders make 109.00'],
  ])('%s of a bill', (path, doubt) => {
    expect(doubtsOf(set(sampleBill(), path, 5))).toContain(doubt);
  });

  test.each([
    ['detail[7]', 'cashierSum', '418.00'],
    ['waive[9]', 'waiveSum', '70.00'],
    ['sale[5]', 'saleSum', '488.00'],
    ['goods[3]', 'expectValue', '488.00'],
  ])('the sum row of a handover: %s', (path, key, made) => {
    expect(doubtsOf(set(sampleHandover(), `json.${path}.amount`, 1))).toContain(`${key} is 1.00, the rows above make ${made}`);
  });

  test('抹零 is written among the payments and is none', () => {
    const sample = sampleBill();
    sample.json.payments.push({ ...sample.json.payments[0], payment_type_id: 10, payment_type_sn: '2410', value: 0.4 });
    expect(doubtsOf(sample)).not.toContain('json.paid');
  });

  const inDetail = (field: string) => `json.orders[0].details[0].${field}`;

  test.each(Object.keys(dictionaries.tags))('tag %s', (tag) => {
    expect(doubtsOf(set(sampleBill(), inDetail('tags'), [tag]))).not.toContain('tags');
  });
  test.each(Object.keys(dictionaries.promotionTypes))('promotion type %s', (id) => {
    expect(doubtsOf(set(sampleBill(), 'json.promotions[0].promotion_type_id', Number(id)))).not.toContain('dictionary');
  });
  test.each(Object.keys(dictionaries.productTypes))('product type %s', (id) => {
    expect(doubtsOf(set(sampleBill(), inDetail('goods.product_type_id'), Number(id)))).not.toContain('dictionary');
  });
  test.each(Object.entries(dictionaries.paymentTypes))('payment type %s', (id, { sn }) => {
    const sample = set(sampleBill(), 'json.payments[0].payment_type_id', Number(id));
    expect(doubtsOf(set(sample, 'json.payments[0].payment_type_sn', sn))).not.toContain('dictionary');
    expect(sn).toBe(id === '14' ? '2400' : `24${id.padStart(2, '0')}`);
  });

  test('what is in no dictionary is a doubt; a custom payment is none', () => {
    expect(doubtsOf(set(sampleBill(), inDetail('tags'), ['toString']))).toContain('toString is in no dictionary');
    expect(doubtsOf(set(sampleBill(), 'json.promotions[0].promotion_type_id', 2))).toContain('promotion_type_id 2');
    expect(doubtsOf(set(sampleBill(), inDetail('goods.product_type_id'), 8))).toContain('product_type_id 8');
    const custom = set(sampleBill(), 'json.payments[0].payment_type_id', 77);
    expect(doubtsOf(custom)).toContain('payment_type_id 77');
    expect(doubtsOf(set(custom, 'json.payments[0].payment_type_sn', '2400123456789012'))).not.toContain('dictionary');
  });

  test.each([
    ['payState', dictionaries.payStates],
    ['orderState', dictionaries.orderStates],
    ['shipType', dictionaries.shipTypes],
    ['extra.pickType', dictionaries.pickTypes],
  ])('%s of a take-out order is one of its states', (path, states) => {
    for (const state of states) expect(faultOf(set(sampleTakeOut(), `json.${path}`, state))).toBe('none');
    expect(faultOf(set(sampleTakeOut(), `json.${path}`, 'Lost'))).toBe(`json.${path}`);
  });

  const rows = Object.entries(dictionaries.statisticRows).flatMap(([section, keys]) =>
    Object.entries(keys).map(([key, item]) => [section, key, item] as const),
  );
  test.each(rows)('a handover has in %s the row %s (%s)', (section, key, item) => {
    const sample = sampleHandover();
    expect(sample.json[section].find((row: Sample) => row.key === key)?.item).toBe(item);
    sample.json[section] = sample.json[section].filter((row: Sample) => row.key !== key);
    expect(() => readRecord(sample)).toThrow(`json.${section} has no row of the key ${key}`);
  });

  test('the sum of the goods stands last', () => {
    const sample = sampleHandover();
    sample.json.goods.reverse();
    expect(() => readRecord(sample)).toThrow('json.goods must end with the row of the key expectValue');
  });
});

describe('leniently', () => {
  test('what is not by the tables is a doubt, and what was sent is kept', () => {
    const sample = set(set(sampleBill(), 'json.payments', null), 'json.sn', 5);
    const read = readRecordLeniently(sample);
    expect(read).toMatchObject({ key: '5539576104912', time: '2018-07-28 15:30:43', json: sample.json });
    expect(read.doubts).toEqual(['json.sn must be string', 'json.payments must be array']);
  });

  test.each([
    ['json.bill_id', sampleBill],
    ['json.cashier_on', sampleBill],
    ['create_on', sampleHandover],
    ['staff_id', sampleHandover],
    ['json.businessDay', sampleDayEnd],
    ['json.order', sampleTakeOut],
    ['json.createon', sampleTakeOut],
  ])('without %s a record cannot be told apart', (path, make) => {
    expect(() => readRecordLeniently(set(make(), path, undefined))).toThrow(path);
  });

  test.each([
    ['no object', 5, 'record'],
    ['null', null, 'record'],
    ['a list', [], 'record'],
    ['of no type', { json: {} }, 'boh_type'],
    ['of an unknown type', { boh_type: 'toString', json: {} }, 'boh_type'],
    ['without json', { boh_type: 'cashier.finish' }, 'json'],
  ])('a record that is %s', (_, record, field) => {
    expect(() => readRecordLeniently(record)).toThrow(field);
  });

  test('one that is nested without end is no record', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    expect(() => readRecordLeniently(set(sampleBill(), 'json.sn', deep))).toThrow('nested too deep');
  });
});
