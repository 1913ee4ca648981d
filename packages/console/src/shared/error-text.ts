import { ApiError } from '../api/client.ts';
import { useLanguage } from './text.ts';

/** The hub's refusals in Chinese, by their codes; in English they come from the hub itself. */
const zh: Readonly<Record<string, string>> = {
  unreachable: '连接不上服务，请检查网络后重试。',
  'credentials.invalid': '登录已失效，请重新登录。',
  'request.malformed': '请求无法识别。',
  'request.field': '字段有误',
  'request.invalid': '请求有误',
  'too-many-requests': '请求过于频繁，请稍后再试。',
  'too-large': '内容过大。',
  unavailable: '服务暂时不可用，请稍后再试。',
  internal: '服务出错，已记入日志。',
  'not-found': '没有这个地址。',
  'merchant.expired': '商户已过期。',
  'merchant.unverified': '商户尚未审核。',
  'integration.unknown': '没有这个接入。',
  'integration.not-rotatable': '该凭据由对方签发，不能由我们更换。',
  'machine.unknown': '没有这台机器。',
  'machine.exists': '机器编号已存在。',
  'machine.offline': '机器离线。',
  'machine.not-operational': '机器已停用。',
  'place.unknown': '没有这个地点。',
  'slot.unknown': '没有这个货道。',
  'slot.over-capacity': '超出货道容量。',
  'slot.promised': '货道还有未完成的订单。',
  'slot.merged': '该货道已并入相邻货道。',
  'slot.not-empty': '货道里还有商品。',
  'planogram.stale': '机器布局已变化，请重新查看后再改。',
  'visit.differs': '同一次补货以不同内容提交过。',
  'goods.unknown': '没有这个商品。',
  'product.unknown': '这台机器没有这个商品。',
  'product.off-sale': '商品已停售。',
  'stock.insufficient': '库存不足。',
  'order.unknown': '没有这个订单。',
  'order.state': '订单当前状态不允许此操作。',
  'order.unpaid': '订单未支付。',
  'order.made-good': '该订单已经处理过。',
  'order.nothing-due': '该订单没有需要补偿的商品。',
  'order.paid-elsewhere': '订单在其他平台支付，由该平台退款。',
  'line.unknown': '订单中没有这条记录。',
  'pickup-code.disabled': '未启用取货码。',
  'pickup-code.unknown': '没有这个取货码。',
  'pickup-code.used': '取货码已使用。',
  'user.unknown': '没有这个用户。',
  'user.exists': '用户名已存在。',
  'user.last-owner': '至少要保留一个所有者。',
  'user.password-weak': '密码太短或太常见：至少 12 个字符。',
  'sign-in.refused': '用户名或密码错误。',
  'sign-in.throttled': '尝试次数过多，请十五分钟后再试。',
  'setup.done': '系统已初始化，请直接登录。',
  'setup.code': '初始化码错误或已失效，请查看服务日志中最新的一个。',
  'permission.denied': '没有权限。',
  'token.unknown': '没有这个令牌。',
  'notification.unknown': '没有这条通知。',
  'notify-url.refused': '回调地址不允许。',
  'trade.unknown': '没有这笔交易。',
  'set-of-books.unknown': '没有这个账套。',
  'book-device.unknown': '没有这个设备配置。',
  'book-device.exists': '该设备已有配置。',
  'book-order.unknown': '账套中没有这个订单。',
  'book-order.status': '订单未支付，只导入已支付的订单。',
  'book-order.imported': '订单已导入。',
  'book-order.importing': '订单正在导入，请两分钟后再看。',
  'book-order.bill-exists': 'ERP 中仍有该订单的单据，请先在 ERP 中删除。',
  'import.no-device': '该设备没有配置。',
  'import.no-barcode': '商品没有条码。',
  'import.barcode-unknown': 'ERP 中没有该条码的商品。',
  'import.period-closed': 'ERP 的会计期间已关闭。',
  'import.device-refused': 'ERP 不接受该设备的配置。',
  'import.refused': 'ERP 拒绝了单据。',
  'import.unsettled': '不确定 ERP 是否已生成单据，稍后会再次查询。',
  'shop.unknown': '没有这个门店。',
  'erp.unavailable': 'ERP 连接不上。',
  'erp.credentials': 'ERP 不接受我们的密钥。',
};

/** What went wrong, in the reader's language, with the field where there is one. */
export function useErrorText(): (error: unknown) => string {
  const language = useLanguage();
  return (error) => {
    if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
    if (language === 'en') return error.message;
    const text = zh[error.code];
    if (text === undefined) return error.message;
    const detail = error.field ?? /\(([^)]+)\)$/.exec(error.message)?.[1];
    return detail ? `${text.replace(/。$/, '')}（${detail}）` : text;
  };
}
