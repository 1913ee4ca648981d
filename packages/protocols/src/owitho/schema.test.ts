import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import * as owitho from './schema.ts';

const slot = {
  slotNum: '01',
  row: 1,
  col: 1,
  skuCode: '0000001',
  skuName: '600ml可口可乐',
  skuDesc: '600ml可口可乐',
  originalPrice: '10.50',
  actualPrice: '10.50',
  maxInventory: 10,
  currentInventory: 3,
  slotStatus: 0,
};
const machine = { machineCode: 'XHJSHnull199000000108714', containerCode: 'abc123', machineStatus: 10, slotList: [slot] };
const sku = {
  skuCode: '20000001',
  skuName: '可口可乐',
  skuUnit: '罐',
  skuSpec: '250ml',
  originalPrice: '10.50',
  purchasePrice: '5.50',
  skuPic: 'https://img.xingbianli.cn/%08cola.png',
};
const row = { skuCode: '00000001', slotNum: '01', quantity: 3, originalPrice: '10.50', actualPrice: '10.50' };
const notice = {
  orderViewId: 'XBL00000000000252',
  machineCode: 'XHJSHnull199000000108714',
  containerCode: '02',
  discountMoney: '12.00',
  originAmount: '120.00',
  actualAmount: '108.00',
  payStatus: 1,
  refundStatus: 0,
  orderTime: 1526696000000,
  payCompleteTime: 1526697000000,
  payMethod: 1,
  orderDetailList: [row, { ...row, skuCode: '000000002', slotNum: '02', quantity: 5 }],
};
const outcome = {
  orderViewId: 'XBL00000000000252',
  outStatus: 300,
  outDetailList: [
    { slotNum: '01', skuCode: '2000000100', status: 200 },
    { slotNum: '03', skuCode: '20000000200', status: 400 },
  ],
};

describe('the vendor’s samples', () => {
  test('are read, and written as they came', () => {
    expect(owitho.writeSkuSync(owitho.readSkuSync({ skuList: [sku] }))).toEqual({ skuList: [sku] });
    expect(owitho.writeMachineLayout(owitho.readMachineLayout(machine))).toEqual(machine);
    expect(owitho.writeOrderNotice(owitho.readOrderNotice(notice))).toEqual(notice);
    expect(owitho.readOrderCallback(outcome)).toEqual(outcome);
    expect(owitho.readOrderQueryAnswer(outcome)).toEqual(outcome);
  });

  test('fit the schemas', () => {
    const { calls } = owitho;
    const fits = (name: owitho.CallName, data: unknown) => Compile(calls[name].data).Check(data);
    expect(fits('skuSync', { skuList: [sku] })).toBe(true);
    expect(fits('machineSync', machine)).toBe(true);
    expect(fits('orderNotice', notice)).toBe(true);
    expect(fits('orderCallback', outcome)).toBe(true);
    expect(fits('orderCallback', { ...outcome, outStatus: 100 })).toBe(false);
    expect(Compile(calls.orderQuery.answer).Check({ ...outcome, outStatus: 100, outDetailList: [] })).toBe(true);
  });

  test('may be a JSON text, with prices as numbers and numbers as texts', () => {
    const numbers = JSON.stringify({ skuList: [{ ...sku, skuCode: 1235324, originalPrice: 10.5, purchasePrice: 9.5 }] });
    expect(owitho.readSkuSync(numbers)[0]).toMatchObject({ skuCode: '1235324', originalPrice: 1050, purchasePrice: 950 });
    const texts = { ...machine, machineStatus: '20', slotList: [{ ...slot, row: '1', currentInventory: '12', slotStatus: '7' }] };
    expect(owitho.readMachineLayout(texts)).toMatchObject({
      machineStatus: 20,
      slotList: [{ currentInventory: 12, slotStatus: 7 }],
    });
  });
});

