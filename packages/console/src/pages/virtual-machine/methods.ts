import type { Language } from '../../shared/text.ts';

/** Messages that say little, and come often. */
export const quietMethods: ReadonlySet<string> = new Set([
  'client.heartbeat',
  'client.temperature.put',
  'client.humidity.put',
  'client.machine.status.put',
  'client.traffic.put',
]);

const names: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  'client.heartbeat': { zh: '心跳', en: 'heartbeat' },
  'client.offline': { zh: '下线', en: 'goodbye' },
  'client.temperature.put': { zh: '温度', en: 'temperature' },
  'client.humidity.put': { zh: '湿度', en: 'humidity' },
  'client.machine.env.put': { zh: '开机上报', en: 'has booted' },
  'client.machine.status.put': { zh: '整机状态', en: 'condition' },
  'client.machine.config.put': { zh: '当前设置', en: 'settings in force' },
  'client.product.put': { zh: '货道库存', en: 'stock of a slot' },
  'client.product.restock': { zh: '机器端补货', en: 'was filled' },
  'client.channel.status.put': { zh: '货道状态', en: 'state of a slot' },
  'client.doorlock.status': { zh: '门锁状态', en: 'state of a lock' },
  'client.goods.slug.put': { zh: '商品标识', en: 'mark of a good' },
  'client.pickup_codes.put': { zh: '取货码已用', en: 'code used' },
  'client.pickup_code.typed': { zh: '有人输入取货码', en: 'a code was typed' },
  'client.traffic.put': { zh: '流量', en: 'traffic' },
  'client.sale.put': { zh: '机器自行售出', en: 'sold by itself' },
  'device.delivery.response': { zh: '出货结果', en: 'outcome of a dispense' },
  'device.delivery.put': { zh: '出货', en: 'dispense' },
  'client.channel.debugging': { zh: '货道测试', en: 'turn a slot' },
  'client.channel.fault.clear': { zh: '清除故障', en: 'fault cleared' },
  'client.pickup_codes.create': { zh: '下发取货码', en: 'a code to honour' },
  'client.pickup_codes.delete': { zh: '删除取货码', en: 'forget a code' },
  'client.pickup_code.result': { zh: '取货码核验结果', en: 'what the code is worth' },
  'client.machine.config.push': { zh: '修改设置', en: 'take over settings' },
  'client.machine.refresh': { zh: '刷新数据', en: 'fetch everything anew' },
  'client.machine.reboot': { zh: '重启', en: 'restart' },
  'client.machine.shutdown': { zh: '关机', en: 'shut down' },
  'client.factory.reset': { zh: '恢复出厂', en: 'factory reset' },
};

export const methodName = (method: string, language: Language): string => names[method]?.[language] ?? method;

interface Named {
  product_id: number;
  addr: number;
  code: string;
  name: string;
}

/** The one thing that one wants to know of a message without opening it. */
export function gistOf(method: string, fields: Readonly<Record<string, unknown>>, slots: readonly Named[]): string {
  const field = (name: string) => (fields[name] === undefined ? '' : String(fields[name]));
  const slot = () =>
    slots.find(({ addr, code }) => String(addr) === field('addr') && code === field('code'))?.name ?? field('code');
  const ofProduct = () => slots.find((one) => String(one.product_id) === field('product_id'))?.name ?? field('product_id');
  switch (method) {
    case 'device.delivery.put':
      return `${slot()} × ${field('quantity')}`;
    case 'device.delivery.response':
      return field('deliver_status') === '1' ? '✓' : `✗ ${field('error_msg')}`;
    case 'client.temperature.put':
      return `${field('temperature')} °C`;
    case 'client.product.put':
      return `${ofProduct()}: ${field('current_inventory')}`;
    case 'client.channel.status.put':
      return `${ofProduct()}: ${field('floor_status')}`;
    case 'client.pickup_code.typed':
      return field('code');
    case 'client.pickup_code.result':
      return field('accepted') === '1' ? '✓' : `✗ ${field('reason')}`;
    case 'client.sale.put':
      return `${ofProduct()} ¥${field('price')} × ${field('quantity')}`;
    default:
      return '';
  }
}
