import { type TSchema, Type } from 'typebox';
import { MachineLayoutData, MachineRefData, TestSignAnswer } from './machines.ts';
import { OrderNoticeData } from './notices.ts';
import { OrderCallbackData, OrderQueryAnswer, OrderRefData } from './outcomes.ts';
import { SkuSyncData } from './products.ts';

/** A signed call: `POST`, and what its envelope's `data` holds. */
export interface Call {
  /** Who serves it. */
  readonly at: 'platform' | 'third-party';
  readonly path: string;
  readonly data: TSchema;
  /** `data` of the answer. */
  readonly answer: TSchema;
  readonly summary: string;
}

/** `GET`, with TokenParams as its query; answers TokenAnswer. Every other call is one of `calls`. */
export const tokenPath = '/getAccessToken';

const Nothing = Type.Literal('');

/** Every signed call of the open platform. */
export const calls = {
  skuSync: { at: 'platform', path: '/sku/sync', data: SkuSyncData, answer: Nothing, summary: '增量同步第三方商品信息' },
  machineSync: { at: 'platform', path: '/machine/sync', data: MachineLayoutData, answer: Nothing, summary: '同步当前货架的陈列' },
  orderCallback: { at: 'platform', path: '/order/callback', data: OrderCallbackData, answer: Nothing, summary: '出货回调' },
  testSign: { at: 'platform', path: '/testSign', data: MachineRefData, answer: TestSignAnswer, summary: '验签测试' },
  machineQuery: {
    at: 'third-party',
    path: '/machine/query',
    data: MachineRefData,
    answer: MachineLayoutData,
    summary: '查询商品陈列、库存以及设备状态',
  },
  orderNotice: { at: 'third-party', path: '/order/notice', data: OrderNoticeData, answer: Nothing, summary: '订单通知' },
  orderQuery: {
    at: 'third-party',
    path: '/order/query',
    data: OrderRefData,
    answer: OrderQueryAnswer,
    summary: '出货结果查询',
  },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof calls;
