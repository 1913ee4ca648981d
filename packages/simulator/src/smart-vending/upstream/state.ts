import type { DeliverStatus, FaultName } from '@polyvend/protocols/smart-vending';
import { type Random, randomStream, type Seed } from '../../shared/random.ts';

/** What lies in shelves. */
export interface UpstreamGoods {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly fullName: string;
  readonly typeId: string;
  readonly typeName: string;
  /** Fen. */
  readonly price: number;
  /** 0 bottle, 1 can, 2 bag, 3 box, 4 cup. */
  readonly packingForm: number;
  readonly manufacturer: string;
}

export interface UpstreamShelf {
  readonly locationId: string;
  readonly goods: UpstreamGoods;
  readonly capacity: number;
  stock: number;
  soldoutAt: Date | undefined;
}

export interface UpstreamLine {
  readonly name: string;
  readonly areaName: string;
  readonly description: string;
}

/** What an upstream platform's machine is like at the moment; `changeStatus` changes it. */
export interface MachineCondition {
  online: boolean;
  vmcOnline: boolean;
  doorOpen: boolean;
  selling: boolean;
  coin5Count: number;
  coin10Count: number;
  faults: readonly FaultName[];
  /** °C in the left room. */
  temperature: number;
}

export interface UpstreamMachine {
  readonly assetId: string;
  readonly name: string;
  /** 1 drinks, 2 spring, 3 locker. */
  readonly type: number;
  readonly line: UpstreamLine;
  readonly site: { readonly id: string; readonly number: string; readonly name: string; readonly address: string };
  readonly longitude: number;
  readonly latitude: number;
  readonly createdAt: Date;
  readonly shelves: readonly UpstreamShelf[];
  readonly condition: MachineCondition;
  refilledAt: Date;
}

export interface UpstreamTrade {
  readonly id: string;
  readonly orderNo: string;
  /** The machine's own number of the sale. */
  readonly machineTradeNo: string;
  readonly paymentNo: string;
  readonly machine: UpstreamMachine;
  readonly shelf: UpstreamShelf;
  /** Fen. */
  readonly price: number;
  readonly payStyle: number;
  readonly createdAt: Date;
  deliver: DeliverStatus;
  executedAt: Date | undefined;
  /** 0 none, 1 refunding, 2 refunded, 3 failed. */
  refund: number;
  refundedAt: Date | undefined;
  /** A refill counted it. */
  settled: boolean;
}

export interface WorldOptions {
  readonly seed: Seed;
  readonly machines: number;
  readonly shelves: number;
  readonly capacity: number;
  readonly now: Date;
}

const kinds = [
  ['统一冰绿茶', '茶饮料', 350, 0],
  ['王老吉', '茶饮料', 450, 1],
  ['三得利蜜香暖姜', '茶饮料', 500, 0],
  ['农夫山泉', '饮用水', 200, 0],
  ['乐事薯片', '零食', 680, 2],
  ['拿铁咖啡', '咖啡', 900, 4],
] as const;

/** 24 hex characters, as this platform's ids are. */
export function createIds(random: Random): () => string {
  return () => Array.from({ length: 24 }, () => Math.floor(random() * 16).toString(16)).join('');
}

/** Machines with goods at sites of two lines; the same seed makes the same. */
export function createWorld({ seed, machines, shelves, capacity, now }: WorldOptions) {
  const random = randomStream(seed, 'world');
  const id = createIds(random);
  const goods = kinds.map(
    ([name, typeName, price, packingForm], index): UpstreamGoods => ({
      id: id(),
      number: String(2_345_464_676 + index),
      name,
      fullName: `${name} 500ml`,
      typeId: id(),
      typeName,
      price,
      packingForm,
      manufacturer: '上游饮料厂',
    }),
  );
  const lines: UpstreamLine[] = [1, 2].map((number) => ({
    name: `${number}号线`,
    areaName: '上海',
    description: '线路描述信息',
  }));
  const first = 20_000_000 + Math.floor(random() * 10_000_000);
  const made = Array.from({ length: machines }, (_, index): UpstreamMachine => {
    const number = index + 1;
    return {
      assetId: String(first + number),
      name: `上游测试机#${number}`,
      type: 1 + (index % 2),
      line: lines[index % lines.length] as UpstreamLine,
      site: { id: id(), number: `S${number}`, name: `点位${number}`, address: `南京路${number}号` },
      longitude: 121 + random(),
      latitude: 31 + random(),
      createdAt: now,
      shelves: Array.from({ length: shelves }, (_, shelf) => ({
        locationId: String(shelf + 1),
        goods: goods[(index + shelf) % goods.length] as UpstreamGoods,
        capacity,
        stock: capacity,
        soldoutAt: undefined,
      })),
      condition: {
        online: true,
        vmcOnline: true,
        doorOpen: false,
        selling: true,
        coin5Count: 53,
        coin10Count: 42,
        faults: [],
        temperature: 8,
      },
      refilledAt: now,
    };
  });
  return { goods, lines, machines: made };
}
