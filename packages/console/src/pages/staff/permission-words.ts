import type { Permission } from '../../api/session.tsx';
import { useLanguage } from '../../shared/text.ts';

const words: Readonly<Record<Permission, readonly [en: string, zh: string]>> = {
  'machines.read': ['see machines and their stock', '查看机器与库存'],
  'machines.write': ['add, place and change machines', '新增、安置与修改机器'],
  'machines.command': ['give machines commands, test slots', '向机器下发命令、测试货道'],
  'stock.write': ['fill and count', '补货与盘点'],
  'planogram.write': ['change planograms', '修改货道布局'],
  'goods.read': ['see goods', '查看商品'],
  'goods.write': ['add and change goods', '新增与修改商品'],
  'orders.read': ['see orders', '查看订单'],
  'orders.make-good': ['refund, and make good', '退款与补偿'],
  'sales.read': ['see sales and settlements', '查看销售与结算'],
  'books.read': ['see sets of books', '查看账套'],
  'books.write': ['import into the books, and check them', '导入与核对账套'],
  'integrations.read': ['see integrations and notifications', '查看对接与通知'],
  'integrations.write': ['make integrations, and change credentials', '新建对接、更换凭据'],
  'notifications.replay': ['send notifications again', '重发通知'],
  'staff.read': ['see staff and tokens', '查看员工与令牌'],
  'staff.write': ['change staff and tokens', '管理员工与令牌'],
  'audit.read': ['read the audit log', '查看操作日志'],
  sell: ['sell: place orders, and have them dispensed', '销售：下单与出货'],
  'pos.write': ['tell of a cash register', '上报收银数据'],
};

/** What a permission is, in the reader's words. */
export function usePermissionWord(): (permission: Permission) => string {
  const which = useLanguage() === 'en' ? 0 : 1;
  return (permission) => words[permission][which];
}
