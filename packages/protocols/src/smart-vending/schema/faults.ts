/** pcode: which part of the machine a fault is in. */
export const faultGroups = {
  system: '系统故障',
  billValidator: '纸币器故障',
  coinChanger: '硬币器故障',
  communication: '通讯故障',
} as const;
export type FaultGroup = keyof typeof faultGroups;

interface Fault {
  readonly group: FaultGroup;
  /** ccode: its name on the wire. */
  readonly text: string;
}

/**
 * The faults of vendingFault and faultInfo, as Chinese texts, each with its group. `cabinet1` to `cabinet8`: an extension cabinet is not heard.
 */
export const faults = {
  driveBoard: { group: 'system', text: '驱动板故障' },
  clock: { group: 'system', text: '系统时钟故障' },
  leftSensor: { group: 'system', text: '左室传感器故障' },
  rightSensor: { group: 'system', text: '右室传感器故障' },
  infrared: { group: 'system', text: '红外模块故障' },
  cardReader: { group: 'system', text: '读卡器故障' },
  billConnection: { group: 'billValidator', text: '连接故障' },
  billMotor: { group: 'billValidator', text: '驱动马达故障' },
  billBoxRemoved: { group: 'billValidator', text: '钱箱被移除' },
  billBoxFull: { group: 'billValidator', text: '钱箱已满' },
  billRom: { group: 'billValidator', text: 'ROM 校验错误' },
  billSensor: { group: 'billValidator', text: '传感器故障' },
  billJam: { group: 'billValidator', text: '堵塞' },
  billDisabled: { group: 'billValidator', text: '停用' },
  coinVoltage: { group: 'coinChanger', text: '工作电压低' },
  coinInJam: { group: 'coinChanger', text: '接收堵塞' },
  coinOutJam: { group: 'coinChanger', text: '支出堵塞' },
  coinLacks5: { group: 'coinChanger', text: '5角缺币' },
  coinLacks10: { group: 'coinChanger', text: '1元缺币' },
  coinRemoved: { group: 'coinChanger', text: '异常移除' },
  cabinet1: { group: 'communication', text: '扩展柜 1 通讯故障' },
  cabinet2: { group: 'communication', text: '扩展柜 2 通讯故障' },
  cabinet3: { group: 'communication', text: '扩展柜 3 通讯故障' },
  cabinet4: { group: 'communication', text: '扩展柜 4 通讯故障' },
  cabinet5: { group: 'communication', text: '扩展柜 5 通讯故障' },
  cabinet6: { group: 'communication', text: '扩展柜 6 通讯故障' },
  cabinet7: { group: 'communication', text: '扩展柜 7 通讯故障' },
  cabinet8: { group: 'communication', text: '扩展柜 8 通讯故障' },
} as const satisfies Record<string, Fault>;
export type FaultName = keyof typeof faults;

const withoutBlanks = (text: string): string => text.replace(/\s+/g, '');

/** The fault that a push means; blanks within the texts are forgiven ("5 角缺币"). undefined: one that is not in the table. */
export function faultOf(pcode: string, ccode: string): FaultName | undefined {
  return (Object.keys(faults) as FaultName[]).find((name) => {
    const { group, text } = faults[name];
    return faultGroups[group] === withoutBlanks(pcode) && withoutBlanks(text) === withoutBlanks(ccode);
  });
}
