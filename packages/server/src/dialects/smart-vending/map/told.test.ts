import { readRefillPush, readStatusPush } from '@polyvend/protocols/smart-vending';
import { expect, test } from 'vitest';
import { toldRefill } from './told-refill.ts';
import { sameFaults, toldGoodsRow, toldState, toldStock } from './told-state.ts';
import { faultOfText, toldStatus } from './told-status.ts';

const seedStatus = {
  assetId: '151111',
  online: 0,
  doorState: 0,
  isSale: 1,
  coin5Count: 53,
  coin10Count: 42,
  vmcOnline: 1,
  faultCode: [0, 0, 0, 0, 0, 3],
  vendingFault: [{ cid: '151111', pcode: '硬币器故障', ccode: '5 角缺币' }],
  shelvesState: [
    { cid: '1', shelvesId: '11', state: 0 },
    { cid: '151111', shelvesId: '5', state: 1, soldoutTime: '1478254287' },
  ],
  temperState: [{ cid: 'master', temperDetail: { lampOnT: '18:0', cryTemUL: 10, leftRmTem: 21, leftRmRef: 0, lampNorOp: 1 } }],
  versions: [{ name: 'master', type: '2', value: '35' }],
  fireware: 'IHv3.0.16',
};

test('the status of the vendor’s example', () => {
  expect(toldStatus(readStatusPush(seedStatus), { invertDoor: false })).toMatchObject({
    online: true,
    condition: {
      ...{ vmcOnline: true, selling: true, door: 'open', coins5Jiao: 53, coins1Yuan: 42, faultCodes: [0, 0, 0, 0, 0, 3] },
      faults: [{ cabinet: '', fault: 'coin-changer.low-5-jiao' }],
      temperatures: [{ cabinet: '', lampOn: '18:0', coolingMax: 10, left: 21, leftCooling: false, lampAlwaysOn: true }],
      versions: [{ cabinet: '', of: 'drive', version: '35' }],
      firmware: 'IHv3.0.16',
    },
    slots: [
      { cabinet: '1', code: '11', soldOut: false },
      { cabinet: '151111', code: '5', soldOut: true, soldOutAt: new Date(1_478_254_287_000) },
    ],
  });
});

test('a door by the switch; what is not told is not known', () => {
  expect(toldStatus(readStatusPush(seedStatus), { invertDoor: true }).condition?.door).toBe('shut');
  const silent = toldStatus(readStatusPush({ assetId: '1', online: '' }), { invertDoor: true });
  expect(JSON.parse(JSON.stringify(silent))).toEqual({ condition: {} });
});

test.each([
  ['硬币器故障 5角缺币', 'coin-changer.low-5-jiao'],
  ['驱动板故障', 'system.driver-board'],
  ['扩展柜1通讯故障', 'communication.cabinet-1'],
  ['硬币器故障', 'system.other'],
])('the fault %s', (text, fault) => {
  expect(faultOfText(text)).toBe(fault);
});

test('a refill: sums by style, and what was paid in ways that are not named, or out of shelves that are not', () => {
  const refill = toldRefill(
    readRefillPush({
      assetId: '1',
      refillTime: 1_500_000_000,
      lastRefillTime: 0,
      paySales: [
        { name: 'total', sales: 1_500, units: 3 },
        { name: 'cash', sales: 500, units: 1 },
        { name: 'cashless', sales: 1_000, units: 2 },
        { name: 'qrcodepay', sales: 500, units: 1 },
      ],
      shelfPaySales: [
        {
          cid: '1',
          locationId: '1',
          goodsId: 'x',
          goodsName: 'Tea',
          price: 500,
          stock: 6,
          refillCount: 5,
          paySales: [{ name: 'cash', sales: 500, units: 1 }],
        },
      ],
    }),
  );
  expect(refill).toMatchObject({ previousAt: null, refilledAt: new Date(1_500_000_000_000) });
  expect(refill.slots[0]).toMatchObject({ stock: 6, refilled: 5, sales: [{ payStyle: 'cash', units: 1, amountCents: 500 }] });
  expect(refill.otherSales).toEqual([
    { payStyle: 'qrcode', units: 1, amountCents: 500 },
    { payStyle: 'other', units: 1, amountCents: 500 },
  ]);
});

test('goods in yuan', () => {
  const row = {
    number: 'sas33333',
    name: '王老吉',
    fullName: '王老吉 250ml',
    price: '1.5',
    packingForm: 1,
    manufacturer: '统一',
  };
  expect(toldGoodsRow(row)).toEqual({
    ...{ number: 'sas33333', name: '王老吉', fullName: '王老吉 250ml', priceCents: 150, packing: 1, manufacturer: '统一' },
  });
  expect(() => toldGoodsRow({ ...row, price: 'free' })).toThrow(/amount/);
});

test('the state of the vendor’s example, whose list knows no stock', () => {
  const { machine, status } = toldState({
    assetId: '151111',
    vender: 'aucma',
    lines: { name: 'test', info: '线路描述信息' },
    areaName: '上海',
    siteName: 'testsite',
    routerInfo: {
      ...{ version: 'v1.0', vcs: 'v2.0', info: { net: 'WIFI', phone: '15131157073', iccid: '234234234', ip: '' } },
      ...{ region: { lon: '130.848343232', lat: '56.092323823' }, online: 0 },
    },
    vendingInfo: { shelvesInfo: [], faultInfo: [{ name: '驱动板故障', time: '1429344232' }] },
  });
  expect(machine).toMatchObject({ machineNo: '151111', vendor: 'aucma', site: { name: 'testsite', line: 'test', area: '上海' } });
  expect(status).toMatchObject({
    online: true,
    condition: {
      ...{ firmware: 'v1.0', vcsVersion: 'v2.0', modem: { net: 'WIFI', phone: '15131157073' } },
      ...{ region: { longitude: 130.848343232 }, faults: [{ cabinet: '', fault: 'system.driver-board' }] },
    },
  });
  expect(toldStock({ assetId: '151111' }, '151111')).toBeUndefined();
  const since = new Date(0);
  expect(sameFaults(status.condition?.faults, [{ cabinet: 'c2', fault: 'system.driver-board', since }])).toBe(true);
  expect(sameFaults([], [{ cabinet: 'c2', fault: 'system.driver-board', since }])).toBe(false);
});
