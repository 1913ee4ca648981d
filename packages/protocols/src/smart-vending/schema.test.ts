import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import {
  calls,
  deliverStatuses,
  deliverStatusOf,
  doubledSpellings,
  faultGroups,
  faultOf,
  faults,
  fieldsOf,
  Goods,
  Line,
  listEnvelope,
  MachinePush,
  MachineSales,
  MachineState,
  MachineStateList,
  paySalesOf,
  payStyleOf,
  payStyles,
  problemsOf,
  pushReceived,
  Refill,
  RefillPush,
  readCheckCodeRequest,
  readMachinePush,
  readPage,
  readRefillPush,
  readStatisticRequest,
  readStatusPush,
  readTradeItem,
  readTradeListRequest,
  readTradePush,
  refillStyles,
  Site,
  Statistic,
  StatusPush,
  statisticStyles,
  Trade,
  TradePush,
} from './schema.ts';

// The vendor's tables and examples, written down a second time: what the schemas are held against. s text, i int and long, d double.
const style = (suffix: string) => statisticStyles.map((name) => `${name}${suffix}:i`).join(' ');
const paySale = (at: string) => `${at}[].name:s ${at}[].sales:i ${at}[].units:i`;
const refill = `assetId:s siteName:s siteNumber:s lineName:s lastRefillTime:i refillTime:i ${paySale('paySales')} shelfPaySales[].cid:s
  shelfPaySales[].locationId:s shelfPaySales[].goodsId:s shelfPaySales[].goodsName:s shelfPaySales[].goodsNumber:s shelfPaySales[].price:i
  shelfPaySales[].stock:i shelfPaySales[].refillCount:i ${paySale('shelfPaySales[].paySales')}`;
const push = 'clientId:s nonce_str:s sign:s';

