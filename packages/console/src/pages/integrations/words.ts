import { wordPayStyle } from '../../../../server/src/console/words/pay-styles.ts';
import { useLanguage } from '../../shared/text.ts';
import { callWords, pathWords } from './call-words.ts';

/** What a dialect and role is called, and what it is for, where the hub's own English is not read. */
interface KindWords {
  name: { en: string; zh: string };
  about: { en: string; zh: string };
}

const kinds: Readonly<Record<string, KindWords>> = {
  'active-order/platform': {
    name: { en: 'Mall (active order)', zh: '商城（主动下单）' },
    about: {
      en: 'A mall orders and pays through its own program, and has our machines dispense. Also for machines that sell by themselves and report afterwards.',
      zh: '商城用自己的程序下单、付款，由我们的机器出货；也用于自行销售、事后上报的机器。',
    },
  },
  'smart-vending/platform': {
    name: { en: 'Customer of our data (smart vending)', zh: '数据客户（智能售货机）' },
    about: {
      en: 'A customer reads machines, trades and statistics, and is pushed new ones. May be a mall whose pickup codes our machines check.',
      zh: '客户查询机器、交易与统计，并接收推送；也可以是由我们的机器核验其取货码的商城。',
    },
  },
  'smart-vending/customer': {
    name: { en: 'Another platform (smart vending)', zh: '其他平台（智能售货机）' },
    about: {
      en: 'We are the customer: its pushes come to us, we ask it for lists, and its machines check pickup codes with us.',
      zh: '我们是客户：接收对方推送、向对方查询列表，对方机器向我们核验取货码。',
    },
  },
  'owitho/third-party': {
    name: { en: 'owitho platform that sells our machines', zh: 'owitho 平台（销售我们的机器）' },
    about: {
      en: 'It tells us what was paid for; we tell it what machines hold and what became of each order. Only machines that are listed on it are sold.',
      zh: '平台通知我们已付款订单；我们上报陈列与出货结果。只有已上架到该平台的机器会被销售。',
    },
  },
  'owitho/platform': {
    name: { en: 'Third party whose machines we sell (owitho)', zh: '第三方（我们销售其机器，owitho）' },
    about: {
      en: 'It tells us what its machines hold; we tell it what was paid for.',
      zh: '第三方上报其机器的商品；我们把已付款订单通知给它。',
    },
  },
  'qianhub/platform': {
    name: { en: 'Reader of cash registers (QianHub)', zh: '收银数据读取方（QianHub）' },
    about: {
      en: 'A third party reads bills, handovers and day ends of shops. It signs with its own RSA key, of which we have the public half.',
      zh: '第三方读取门店账单、交接班与日结数据，用自己的 RSA 私钥签名，我们保存公钥。',
    },
  },
  'qianhub/mirror': {
    name: { en: 'Another gateway that is mirrored (QianHub)', zh: '被镜像的网关（QianHub）' },
    about: { en: 'We fetch the shops and records of another gateway.', zh: '我们从另一个网关抓取门店与数据。' },
  },
  'gobox/import': {
    name: { en: 'Import into an ERP (set of books)', zh: '导入 ERP（账套）' },
    about: {
      en: 'Orders of a vending system become bills in an ERP, one for each order. A set of books is made with it.',
      zh: '售货系统的订单导入 ERP 成为零售单，每单一张；同时建立账套。',
    },
  },
  'native/api': {
    name: { en: 'Program of your own (API token)', zh: '自有程序（API 令牌）' },
    about: {
      en: 'A token with which a program sells and hands in data of cash registers. Tokens with other scopes are made under “Staff and tokens”.',
      zh: '程序用令牌下单、上传收银数据；其他权限的令牌在“员工与令牌”中创建。',
    },
  },
  'native/webhook': {
    name: { en: 'Webhook', zh: 'Webhook 通知' },
    about: {
      en: 'A URL is told what happens here: sales, machines, refills. Signed in the form of Standard Webhooks.',
      zh: '把这里发生的事（销售、机器、补货）通知到一个地址，按 Standard Webhooks 签名。',
    },
  },
};

