import { answerError, type Failure, FieldError, stateFieldOf } from '@polyvend/protocols/gobox';
import type { HttpFailure, WordedFailure } from '../../http/dialect.ts';
import { LedgerError, type LedgerErrorCode } from '../../ledger/errors.ts';

/** A refusal of the wire's own: the token, the form of a request. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, errmsg: string) {
    super(errmsg);
    this.status = status;
  }
}

export const refusals = {
  tokenMissing: () => new Refusal(401, '缺少Token'),
  tokenInvalid: () => new Refusal(401, 'Token无效或已过期'),
  nobody: () => new Refusal(401, 'Token、url、set_of_book或user_name不正确'),
  notJson: () => new Refusal(200, '请求内容不是JSON对象'),
  tooManyRequests: () => new Refusal(429, '请求过于频繁'),
};

/** Every ledger error has a word here, or this does not compile. They are read by bookkeepers. */
const wording: Record<LedgerErrorCode, string> = {
  'request.invalid': '请求格式错误',
  'merchant.expired': '商户已过期',
  'merchant.unverified': '商户未认证',
  'set-of-books.unknown': '账套不存在',
  'set-of-books.exists': '账套已存在',
  'book-device.unknown': '货柜配置不存在',
  'book-device.exists': '该设备已有货柜配置',
  'book-order.unknown': '订单不存在',
  'book-order.status': '订单状态不是支付成功，不能导入',
  'book-order.imported': '订单已导入',
  'book-order.importing': '订单正在导入，请稍后再试',
  'book-order.bill-exists': 'ERP中仍有该订单的零售单，请先在ERP中删除',
  'import.no-device': '设备没有货柜配置，请先添加货柜配置',
  'import.no-barcode': '商品没有条码，请先在商品资料中补上条码，补上后自动导入',
  'import.barcode-unknown': 'ERP中没有该条码的商品，请先在ERP中添加商品或更正条码',
  'import.period-closed': '订单所在的会计期间已结账，请先反结账或手工处理',
  'import.device-refused': 'ERP不认可货柜配置，请更正货柜配置',
  'import.refused': 'ERP拒绝了该零售单',
  'import.unsettled': 'ERP未明确答复，系统会自动核对，不会重复生成零售单',
  'erp.unavailable': '暂时无法连接ERP，系统会自动重试',
  'erp.credentials': 'ERP不接受本系统的密钥，请联系管理员',
  'order-source.none': '该账套不从外部下载订单',
  'order-source.unavailable': '暂时无法从售货系统下载订单，请稍后再试',
  'order-source.refused': '售货系统不接受app_key或user_name，请更正账套设置',
  // What this interface never meets, as the ledger says it.
  'place.unknown': '地点不存在',
  'machine.unknown': '设备不存在',
  'machine.exists': '设备已存在',
  'machine.offline': '设备已离线',
  'machine.not-operational': '设备不在运营中',
  'cabinet.unknown': '货柜不存在',
  'category.unknown': '分类不存在',
  'goods.unknown': '商品不存在',
  'integration.unknown': '对接配置不存在',
  'shop.unknown': '门店不存在',
  'slot.unknown': '货道不存在',
  'slot.over-capacity': '超出货道容量',
  'product.unknown': '商品不存在',
  'product.off-sale': '商品已下架',
  'stock.insufficient': '商品库存不足',
  'stock.stale': '库存信息过旧',
  'order.unknown': '订单不存在',
  'order.duplicate': '订单已存在',
  'order.differs': '订单内容与先前不一致',
  'outcome.unfit': '出货结果与订单不符',
  'order.trade-id-missing': '缺少交易编号',
  'order.expired': '订单已过期',
  'order.state': '订单状态无效',
  'order.unpaid': '订单未支付',
  'line.unknown': '订单明细不存在',
  'dispense.done': '已出货',
  'delivery.unknown': '出货记录不存在',
  'pickup-code.disabled': '取货码功能尚未开启',
  'pickup-code.unknown': '取货码不存在',
  'pickup-code.used': '取货码已使用',
  'pickup-code.expired': '取货码已过期',
  'pickup-code.bad-expiry': '过期时间无效',
  'pickup-code.exists': '取货码已存在',
  'notify-url.refused': '通知地址不允许',
  // What the console alone refuses.
  'slot.promised': '货道有未完成的订单',
  'slot.merged': '货道已合并',
  'slot.not-empty': '货道不为空',
  'planogram.stale': '货道布局已变更',
  'visit.differs': '补货单号重复且内容不同',
  'order.made-good': '订单已处理',
  'order.nothing-due': '订单无需处理',
  'order.paid-elsewhere': '订单在其他平台支付',
  'user.unknown': '用户不存在',
  'user.exists': '用户已存在',
  'user.last-owner': '不能移除最后一个所有者',
  'user.password-weak': '密码过于简单',
  'sign-in.refused': '用户名或密码错误',
  'sign-in.throttled': '尝试过于频繁',
  'setup.done': '系统已初始化',
  'setup.code': '初始化码错误',
  'permission.denied': '没有权限',
  'token.unknown': '令牌不存在',
  'notification.unknown': '通知不存在',
  'integration.not-rotatable': '凭据不能更换',
  'trade.unknown': '交易不存在',
};

const unknownIds = new Set<LedgerErrorCode>(['set-of-books.unknown', 'book-device.unknown', 'book-order.unknown']);

export interface Worded {
  status: number;
  body: Failure;
}

/** The answer to an error in the form of the path: 200 but for tokens, unknown ids and limits. undefined for what is none of ours to word. */
export function wordError(error: unknown, path: string): Worded | undefined {
  const field = stateFieldOf(path);
  if (error instanceof Refusal) return { status: error.status, body: answerError(field, error.message) };
  if (error instanceof FieldError) return { status: 200, body: answerError(field, error.message) };
  if (!(error instanceof LedgerError)) return undefined;
  const { code, detail } = error;
  return { status: unknownIds.has(code) ? 404 : 200, body: answerError(field, wordProblem(code, detail)) };
}

/** An error as a bookkeeper reads it, and what of: the barcode, the period, the bill. */
export const wordProblem = (code: LedgerErrorCode, subject: string): string =>
  subject === '' ? wording[code] : `${wording[code]}（${subject}）`;

const failures: Record<HttpFailure, { status: number; errmsg: string }> = {
  'not-found': { status: 404, errmsg: '接口不存在' },
  'method-not-allowed': { status: 405, errmsg: '接口不支持该方法' },
  'too-large': { status: 413, errmsg: '请求内容过大' },
  'too-many-requests': { status: 429, errmsg: '请求过于频繁' },
  unavailable: { status: 503, errmsg: '服务暂不可用，请稍后再试' },
  malformed: { status: 400, errmsg: '请求无法识别' },
  internal: { status: 500, errmsg: '服务内部错误' },
};

export function wordFailure(failure: HttpFailure, path: string): WordedFailure {
  const { status, errmsg } = failures[failure];
  return { status, body: answerError(stateFieldOf(path), errmsg) };
}