const tables: [string, TSchema, string][] = [
  [
    '§2.1 machine created',
    MachinePush,
    `${push} name:s assetId:s siteName:s location.longitude:d? location.latitude:d? lineName:s containers[].cid:s containers[].type:i
    containers[].shelves[].location_id:s containers[].shelves[].goods_id:s containers[].shelves[].goods_name:s containers[].shelves[].price:s
    containers[].shelves[].Img:s containers[].shelves[].img:s containers[].shelves[].Imgmd5:s containers[].shelves[].imgmd5:s
    containers[].shelves[].capacity:i containers[].shelves[].valve:i`,
  ],
  [
    '§3.1 trade',
    TradePush,
    `${push} id:s assetId:s orderNo:s goodsId:s goodsName:s goodsNumber:s locationId:s price:s type:s typeName:s payStyle:s count:s payStatus:s
    payTime:s cid:s deliverStatus:s exec_ts:s refundStatus:s refundFee:s refundTime:s tradeNo:s createTime:s`,
  ],
  [
    '§3.2 item of the trade list',
    Trade,
    `gwId:s orderNo:s tradeNo:s deviceId:s siteId:s lineId:s lineName:s locationId:s assetId:s machineType:i cid:s goodsId:s goodsName:s
    goodsNumber:s type:s typeName:s deliverStatus:i notice_ts:i recv_ts:i exec_ts:i price:i price_1:i payStatus:i count:i cost:i payTime:i
    createTime:i traCreateTime:i refundTime:i refundOrderNo:s refundFee:i refundStatus:i refundTradeNo:s payStyle:s transaction_id:s
    coupon_id:s? coupon_fee:i? coupon_count:i? openId:s? back_type:s? phone:s? fee:i? currency:i? pfFee:d? nonce_str:s sign:s`,
  ],
  [
    '§4.1 status',
    StatusPush,
    `${push} assetId:s siteName:s lineName:s vmcOnline:i online:i doorState:i isSale:i coin5Count:i coin10Count:i faultCode:[] fireware:s
    vendingFault[].cid:s vendingFault[].pcode:s vendingFault[].ccode:s shelvesState[].cid:s shelvesState[].shelvesId:s shelvesState[].state:s
    shelvesState[].soldoutTime:s? temperState[].cid:s ${'engyOnT engyOffT lampOnT lampOffT'
      .split(' ')
      .map((name) => `temperState[].temperDetail.${name}:s`)
      .join(
        ' ',
      )} ${'cryTemUL cryTemDL heatTemUL heatTemDL leftRmTem rightRmTem leftRmRef rightRmRef leftRmHeat rightRmHeat lampNorOp lampAut'
      .split(' ')
      .map((name) => `temperState[].temperDetail.${name}:i`)
      .join(' ')} versions[].name:s versions[].type:s versions[].value:s apps[].name:s apps[].version:s`,
  ],
  [
    '§5.1 statistic',
    Statistic,
    `assetId:s startTime:i endTime:i amount:i count:i onlineCount:i onlineAmount:i outlineCount:i outlineAmount:i aliapyAmount:i aliapyCount:i
    othereCount:i ${style('Count')} ${style('Amount')}`,
  ],
  [
    '§6.1 status of a machine',
    MachineState,
    `assetId:s vender:s lines.name:s lines.info:s areaName:s siteName:s routerInfo.version:s routerInfo.vcs:s routerInfo.info.net:s
    routerInfo.info.phone:s routerInfo.info.iccid:s routerInfo.info.ip:s routerInfo.region.lon:s routerInfo.region.lat:s routerInfo.online:i
    vendingInfo.shelvesInfo[].locationId:s vendingInfo.shelvesInfo[].goodsName:s vendingInfo.shelvesInfo[].number:s
    vendingInfo.shelvesInfo[].status:s vendingInfo.shelvesInfo[].soldoutTime:s vendingInfo.faultInfo[].name:s vendingInfo.faultInfo[].time:s`,
  ],
  [
    '§6.2 sales',
    MachineSales,
    `assetId:s salesInfo[].cid:s salesInfo[].goodsInfo[].goodsId:s salesInfo[].goodsInfo[].goodsNumber:s salesInfo[].goodsInfo[].goodsName:s
    salesInfo[].goodsInfo[].goodsSales:i shelvesInfo[].cid:s shelvesInfo[].shelfInfo[].locationId:s shelvesInfo[].shelfInfo[].goodsId:s
    shelvesInfo[].shelfInfo[].goodsNumber:s shelvesInfo[].shelfInfo[].goodsName:s shelvesInfo[].shelfInfo[].goodsSales:i`,
  ],
  ['§7.1 check', calls.checkCode.answer, 'result:s goodsNum:s codeStatus:s fee:s'],
  ['§7.2 use', calls.useCode.answer, 'result:s'],
  ['§8.1 refill', RefillPush, `${push} ${refill}`],
  ['§8.2 refill notice', Refill, refill],
  ['§9.1 line', Line, 'name:s areaName:s description:s createTime:i'],
  [
    '§9.2 site',
    Site,
    `deviceName:s areaName:s lineName:s createTime:i siteId:s siteName:s address:s assetId:s online:i shelfCount:i cidCount:i vender:s fireware:s
    vcs:s`,
  ],
  ['§10 code', calls.createCode.answer, 'result:s code:s'],
  ['§11 goods', Goods, 'number:s name:s fullName:s typeName:s price:s packingForm:i manufacturer:s'],
];

const types = { s: 'string', i: 'integer', d: 'number', '[]': 'array' } as const;

describe.each(tables)('%s', (_, schema, table) => {
  const known = fieldsOf(schema);
  const named = table
    .trim()
    .split(/\s+/)
    .map((entry) => /^(.+):(s|i|d|\[\])(\??)$/.exec(entry) ?? expect.unreachable(entry));

  test.each(
    named.map(([, path = '', type = '', optional = '']) => ({ path, type: types[type as keyof typeof types] + optional })),
  )('$path is $type', ({ path, type }) => expect(known[path]).toBe(type));

  test('has no other field', () => {
    const leaves = Object.entries(known).filter(
      ([path, type]) => !type.startsWith('object') && (path === 'faultCode' || !type.startsWith('array')),
    );
    expect(leaves.map(([path]) => path).sort()).toEqual(named.map(([, path]) => path).sort());
  });
});

