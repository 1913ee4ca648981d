import type { MachineKind } from '@polyvend/simulator';
import type { CabinetDraft, MachineDraft, SlotDraft } from '../../ledger/machines/add-machine.ts';
import { catalogue } from './catalogue.ts';

export interface DemoMachine extends Omit<MachineDraft, 'merchantId'> {
  kind: MachineKind;
  siteNumber: string;
}

/** Two rounds in three cities, and where the machines stand on them. */
export const demoLines = [
  { name: '京港地铁 14 号线', area: '华北', description: '每周一、三、五补货' },
  { name: '沿海线', area: '华东华南', description: '每周二、四补货' },
];
export const demoSites = [
  {
    ...{ number: 'BJ001', name: '启明国际大厦', line: '京港地铁 14 号线', address: '北京市朝阳区利泽中园 101 号' },
    ...{ longitude: 116.4695, latitude: 40.0153 },
  },
  {
    ...{ number: 'SZ001', name: '科技园地铁站', line: '沿海线', address: '深圳市南山区科苑站' },
    ...{ longitude: 113.9471, latitude: 22.5405 },
  },
  {
    ...{ number: 'SH001', name: '滨江小区', line: '沿海线', address: '上海市浦东新区滨江大道 2525 弄' },
    ...{ longitude: 121.5065, latitude: 31.2354 },
  },
];

/** Three machines that differ in how they dispense: springs, a belt with drop detection and a lift, a locker. */
export function demoMachines(goodsIds: ReadonlyMap<string, number>): DemoMachine[] {
  const drinks = catalogue.filter(({ number }) => number <= '1026');
  const lockerGoods = catalogue.filter(({ number }) => number >= '1016');
  return [
    {
      kind: 'spring',
      siteNumber: 'BJ001',
      vendor: '澳柯玛',
      gatewayNo: 'RT9000000001',
      machineNo: '10000001',
      name: '启明国际大厦 1 层弹簧机',
      address: '北京市朝阳区利泽中园 101 号 1 层大堂',
      longitude: 116.4695,
      latitude: 40.0153,
      contact: '王师傅',
      telephone: '13800000001',
      announcement: '欢迎光临',
      cabinets: [
        { name: 'A', addr: 1, drive: 'spring', slots: grid('A', 6, 8, catalogue, goodsIds, { capacity: 10, onHand: 8 }) },
      ],
    },
    {
      kind: 'belt',
      siteNumber: 'SZ001',
      vendor: '富士冰山',
      gatewayNo: 'RT9000000002',
      machineNo: '10000002',
      name: '科技园地铁站履带升降机',
      address: '深圳市南山区科苑站 B 口',
      longitude: 113.9471,
      latitude: 22.5405,
      contact: '李师傅',
      telephone: '13800000002',
      announcement: '请在取货口取货',
      cabinets: [beltCabinet(drinks, goodsIds)],
    },
    {
      kind: 'locker',
      siteNumber: 'SH001',
      vendor: '中吉',
      gatewayNo: 'RT9000000003',
      machineNo: '10000003',
      name: '滨江小区东门格子柜',
      type: 'locker',
      address: '上海市浦东新区滨江大道 2525 弄东门',
      longitude: 121.5065,
      latitude: 31.2354,
      contact: '陈师傅',
      telephone: '13800000003',
      cabinets: [
        { name: 'A', addr: 1, drive: 'lock', slots: grid('A', 6, 5, lockerGoods, goodsIds, { capacity: 1, onHand: 1 }) },
      ],
    },
  ];
}

function beltCabinet(goods: typeof catalogue, goodsIds: ReadonlyMap<string, number>): CabinetDraft {
  const slots = grid('A', 6, 6, goods, goodsIds, { capacity: 8, onHand: 6 });
  return { name: 'A', addr: 1, drive: 'belt', hasLift: true, hasDropDetection: true, slots };
}

/** Slots by row (x, from 1) and column (y, from 0), named and coded after them: A21 is the first of the second row, code 020. */
function grid(
  cabinet: string,
  rows: number,
  columns: number,
  goods: typeof catalogue,
  goodsIds: ReadonlyMap<string, number>,
  { capacity, onHand }: { capacity: number; onHand: number },
): SlotDraft[] {
  return Array.from({ length: rows * columns }, (_, n) => {
    const x = Math.floor(n / columns) + 1;
    const y = n % columns;
    const good = goods[n % goods.length];
    const goodsId = good && goodsIds.get(good.number);
    return {
      name: `${cabinet}${x}${y + 1}`,
      code: `0${x}${y}`,
      x,
      y,
      capacity,
      onHand,
      alertThreshold: Math.floor(capacity / 4),
      ...(good && goodsId !== undefined && { goodsId, priceCents: good.priceCents }),
    };
  });
}
