import { type TProperties, type TSchema, Type } from 'typebox';
import { GoodsList, LineArray, MachineSales, MachineStateList, MachineStatus, SiteArray } from './machines.ts';
import { CodeChecked, CreatedCode, Success } from './pickup-codes.ts';
import { RefillMessages } from './refills.ts';
import {
  readCheckCodeRequest,
  readCreateCodeRequest,
  readPage,
  readPlacesRequest,
  readRefillMessagesRequest,
  readSalesRequest,
  readStatisticRequest,
  readStatusRequest,
  readTradeListRequest,
  readUseCodeRequest,
} from './requests.ts';
import { StatisticList } from './statistics.ts';
import { TradeList } from './trades.ts';

export interface Call {
  /** The first is the vendor's. */
  readonly methods: readonly ['GET' | 'POST', ...('GET' | 'POST')[]];
  readonly path: string;
  /** Who serves it: the platform, or the mall whose pickup codes a platform's machines check. */
  readonly side: 'platform' | 'mall';
  /** Whether parameters may also come as a form. */
  readonly form: boolean;
  /** Which of its parameters stand in the URL's query by the vendor's page; they are read wherever they come. */
  readonly query: readonly string[];
  readonly params: TSchema;
  readonly answer: TSchema;
  readonly summary: string;
}

const given = (description: string) => Type.Union([Type.String({ minLength: 1 }), Type.Number()], { description });
const may = (description: string) => Type.Optional(Type.Union([Type.String(), Type.Number()], { description }));

const common = {
  clientId: given('身份标识'),
  nonce_str: may('随机数; nonceStr is the same'),
  nonceStr: may('随机数'),
  sign: given('签名'),
};
const asked = <T extends TProperties>(fields: T) => Type.Object({ ...fields, ...common });

const page = { limit: may('每次请求条数 (30)'), cursor: may('数据游标: offset of the first row (0)') };
const period = { startTime: may('开始时间, seconds, inclusive'), endTime: may('结束时间, seconds, inclusive') };
const paged = ['limit', 'cursor'] as const;

const platform = { methods: ['POST'], side: 'platform', form: false, query: [] } as const;
const mall = { methods: ['POST'], side: 'mall', form: true } as const;

/** Every call. `read` of each reads its parameters, from query and body together. */
export const calls = {
  tradeList: {
    ...platform,
    path: '/osapi/trade/list',
    query: paged,
    params: asked({ ...page, ...period, assetId: may('售货机编号'), payStyle: may('支付方式: one, or several with commas') }),
    read: readTradeListRequest,
    answer: TradeList,
    summary: '获取交易信息',
  },
  statistic: {
    ...platform,
    methods: ['GET'],
    path: '/osapi/trade/statistic',
    query: ['assetIds', 'startTime', 'endTime'],
    params: asked({
      assetIds: given('售货机编号, with , or ， between'),
      startTime: given('开始时间'),
      endTime: given('结束时间'),
    }),
    read: readStatisticRequest,
    answer: StatisticList,
    summary: '获取销量统计',
  },
  status: {
    ...platform,
    methods: ['POST', 'GET'],
    path: '/osapi/router/status',
    query: paged,
    params: asked({ ...page, assetId: may('售货机编号; without it all machines are listed') }),
    read: readStatusRequest,
    answer: Type.Union([MachineStatus, MachineStateList]),
    summary: '获取售货机信息',
  },
  sales: {
    ...platform,
    path: '/osapi/router/sales',
    params: asked({ assetId: given('售货机编号') }),
    read: readSalesRequest,
    answer: MachineSales,
    summary: '获取售货机当前销量信息, since the last refill',
  },
  lines: {
    ...platform,
    path: '/osapi/router/lines',
    query: paged,
    params: asked({ ...page, lineName: may('线路名称'), areaName: may('区域名称') }),
    read: readPlacesRequest,
    answer: LineArray,
    summary: '获取线路信息',
  },
  sites: {
    ...platform,
    path: '/osapi/router/sites',
    query: paged,
    params: asked({ ...page, lineName: may('线路名称'), areaName: may('区域名称') }),
    read: readPlacesRequest,
    answer: SiteArray,
    summary: '获取点位信息',
  },
  goods: {
    ...platform,
    path: '/osapi/router/goods',
    query: paged,
    params: asked(page),
    read: readPage,
    answer: GoodsList,
    summary: '获取商品信息',
  },
  refillMessages: {
    ...platform,
    path: '/osapi/refill/message',
    params: asked({ ...period, assetId: may('设备编号'), siteNumber: may('点位编号') }),
    read: readRefillMessagesRequest,
    answer: RefillMessages,
    summary: '补货通知结果查询: notices not yet delivered',
  },
  createCode: {
    ...platform,
    path: '/osapi/code/create',
    form: true,
    query: ['assetId', 'productCode', 'startTime', 'endTime'],
    params: asked({ ...period, assetId: may('设备编号'), productCode: may('商品编码') }),
    read: readCreateCodeRequest,
    answer: CreatedCode,
    summary: '生成取货码',
  },
  checkCode: {
    ...mall,
    path: '/osapi/pickupcode/check',
    query: ['code', 'goodsNum', 'assetId'],
    params: asked({ code: given('取货码'), goodsNum: may('商品编码'), assetId: given('设备 ID') }),
    read: readCheckCodeRequest,
    answer: CodeChecked,
    summary: '取货码验证',
  },
  useCode: {
    ...mall,
    path: '/osapi/pickupcode/use',
    query: ['code'],
    params: asked({ code: given('取货码'), assetId: may('设备 ID (ours)') }),
    read: readUseCodeRequest,
    answer: Success,
    summary: '取货码核销',
  },
} as const satisfies Record<string, Call & { read(params: never): unknown }>;

export type CallName = keyof typeof calls;