describe('problemsOf', () => {
  const line = { name: 'a', areaName: 'b', description: '', createTime: 1 };

  test('names what is missing, unknown or of another type', () => {
    expect(problemsOf(Line, line)).toEqual([]);
    expect(problemsOf(calls.lines.answer, [line, { ...line, name: 1, more: 1, areaName: undefined }])).toEqual([
      '[1].more is not known',
      '[1].name must be string, is integer',
      '[1].areaName is missing',
    ]);
    expect(problemsOf(Line, [])).toEqual(['the answer must be object, is array']);
    expect(problemsOf(calls.createCode.answer, { result: 'FAIL', code: null })).toHaveLength(2);
  });

  test('a list envelope has texts for numbers', () => {
    expect(problemsOf(MachineStateList, listEnvelope([], { cursor: 0, limit: 30 }, 50))).toEqual([]);
    expect(listEnvelope([1], { cursor: 0, limit: 30 }, 50)).toEqual({
      result: 'SUCCESS',
      cursor: '0',
      total: '50',
      limit: '30',
      list: [1],
    });
    expect(problemsOf(calls.status.answer, { result: 'SUCCESS', cursor: 0, total: '1', limit: '1', list: [] })).toEqual([
      'cursor must be string, is integer',
    ]);
  });
});

describe('values', () => {
  test('a state is spelled by where it stands', () => {
    expect(Object.values(deliverStatuses).map(({ push, list }) => [push, list])).toEqual([
      [-1, 3],
      [0, 0],
      [2, 1],
      [3, 2],
    ]);
    expect([
      deliverStatusOf(2, 'push'),
      deliverStatusOf(2, 'list'),
      deliverStatusOf(1, 'push'),
      deliverStatusOf(3, 'list'),
    ]).toEqual(['soldOut', 'failed', undefined, 'pending']);
  });

  test.each([
    ['online', 'baifubao wechat alipay', [1, 2, 3]],
    ['outline', 'cash swingCard other other game', [4, 5, 6, 7, 8]],
    ['online', 'alipaySoundWave', [9]],
    ['outline', 'posMachine oneCardsolution', [10, 11]],
    [
      'online',
      'agriculturalBank wechatBarcode vipPay bestPay jdpay other other alipayBarcode other',
      [12, 13, 14, 15, 16, 17, 18, 19, 20],
    ],
    ['online', 'other other other other other other other', [21, 22, 23, 24, 25, 26, 27]],
  ])('%s: %s', (side, prefixes, numbers) => {
    expect(numbers.map((number) => payStyleOf(number)?.statistic).join(' ')).toBe(prefixes);
    expect(new Set(numbers.map((number) => payStyleOf(number)?.side))).toEqual(new Set([side]));
  });

  test('a refill names some of them otherwise', () => {
    const names = [10, 17, 20, 21, 22, 23, 24, 25, 26, 27].map((number) => payStyleOf(number)?.refill).join(' ');
    expect(names).toBe('pos other other unionPay dragon qrcodepay icbcpay onePurse unionReversepay cvcpay');
    for (const { statistic, refill } of Object.values(payStyles)) {
      expect(statisticStyles).toContain(statistic);
      expect(refillStyles).toContain(refill);
    }
    expect([payStyleOf(28), payStyleOf(0), payStyleOf(1.5)]).toEqual([undefined, undefined, undefined]);
  });

  test('a doubled spelling stands beside the right one', () => {
    for (const [odd, right] of Object.entries(doubledSpellings))
      expect(Object.keys(Statistic.properties)).toEqual(expect.arrayContaining([odd, right]));
  });

  test('faults are found by their texts', () => {
    for (const [name, { group, text }] of Object.entries(faults)) expect(faultOf(faultGroups[group], text)).toBe(name);
    expect(faultOf('硬币器故障', '5 角缺币')).toBe('coinLacks5');
    expect(faultOf('通讯故障', '扩展柜8通讯故障')).toBe('cabinet8');
    expect(faultOf('纸币器故障', '5角缺币')).toBeUndefined();
  });

  test('paySales: the sums always, and they add up', () => {
    expect(paySalesOf({}).map(({ name, sales, units }) => [name, sales, units])).toEqual([
      ['total', 0, 0],
      ['cash', 0, 0],
      ['cashless', 0, 0],
    ]);
    const sold = fc.record(
      Object.fromEntries(refillStyles.map((name) => [name, fc.record({ sales: fc.nat(1e9), units: fc.nat(1e6) })])),
      {
        requiredKeys: [],
      },
    );
    fc.assert(
      fc.property(sold, (given) => {
        const rows = new Map(paySalesOf(given).map((row) => [row.name, row.units]));
        const all = Object.values(given).reduce((sum, { units = 0 } = { sales: 0, units: 0 }) => sum + units, 0);
        expect([rows.get('total'), (rows.get('cash') ?? 0) + (rows.get('cashless') ?? 0)]).toEqual([all, all]);
      }),
    );
  });

  test('when a push was received', () => {
    expect([200, 204, 302, 500].map((status) => pushReceived('trade', status, ''))).toEqual([true, true, false, false]);
    expect(
      ['', '{}', 'null', '{"result":"FAIL"}', '{"result":"SUCCESS"}'].map((body) => pushReceived('refill', 200, body)),
    ).toEqual([false, false, false, false, true]);
    expect(pushReceived('refill', 500, '{"result":"SUCCESS"}')).toBe(false);
  });
});