describe('what may be missing', () => {
  test('is not invented', () => {
    const { purchasePrice, ...plain } = sku;
    expect(owitho.writeSkuSync(owitho.readSkuSync({ skuList: [plain] }))).toEqual({ skuList: [plain] });
    const { skuDesc, ...plainSlot } = slot;
    const { containerCode, ...plainMachine } = { ...machine, slotList: [plainSlot] };
    expect(owitho.writeMachineLayout(owitho.readMachineLayout(plainMachine))).toEqual(plainMachine);
    expect([purchasePrice, skuDesc, containerCode]).toEqual(['5.50', '600ml可口可乐', 'abc123']);
  });

  test('an order that is not paid has no time of payment, and not every machine a container', () => {
    const unpaid = { ...notice, payStatus: 0, payCompleteTime: 0, containerCode: '' };
    const read = owitho.readOrderNotice(unpaid);
    expect([read.payCompleteTime, read.containerCode, owitho.isToDispense(read)]).toEqual([undefined, undefined, false]);
    expect(owitho.writeOrderNotice(read)).toEqual(unpaid);
  });

  test('a third party’s rows while it is dispensing', () => {
    const dispensing = { ...outcome, outStatus: '100' };
    expect(owitho.readOrderQueryAnswer({ ...dispensing, outDetailList: undefined }).outDetailList).toEqual([]);
    const rows = [...outcome.outDetailList, { slotNum: '04', skuCode: 'x', status: 100 }];
    expect(owitho.readOrderQueryAnswer({ ...dispensing, outDetailList: rows }).outDetailList).toEqual(outcome.outDetailList);
    expect(() => owitho.readOrderQueryAnswer({ ...outcome, outDetailList: rows })).toThrow('outDetailList[2].status');
  });
});

describe('what is wrong is named', () => {
  const { readSkuSync, readMachineLayout, readOrderNotice, readOrderCallback } = owitho;
  test.each([
    [() => readSkuSync({}), 'skuList is required'],
    [() => readSkuSync('[]'), 'data must be a JSON object'],
    [() => readSkuSync({ skuList: {} }), 'skuList must be a list'],
    [() => readSkuSync({ skuList: [sku, 7] }), 'skuList[1] must be an object'],
    [
      () => readSkuSync({ skuList: [sku, sku, sku, { ...sku, originalPrice: 'x' }] }),
      'skuList[3].originalPrice must be an amount',
    ],
    [
      () => readSkuSync({ skuList: [{ ...sku, originalPrice: '1.005' }] }),
      'skuList[0].originalPrice must have at most two decimals',
    ],
    [
      () => readSkuSync({ skuList: [{ ...sku, purchasePrice: '-1.00' }] }),
      'skuList[0].purchasePrice must be an amount from 0.00',
    ],
    [() => readSkuSync({ skuList: [{ ...sku, skuPic: 'javascript:1' }] }), 'skuList[0].skuPic must be an http'],
    [() => readSkuSync({ skuList: Array(10_001).fill(sku) }), 'skuList must have at most 10000 rows'],
    [() => readMachineLayout({ ...machine, machineStatus: 40 }), 'machineStatus must be one of 10, 20, 30'],
    [() => readMachineLayout({ ...machine, slotList: [slot, slot] }), 'slotList[1].slotNum is listed twice'],
    [
      () => readMachineLayout({ ...machine, slotList: [{ ...slot, currentInventory: -1 }] }),
      'slotList[0].currentInventory must be at least 0',
    ],
    [() => readOrderNotice({ ...notice, orderDetailList: [] }), 'orderDetailList must have at least one row'],
    [
      () => readOrderNotice({ ...notice, orderDetailList: [{ ...row, quantity: 0 }] }),
      'orderDetailList[0].quantity must be at least 1',
    ],
    [
      () => readOrderNotice({ ...notice, orderDetailList: Array(2).fill({ ...row, quantity: 600 }) }),
      'orderDetailList must have at most 1000 units',
    ],
    [() => readOrderNotice({ ...notice, orderTime: 'now' }), 'orderTime must be a whole number'],
    [() => readOrderNotice({ ...notice, payMethod: 7 }), 'payMethod must be one of 1, 2, 3, 4, 5, 6'],
    [() => readOrderCallback({ ...outcome, outStatus: 100 }), 'outStatus must be one of 200, 300, 400'],
    [
      () => readOrderCallback({ ...outcome, outDetailList: [{ ...outcome.outDetailList[0], status: 300 }] }),
      'outDetailList[0].status must be one of 200, 400',
    ],
    [() => owitho.readOrderRef({ orderViewId: ' \u0000' }), 'orderViewId has characters that are no text'],
    [() => owitho.readMachineRef('{"machineCode":20000000000000000001}'), 'machineCode must be a text'],
    [() => owitho.readMachineRef({ machineCode: null }), 'machineCode is required'],
  ])('%s → %s', (read, message) => {
    expect(read).toThrow(owitho.FieldError);
    expect(read).toThrow(message);
  });
});

