import { defineText } from '../../shared/text.ts';

/** Parts of the hub that do something by themselves. */
const hub: ReadonlySet<unknown> = new Set(['sweep', 'dispatch', 'projection', 'booking', 'mirror', 'notifications', 'demo']);

/** What happened to a machine, in words; what has none is shown by its kind. */
export const useEventText = defineText('machine-events', {
  en: {
    'machine.created': 'Added',
    'machine.changed': 'Changed',
    'machine.password-issued': 'A new password was issued',
    'machine.offline': 'Went offline',
    'machine.status-changed': 'Came online',
    'machine.booted': 'Started',
    'machine.configured': 'Reported its configuration',
    'machine.command-queued': 'A command was given',
    'machine.command-sent': 'A command was sent',
    'machine.command-confirmed': 'A command was confirmed',
    'machine.command-failed': 'A command failed',
    'machine.command-void': 'A command could not be sent in time',
    'slot.fault': 'A slot has a fault',
    'slot.fault-cleared': 'The fault of a slot is cleared',
    'slot.listed': 'A slot was put on or off sale',
    'stock.refilled': 'Refilled',
    'stock.counted': 'Counted',
    'stock.taken-out': 'Goods were taken out',
    'stock.short': 'A slot holds less than is promised',
    'dispense.queued': 'A test dispense was asked for',
    'dispense.sent': 'A test dispense was sent',
    'dispense.answered': 'The machine answered a test dispense',
    'dispense.test-settled': 'A test dispense ended',
    'dispense.given-up': 'A test dispense had no answer',
    'dispense.cancelled': 'A test dispense could not be sent in time',
    'planogram.changed': 'The planogram was changed',
    'pickup-code.created': 'A pickup code was made',
    'pickup-code.used': 'A pickup code was used',
    'pickup-code.deleted': 'Pickup codes were deleted',
    'pickup-code.expired': 'A pickup code expired',
    'refill.settled': 'A refill was settled',
    'listing.changed': 'How it is offered was changed',
    by: 'by {{who}}',
    byHub: 'by the hub',
    byMachine: 'by the machine',
    byCommandLine: 'by the command line',
    byProgram: 'by a program',
    silence: 'no sign of life',
  },
  zh: {
    'machine.created': '添加机器',
    'machine.changed': '修改信息',
    'machine.password-issued': '更换密码',
    'machine.offline': '离线',
    'machine.status-changed': '上线',
    'machine.booted': '启动',
    'machine.configured': '上报配置',
    'machine.command-queued': '下达指令',
    'machine.command-sent': '发送指令',
    'machine.command-confirmed': '指令已确认',
    'machine.command-failed': '指令失败',
    'machine.command-void': '指令未能及时发送',
    'slot.fault': '货道故障',
    'slot.fault-cleared': '货道故障解除',
    'slot.listed': '货道上架或下架',
    'stock.refilled': '补货',
    'stock.counted': '盘点',
    'stock.taken-out': '取出商品',
    'stock.short': '货道实有少于已承诺',
    'dispense.queued': '请求测试出货',
    'dispense.sent': '发送测试出货',
    'dispense.answered': '测试出货应答',
    'dispense.test-settled': '测试出货结束',
    'dispense.given-up': '测试出货无应答',
    'dispense.cancelled': '测试出货未能及时发送',
    'planogram.changed': '修改货道布局',
    'pickup-code.created': '生成取货码',
    'pickup-code.used': '使用取货码',
    'pickup-code.deleted': '删除取货码',
    'pickup-code.expired': '取货码过期',
    'refill.settled': '补货结算',
    'listing.changed': '修改渠道上架',
    by: '操作人 {{who}}',
    byHub: '系统',
    byMachine: '机器',
    byCommandLine: '命令行',
    byProgram: '接口调用',
    silence: '无心跳',
  },
});

/** Who or what it came from, in words: somebody of the staff is called by name. */
export function useWhoText(): (by: unknown) => string {
  const text = useEventText();
  return (by) => {
    if (by === 'mqtt') return text('byMachine');
    if (by === 'person') return text('byCommandLine');
    if (by === 'http') return text('byProgram');
    return hub.has(by) ? text('byHub') : text('by', { who: String(by ?? '') });
  };
}