describe('requests', () => {
  test('pages', () => {
    expect(readPage({})).toEqual({ cursor: 0, limit: 30 });
    expect(readPage({ cursor: '4000000', limit: 100_000 })).toEqual({ cursor: 4_000_000, limit: 100_000 });
    expect(readPage({ cursor: '', limit: '' })).toEqual({ cursor: 0, limit: 30 });
  });

  test('trade lists', () => {
    expect(
      readTradeListRequest({ assetId: '151111', startTime: '1456934400', endTime: 1457020799, payStyle: '2,3，4, 2' }),
    ).toEqual({
      cursor: 0,
      limit: 30,
      assetId: '151111',
      startTime: 1456934400,
      endTime: 1457020799,
      payStyles: [2, 3, 4],
    });
    expect(readTradeListRequest({})).toMatchObject({ assetId: undefined, startTime: undefined, payStyles: undefined });
  });

  test('statistics', () => {
    expect(readStatisticRequest({ assetIds: '151111，123124,,151111', startTime: '1', endTime: '2' }).assetIds).toEqual([
      '151111',
      '123124',
    ]);
  });

  test.each([
    [calls.tradeList.read, { limit: '-1' }, 'limit must be at least 0'],
    [calls.tradeList.read, { cursor: 'x' }, 'cursor must be a whole number'],
    [calls.tradeList.read, { startTime: '14569344000000' }, 'startTime must be at most 9999999999'],
    [calls.tradeList.read, { startTime: 2, endTime: 1 }, 'endTime must not be before startTime'],
    [calls.tradeList.read, { payStyle: 'wechat' }, 'payStyle must be numbers with commas between'],
    [calls.tradeList.read, { assetId: {} }, 'assetId must be a text'],
    [calls.statistic.read, { startTime: 1, endTime: 2 }, 'assetIds is required'],
    [calls.statistic.read, { assetIds: ',', startTime: 1, endTime: 2 }, 'assetIds is required'],
    [calls.statistic.read, { assetIds: '1', endTime: 2 }, 'startTime is required'],
    [calls.statistic.read, { assetIds: '1', startTime: 2 }, 'endTime is required'],
    [calls.sales.read, {}, 'assetId is required'],
    [calls.lines.read, { lineName: 'x'.repeat(129) }, 'lineName must have at most 128 characters'],
    [calls.refillMessages.read, { endTime: 'now' }, 'endTime must be a whole number'],
    [calls.createCode.read, { startTime: 2, endTime: 1 }, 'endTime must not be before startTime'],
    [calls.checkCode.read, { assetId: '1' }, 'code is required'],
    [calls.checkCode.read, { code: '1' }, 'assetId is required'],
    [calls.useCode.read, { code: 'a b' }, 'code must be letters and digits'],
  ])('%o refuses %j', (read, params, message) => expect(() => read(params)).toThrow(message));

  test('a code may come as a number', () => {
    expect(readCheckCodeRequest({ code: 4383743, assetId: 151111 })).toEqual({
      code: '4383743',
      assetId: '151111',
      goodsNum: undefined,
    });
  });
});