test('what the units make together', () => {
  const of = (...statuses: owitho.UnitStatus[]) => owitho.outStatusOf(statuses.map((status) => ({ status })));
  expect([of(200), of(200, 400), of(400, 400)]).toEqual([200, 300, 400]);
  expect(() => of()).toThrow(owitho.FieldError);
});

test('rows laid flat', () => {
  const units = owitho.unitsOf(owitho.readOrderNotice(notice).orderDetailList);
  expect(units.map(({ slotNum }) => slotNum)).toEqual(['01', '01', '01', '02', '02', '02', '02', '02']);
});

describe('splitDiscount', () => {
  const line = (slotNum: string, quantity: number, originalPrice: number) => ({
    slotNum,
    skuCode: `s${slotNum}`,
    quantity,
    originalPrice,
  });

  test('the vendor’s example: three at 2.00, 1.00 off', () => {
    expect(owitho.splitDiscount([line('01', 3, 200)], 500)).toEqual([
      { ...line('01', 2, 200), actualPrice: 167 },
      { ...line('01', 1, 200), actualPrice: 166 },
    ]);
  });

  test('nothing off, all off, and equal rows as one', () => {
    const lines = [line('01', 1, 200), line('02', 2, 350), line('01', 2, 200)];
    expect(owitho.splitDiscount(lines, 1300)).toEqual([
      { ...line('01', 3, 200), actualPrice: 200 },
      { ...line('02', 2, 350), actualPrice: 350 },
    ]);
    expect(owitho.splitDiscount(lines, 0).map(({ actualPrice }) => actualPrice)).toEqual([0, 0]);
    expect(owitho.splitDiscount([line('01', 1, 0)], 0)).toEqual([{ ...line('01', 1, 0), actualPrice: 0 }]);
  });

  test.each([-1, 601, 1.5, Number.NaN])('%d is no price for what costs 600', (amount) => {
    expect(() => owitho.splitDiscount([line('01', 3, 200)], amount)).toThrow(RangeError);
  });

  test('the units add up to what is paid, none costs more than before, none is lost', () => {
    const prices = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 1_000_000_000 }));
    const lines = fc.array(
      fc.tuple(fc.constantFrom('01', '02', '03', '04'), fc.integer({ min: 1, max: 40 }), prices).map((parts) => line(...parts)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(lines, fc.double({ min: 0, max: 1, noNaN: true }), (bought, share) => {
        const total = bought.reduce((sum, { quantity, originalPrice }) => sum + quantity * originalPrice, 0);
        const amount = Math.floor(total * share);
        const rows = owitho.splitDiscount(bought, amount);
        const units = owitho.unitsOf(rows);
        expect(units.reduce((sum, { actualPrice }) => sum + actualPrice, 0)).toBe(amount);
        for (const { originalPrice, actualPrice } of units) {
          const exact = total === 0 ? 0 : (originalPrice * amount) / total;
          expect(actualPrice).toBeLessThanOrEqual(originalPrice);
          expect(Math.abs(actualPrice - exact)).toBeLessThan(1.001);
        }
        const bySlot = (list: readonly { slotNum: string; quantity: number }[], slotNum: string) =>
          list.reduce((sum, row) => sum + (row.slotNum === slotNum ? row.quantity : 0), 0);
        for (const slotNum of ['01', '02', '03', '04']) expect(bySlot(rows, slotNum)).toBe(bySlot(bought, slotNum));
        const keys = rows.map((row) => [row.slotNum, row.skuCode, row.originalPrice, row.actualPrice].join());
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
});
