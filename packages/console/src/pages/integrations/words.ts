import { useLanguage } from '../../shared/text.ts';

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

/** Fields in Chinese, by their names; in English they are told by the hub. */
const fieldsZh: Readonly<Record<string, string>> = {
  always200: '失败也返回 HTTP 200',
  notifyExpiry: '未支付订单到期时通知',
  payStyle: '订单支付方式（用于统计，默认 qrcode）',
  timestampWindow: '允许的时间误差（秒）',
  utcWindow: '允许的时间误差（秒，默认 300）',
  tokenOverlap: '新旧令牌并存时间（秒，默认 300）',
  tokensPerDay: '24 小时内最多可取的令牌数（默认 200）',
  platformUrl: '平台地址；不填则不上报',
  thirdUrl: '第三方地址；不填则不销售其机器',
  unit: '未设单位商品的单位（默认“件”）',
  pictureUrl: '未设图片商品的图片地址',
  machineUrl: '新机器推送地址',
  tradeUrl: '交易推送地址',
  prizeUrl: '中奖（payStyle 8）推送地址',
  statusUrl: '机器状态推送地址',
  refillUrl: '结算推送地址',
  mallUrl: '取货码所属商城的地址',
  pickupCodeLengths: '这些位数的取货码都向商城核验',
  invertDoor: 'doorState 为 1 表示开门',
  numberShelfState: '货道状态以数字发送',
  wrapPlaces: '线路与点位带列表外壳',
  customPayOne: '自定义支付方式一的 payStyle',
  customPayTwo: '自定义支付方式二的 payStyle',
  otherPay: '其他支付方式的 payStyle',
  baseUrl: '对方 /osapi 的地址，用于补查推送遗漏',
  pollMinutes: '查询间隔（分钟，默认 10）',
  everyShop: '可见商户的全部门店',
  mostDays: '单次查询最长天数（默认 31）',
  every: '两次抓取间隔（秒，默认 60）',
  firstDays: '首次抓取回溯天数（默认 31）',
  lookBackDays: '每六小时复查的天数（默认 3）',
  overlap: '每次抓取回溯（秒，默认 3600）',
  timeZone: '时区（IANA 名称），默认与商户相同',
  url: '地址',
  events: '要通知的事件类型；不选则全部',
  appId: '对方分配的 App Id',
  secretKey: '对应的 Secret Key',
  clientId: '对方分配的 clientId',
  key: '对应的密钥',
  publicKey: '对方的 RSA 公钥（1024–4096 位，base64 或 PEM）',
  privateKey: 'RSA 私钥（1024–4096 位，base64 或 PEM），对方持有公钥',
  number: 'ERP 中的账套号',
  erp: 'ERP 类型',
  erpUrl: 'ERP 地址',
  erpKey: 'ERP 提供的密钥',
  source: '订单来源；none 表示由对方推送给我们',
  sourceUrl: '来源地址',
  userName: '来源系统的用户名',
  appKey: '对应的 App Key',
  autoImport: '自动导入',
  AppSecret: '创建或更换凭据时显示的 AppSecret',
  Token: '令牌（只显示过一次）',
};

const nameOf = (dialect: string, role: string): string => `${dialect}/${role}`;

/** How kinds of integrations and their fields are called in the reader's language. */
export function useKindWords() {
  const language = useLanguage();
  return {
    name: (dialect: string, role: string): string => kinds[nameOf(dialect, role)]?.name[language] ?? `${dialect} ${role}`,
    about: (dialect: string, role: string, summary: string): string => kinds[nameOf(dialect, role)]?.about[language] ?? summary,
    field: (name: string, about: string): string => (language === 'zh' ? (fieldsZh[name] ?? about) : about),
  };
}