describe('received', () => {
  test("the vendor's examples", () => {
    const flat = readMachinePush({
      name: '测试机#092',
      assetId: '91000092',
      location: { longitude: 116.39564514160156, latitude: 39.92998504638672 },
      containers: [{ location_id: '1', goods_id: 'g', goods_name: '三得利', price: '500', img: 'i', capacity: 20, valve: 3 }],
    });
    expect(flat).toMatchObject({ siteName: '', location: { longitude: 116.39564514160156 } });
    expect(flat.containers).toMatchObject([
      { cid: '91000092', shelves: [{ locationId: '1', price: 500, image: 'i', imageMd5: '' }] },
    ]);
    const status = readStatusPush({
      assetId: '151111',
      online: 0,
      shelvesState: [
        { cid: '1', shelvesId: '11', state: 0 },
        { shelvesId: '5', state: '1', soldoutTime: '1478254287' },
      ],
    });
    expect(status.shelvesState).toEqual([
      { cid: '1', shelvesId: '11', soldOut: false, soldoutTime: undefined },
      { cid: '151111', shelvesId: '5', soldOut: true, soldoutTime: 1478254287 },
    ]);
    expect([status.online, status.doorState, status.vendingFault, status.faultCode]).toEqual([
      0,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('containers nested, location as text', () => {
    const machine = readMachinePush({
      assetId: '1',
      location: { longitude: '116.395645141602', latitude: '39.9299850463867' },
      containers: [{ cid: 'c', type: 2, shelves: [{ location_id: 'A1', Img: 'i', Imgmd5: 'm' }] }],
    });
    expect(machine).toMatchObject({
      location: { longitude: 116.395645141602 },
      containers: [{ cid: 'c', type: 2, shelves: [{ image: 'i', imageMd5: 'm' }] }],
    });
    expect(readMachinePush({ assetId: '1', location: {} }).location).toBeUndefined();
  });

  const trade = {
    id: 't',
    orderNo: 'o',
    tradeNo: 'p',
    assetId: '1',
    price: '50',
    payStyle: '2',
    payStatus: '1',
    createTime: '1450163934',
  };

  test('a state means what it means where it stands', () => {
    expect(readTradePush({ ...trade, deliverStatus: '2' })).toMatchObject({
      deliverStatus: 'soldOut',
      price: 50,
      count: 1,
      payTime: undefined,
      tradeNo: 'p',
      cid: '1',
    });
    expect(readTradeItem({ ...trade, transaction_id: 'x', deliverStatus: 2 })).toMatchObject({
      deliverStatus: 'failed',
      tradeNo: 'x',
      machineTradeNo: 'p',
    });
  });

  const paySales = [{ name: 'total', sales: 66, units: 131 }];

  test('a refill', () => {
    const received = readRefillPush({
      assetId: '1',
      lastRefillTime: 0,
      refillTime: 233453423,
      paySales,
      shelfPaySales: [{ locationId: '1', price: 5, paySales }],
    });
    expect(received).toMatchObject({ lastRefillTime: undefined, paySales, shelfPaySales: [{ cid: '1', stock: 0, paySales }] });
  });

  test.each([
    [readTradePush, { ...trade, deliverStatus: 1 }, 'deliverStatus must be one of'],
    [readTradePush, { ...trade, deliverStatus: 0, price: '1.5' }, 'price must be a whole number'],
    [readTradePush, { ...trade, deliverStatus: 0, id: undefined }, 'id is required'],
    [readMachinePush, {}, 'assetId is required'],
    [readMachinePush, { assetId: '1', containers: 'x' }, 'containers must be a list of objects'],
    [readMachinePush, { assetId: '1', containers: [{}, { shelves: [{}] }] }, 'containers[1].shelves[0].location_id is required'],
    [
      readMachinePush,
      { assetId: '1', location: { longitude: 200, latitude: 1 } },
      'location.longitude must be a number of degrees',
    ],
    [readStatusPush, { assetId: '1', online: 2 }, 'online must be at most 1'],
    [readStatusPush, { assetId: '1', faultCode: [0, 'x'] }, 'faultCode[1] must be a whole number'],
    [readRefillPush, { assetId: '1', refillTime: 1, paySales: [{ name: 'total', sales: 1 }] }, 'paySales[0].units is required'],
  ])('%o refuses %j', (read, params, message) => expect(() => read(params)).toThrow(message));
});
