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
  'sign-in.throttled': '尝试次数过多，请稍后再试（最多十五分钟）。',
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

/** What stands in a refusal behind its code, as the hub words it, in Chinese: what is `$1` in the one is in the other. */
const details: readonly (readonly [RegExp, string])[] = [
  [/(?:^|is )not a URL$/, '不是有效的网址'],
  [/(?:^|is )not http or https$|must be an http or https URL/, '应为 http 或 https 网址'],
  [/(?:^|is )longer than (\d+) characters$/, '不能超过 $1 个字符'],
  [/user name or password in the URL$/, '网址中不能带用户名或密码'],
  [/(?:^|is )refused address$/, '该地址不允许访问（内网地址需在 POLYVEND_ALLOW_PRIVATE 中允许）'],
  [/must be an RSA key of (\d+) to (\d+) bits/, '应为 $1–$2 位的 RSA 密钥（base64 或 PEM）'],
  [/does not go with the public key of this integration$/, '与本接入登记的公钥不是一对'],
  [/is neither the secret of this integration nor its old one$/, '不是本接入现在的密钥，也不是更换前的密钥'],
  [/the last change of its credentials still overlaps/, '上次更换的新旧凭据仍在重叠期，请先结束重叠'],
  [/its credentials are drawn by us$/, '该凭据由我们生成'],
  [/must be true or false/, '应为“是”或“否”'],
  [/must be a whole number/, '应为整数'],
  [/must be whole numbers with commas between/, '应为整数，以英文逗号分隔'],
  [/must be words with commas between/, '应为以英文逗号分隔的词'],
  [/is no IANA name$/, '不是有效的时区名称，例如 Asia/Shanghai'],
  [/must be 1 to 64 letters, digits and signs$/, '应为 1–64 个字母、数字或符号'],
  [/(?:must be one of|may be) (.+), not /, '可选：$1'],
  [/is (?:required|missing)$|What is given lacks/, '必填'],
  [/must be <= (\d+)$/, '不能大于 $1'],
  [/must be >= (\d+)$/, '不能小于 $1'],
  [/must (?:match|fit) (?:the )?(?:pattern|format)/, '格式不对'],
  [/must not have fewer than (\d+) characters/, '至少 $1 个字符'],
  [/there is a good (\S+)$|there is a line (.+)$|number: (\S+) is taken$/, '$1$2$3 已存在'],
  [/^slot (\S+): (\d+) to the (\d+) that are there, of (\d+)$/, '货道 $1：已有 $3，再加 $2 超出容量 $4'],
  [/^taken_out of slot (\S+): (\d+), where (\d+) are there$/, '货道 $1：取出 $2，但只有 $3'],
  [/is too long$|must not have more than (\d+) characters/, '太长'],
  [/there is no token: ask for one first/, '当前没有有效令牌，请先获取令牌'],
  [/nothing was pasted/, '没有粘贴任何内容'],
  [/the body is in a file/, '请求体在文件里，请粘贴其内容'],
  [/the command names no URL/, '命令里没有网址'],
  [/a quote is not closed/, '引号没有闭合'],
  [
    /neither a curl command nor the text of an HTTP request/,
    '既不是 curl 命令，也不是 HTTP 请求原文（例如以“POST /path HTTP/1.1”开头）',
  ],
  [/between headers and body there must be an empty line/, '请求头与请求体之间应有空行'],
  [/^(?:(\S+): |count \d+, )?capacity (\d+), (\d+) in it$/, '$1 容量 $2，现有 $3'],
  [/^count (\d+), capacity (\d+)$/, '数量 $1，容量 $2'],
  [/^(\S+) into (\S+)$/, '$1 并入 $2'],
  [/^([A-Z]{1,2}\d+): (\d+)$/, '$1：$2 件'],
  [/^slot (\S+) has another good by now$/, '货道 $1 已换成其他商品'],
  [/^slot (\S+) was counted at/, '货道 $1 在此之后已盘点过'],
  [/^the machine that is copied$/, '被复制的机器'],
  [/^password: at least (\d+) characters$/, '至少 $1 个字符'],
  [/^password: at most (\d+) characters$/, '最多 $1 个字符'],
  [/^password: too few different characters$/, '不同的字符太少'],
  [/^password: too common$/, '太常见'],
  [/another platform’s$/, '属于其他平台'],
  [/^with a pickup code$/, '已发取货码'],
  [/^every machine$/, '需要全部机器的权限'],
  // "order 99999999": the code says of what kind it is.
  [/^[a-z_.]+ ([\w.@+-]*\d[\w.@+-]*)$/, '$1'],
  [/^login (\S+)$/, '$1'],
];

/** undefined where there are no words for it. */
function inChinese(detail: string): string | undefined {
  for (const [pattern, words] of details) {
    const found = pattern.exec(detail);
    if (found) return words.replaceAll(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '').trim();
  }
  return undefined;
}

/** Of a refusal with details behind it, those: "No such order. (order 7)". */
const detailOf = ({ code, message }: ApiError): string | undefined =>
  code === 'request.field' ? message : /\((.+)\)$/s.exec(message)?.[1];

/** What went wrong, in the reader's language, with what there is to say of it. */
export function useErrorText(): (error: unknown) => string {
  const language = useLanguage();
  return (error) => {
    if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
    if (language === 'en') return error.message;
    const text = zh[error.code];
    if (text === undefined) return error.message;
    const detail = detailOf(error);
    const said = [error.field, detail && (inChinese(detail) ?? unsaid(error, detail))].filter(Boolean).join('：');
    return said ? `${text.replace(/。$/, '')}（${said}）` : text;
  };
}

/** A sentence that nobody put into Chinese says something only where the code says nothing; a name or a number always does. */
const unsaid = ({ code, field }: ApiError, detail: string): string =>
  field !== undefined || (!code.startsWith('request.') && /[a-z]+ [a-z]+/i.test(detail)) ? '' : detail;

/** What is said at the very field that a refusal names. */
export function useReasonText(): (error: ApiError) => string {
  const language = useLanguage();
  const errorText = useErrorText();
  return (error) => (language === 'zh' ? inChinese(detailOf(error) ?? '') : detailOf(error)) ?? errorText(error);
}