/** What is given and set, by its name: English, and Chinese. */
const fields: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  always200: ['Failures are answered with HTTP 200 too', '失败也返回 HTTP 200'],
  notifyExpiry: ['Tell when an unpaid order ends', '未支付订单到期时通知'],
  payStyle: ['How its orders are paid, for statistics, qrcode unless told', '订单支付方式（用于统计，默认 qrcode）'],
  timestampWindow: ['Seconds by which a clock may be off', '允许的时间误差（秒）'],
  utcWindow: ['Seconds by which a clock may be off, 300 unless told', '允许的时间误差（秒，默认 300）'],
  tokenOverlap: ['Seconds for which old and new tokens both count, 300 unless told', '新旧令牌并存时间（秒，默认 300）'],
  tokensPerDay: ['Most tokens within 24 hours, 200 unless told', '24 小时内最多可取的令牌数（默认 200）'],
  platformUrl: ['Address of the platform; without it nothing is told there', '平台地址；不填则不上报'],
  thirdUrl: ['Address of the third party; without it nothing of its machines is sold', '第三方地址；不填则不销售其机器'],
  unit: ['Unit of goods that have none, 件 unless told', '未设单位商品的单位（默认“件”）'],
  pictureUrl: ['Picture of goods that have none', '未设图片商品的图片地址'],
  machineUrl: ['Where new machines are pushed to', '新机器推送地址'],
  tradeUrl: ['Where trades are pushed to', '交易推送地址'],
  prizeUrl: ['Where prizes (payStyle 8) are pushed to', '中奖（payStyle 8）推送地址'],
  statusUrl: ['Where states of machines are pushed to', '机器状态推送地址'],
  refillUrl: ['Where settlements are pushed to', '结算推送地址'],
  mallUrl: ['Address of the mall whose pickup codes our machines check', '取货码所属商城的地址'],
  pickupCodeLengths: ['Codes of so many digits are all asked for at the mall', '这些位数的取货码都向商城核验'],
  invertDoor: ['doorState 1 means open', 'doorState 为 1 表示开门'],
  numberShelfState: ['States of slots are sent as numbers', '货道状态以数字发送'],
  wrapPlaces: ['Lines and sites come in the list envelope', '线路与点位带列表外壳'],
  customPayOne: ['payStyle of the first style of its own', '自定义支付方式一的 payStyle'],
  customPayTwo: ['payStyle of the second style of its own', '自定义支付方式二的 payStyle'],
  otherPay: ['payStyle of what has no number', '其他支付方式的 payStyle'],
  baseUrl: ['Address of its /osapi, to ask for what its pushes did not bring', '对方 /osapi 的地址，用于补查推送遗漏'],
  pollMinutes: ['Minutes between two looks, 10 unless told', '查询间隔（分钟，默认 10）'],
  everyShop: ['Sees every shop of the merchant', '可见商户的全部门店'],
  mostDays: ['Most days of a query, 31 unless told', '单次查询最长天数（默认 31）'],
  every: ['Seconds between two looks, 60 unless told', '两次抓取间隔（秒，默认 60）'],
  firstDays: ['Days that the first look goes back, 31 unless told', '首次抓取回溯天数（默认 31）'],
  lookBackDays: ['Days that are looked at again every six hours, 3 unless told', '每六小时复查的天数（默认 3）'],
  overlap: ['Seconds that each look goes back behind the last, 3600 unless told', '每次抓取回溯（秒，默认 3600）'],
  timeZone: ['Time zone, an IANA name; the merchant’s unless told', '时区（IANA 名称），默认与商户相同'],
  url: ['Address (URL)', '地址'],
  events: ['Types of events that are told; all unless chosen', '要通知的事件类型；不选则全部'],
  appId: ['App Id that the other side gave', '对方分配的 App Id'],
  secretKey: ['Secret Key that goes with it', '对应的 Secret Key'],
  clientId: ['clientId that the other side gave', '对方分配的 clientId'],
  key: ['Key that goes with it', '对应的密钥'],
  publicKey: [
    'RSA public key of the other side (1024 to 4096 bits, base64 or PEM)',
    '对方的 RSA 公钥（1024–4096 位，base64 或 PEM）',
  ],
  privateKey: [
    'RSA private key (1024 to 4096 bits, base64 or PEM); the other side has the public half',
    'RSA 私钥（1024–4096 位，base64 或 PEM），对方持有公钥',
  ],
  number: ['Number of the set of books in the ERP', 'ERP 中的账套号'],
  erp: ['Kind of ERP', 'ERP 类型'],
  erpUrl: ['Address of the ERP', 'ERP 地址'],
  erpKey: ['Key that the ERP gave', 'ERP 提供的密钥'],
  source: ['Where orders come from', '订单来源'],
  sourceUrl: ['Address of the source', '来源地址'],
  userName: ['User at the source', '来源系统的用户名'],
  appKey: ['App Key that goes with it', '对应的 App Key'],
  autoImport: ['Orders are imported by themselves', '自动导入'],
  AppSecret: [
    'AppSecret that was told when the integration was made, or its credentials changed; the old one too while it is good',
    '创建或更换凭据时显示的 AppSecret（新旧均可）',
  ],
  Token: ['Token, which was told once', '令牌（只显示过一次）'],
};

/** What a field may be, where its value says nothing to who reads it. */
const choices: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  'erp file': ['Files to be fetched by hand', '导出文件，手工导入'],
  'source none': ['They are sent to us', '由对方推送给我们'],
  'source ledger': ['Our own machines', '我们自己的机器'],
  'source gobox': ['GoBox', 'GoBox'],
};

const nameOf = (dialect: string, role: string): string => `${dialect}/${role}`;

/** How kinds of integrations and their fields are called in the reader's language. */
export function useKindWords() {
  const language = useLanguage();
  const at = language === 'zh' ? 1 : 0;
  return {
    name: (dialect: string, role: string): string => kinds[nameOf(dialect, role)]?.name[language] ?? `${dialect} ${role}`,
    about: (dialect: string, role: string, summary: string): string => kinds[nameOf(dialect, role)]?.about[language] ?? summary,
    field: (name: string, about: string): string => fields[name]?.[at] ?? about,
    choice: (field: string, value: string): string =>
      field === 'payStyle' ? wordPayStyle(value, language) : (choices[`${field} ${value}`]?.[at] ?? value),
  };
}

/** What calls of a dialect and their fields are called in the reader's language; where nobody said, as the hub has it. */
export function useCallWords(dialect: string) {
  const at = useLanguage() === 'zh' ? 1 : 0;
  const { calls = {}, fields = {} } = callWords[dialect] ?? {};
  return {
    call: (name: string, summary: string): string => calls[name]?.[at] ?? summary,
    field: (name: string, description = ''): string => fields[name]?.[at] ?? description,
    part: (name: string): string => pathWords[name]?.[at] ?? fields[name]?.[at] ?? '',
  };
}
