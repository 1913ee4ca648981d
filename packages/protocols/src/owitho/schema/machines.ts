import { type Static, Type } from 'typebox';
import { FieldError, type Fields, optionalText, readInteger, readText } from '../../shared/fields.ts';
import { yuan } from '../../shared/money.ts';
import { MoneyText, nameRule, optionalCode, parseData, readCode, readMoney, readRows, readStatus } from './reading.ts';
import { type MachineStatus, machineStatuses } from './values.ts';

/** The data of `/machine/sync`, and of the answer to `/machine/query`. */
export const MachineLayoutData = Type.Object(
  {
    machineCode: Type.String({ description: '机器code' }),
    containerCode: Type.Optional(Type.String({ description: '货柜号: a machine may have several' })),
    machineStatus: Type.Enum(Object.values(machineStatuses), { description: '10 normal, 20 offline, 30 mechanical fault' }),
    slotList: Type.Array(
      Type.Object({
        slotNum: Type.String({ description: '货道号; merged lanes come as one slot' }),
        row: Type.Integer({ description: '行' }),
        col: Type.Integer({ description: '列' }),
        skuCode: Type.String({ description: '商品编码' }),
        skuName: Type.String({ description: '商品名称' }),
        skuDesc: Type.Optional(Type.String({ description: '商品描述' })),
        originalPrice: MoneyText('商品原始售价'),
        actualPrice: MoneyText('商品真实售价'),
        maxInventory: Type.Integer({ minimum: 0, description: '最大库存数量' }),
        currentInventory: Type.Integer({ minimum: 0, description: '实时库存数量' }),
        slotStatus: Type.Integer({ description: '0 normal, any other: fault' }),
      }),
      { description: '货道陈列详情' },
    ),
  },
  { description: 'What a machine, or one of its containers, holds; it replaces what was known (货架陈列)' },
);
export type MachineLayoutData = Static<typeof MachineLayoutData>;

export const MachineRefData = Type.Object({ machineCode: Type.String({ description: '机器code' }) });
export type MachineRefData = Static<typeof MachineRefData>;

/** The answer of `/testSign`, a call of the vendor's demo. */
export const TestSignAnswer = Type.Object({ machineCode: Type.String(), machineInfo: Type.String() });
export type TestSignAnswer = Static<typeof TestSignAnswer>;

/** A slot of a layout. Money in fen for one. */
export interface Slot {
  readonly slotNum: string;
  readonly row: number;
  readonly col: number;
  readonly skuCode: string;
  readonly skuName: string;
  readonly skuDesc?: string | undefined;
  readonly originalPrice: number;
  readonly actualPrice: number;
  readonly maxInventory: number;
  readonly currentInventory: number;
  /** 0 works; anything else is a fault. */
  readonly slotStatus: number;
}

export interface MachineLayout {
  readonly machineCode: string;
  readonly containerCode?: string | undefined;
  readonly machineStatus: MachineStatus;
  readonly slotList: readonly Slot[];
}

const count = { min: 0, max: 1_000_000 } as const;

function readSlot(row: Fields): Slot {
  return {
    slotNum: readCode(row, 'slotNum'),
    row: readInteger(row, 'row', count),
    col: readInteger(row, 'col', count),
    skuCode: readCode(row, 'skuCode'),
    skuName: readText(row, 'skuName', nameRule),
    skuDesc: optionalText(row, 'skuDesc', { max: 4_096 }),
    originalPrice: readMoney(row, 'originalPrice'),
    actualPrice: readMoney(row, 'actualPrice'),
    maxInventory: readInteger(row, 'maxInventory', count),
    currentInventory: readInteger(row, 'currentInventory', count),
    slotStatus: readInteger(row, 'slotStatus', { min: -count.max, max: count.max }),
  };
}

/**
 * A layout, as an object or its JSON text. Stock above the slot's capacity is read as it stands: it is what the sender believes.
 * @throws FieldError such as `slotList[0].row is required`; also for a slot that is listed twice.
 */
export function readMachineLayout(data: unknown): MachineLayout {
  const fields = parseData(data);
  const slotList = readRows(fields, 'slotList', readSlot);
  const seen = new Set<string>();
  slotList.forEach(({ slotNum }, index) => {
    if (seen.has(slotNum)) throw new FieldError(`slotList[${index}].slotNum`, 'is listed twice');
    seen.add(slotNum);
  });
  return {
    machineCode: readCode(fields, 'machineCode'),
    containerCode: optionalCode(fields, 'containerCode'),
    machineStatus: readStatus(fields, 'machineStatus', Object.values(machineStatuses)),
    slotList,
  };
}

export function writeMachineLayout({ containerCode, slotList, ...machine }: MachineLayout): MachineLayoutData {
  return {
    ...machine,
    ...(containerCode === undefined ? {} : { containerCode }),
    slotList: slotList.map(({ skuDesc, originalPrice, actualPrice, ...slot }) => ({
      ...slot,
      ...(skuDesc === undefined ? {} : { skuDesc }),
      originalPrice: yuan(originalPrice),
      actualPrice: yuan(actualPrice),
    })),
  };
}

/** The data of `/machine/query` and `/testSign`. @throws FieldError. */
export const readMachineRef = (data: unknown): MachineRefData => ({
  machineCode: readCode(parseData(data), 'machineCode'),
});
