import { useLanguage } from '../../../shared/text.ts';

/** What machines say went wrong (error_msg), in Chinese; in English it is the machine's own text. */
const zh: Readonly<Record<string, string>> = {
  'Slot Invalid': '没有这个货道',
  'Load No Current': '电机无电流：货道可能已空或未接',
  'Over Current': '电机过流',
  'Feedback Error': '反馈异常',
  'Dlv Detect Error': '未检测到掉货',
  'Goods are Stuck': '卡货',
  'Slot Type Error': '货道类型错误',
  'Slave Comm Error': '从板通讯异常',
  'Lift Comm Error': '升降机通讯异常',
  'Lift Limit Up': '升降机上限位异常',
  'Lift Goods': '升降机内有货未取',
  'Lift Limit Dw': '升降机下限位异常',
  'VerMo break': '垂直电机断路',
  'VerMo short': '垂直电机短路',
  'VerMo Encode': '垂直电机编码器异常',
  'Delivery Timeout': '出货超时',
  'time-out': '机器没有应答',
  'not-sent': '未能下发',
};

const faults: Readonly<Record<number, { zh: string; en: string }>> = {
  0: { zh: '货道不存在', en: 'no such slot' },
  1: { zh: '正常', en: 'works' },
  2: { zh: '卡货', en: 'jammed' },
  3: { zh: '电机故障', en: 'motor fault' },
  47: { zh: '串口超时', en: 'serial time-out' },
};

/** Words for what machines say of themselves. */
export function useMachineWords() {
  const language = useLanguage();
  return {
    /** Of an error_msg. */
    error: (text: string): string => (language === 'zh' ? (zh[text] ?? text) : text),
    /** Of a slot's fault code; 1 is none. */
    fault: (code: number): string => faults[code]?.[language] ?? (language === 'zh' ? `故障码 ${code}` : `fault ${code}`),
  };
}
