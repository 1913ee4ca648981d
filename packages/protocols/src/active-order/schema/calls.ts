import { type TSchema, Type } from 'typebox';
import { Delivery, DeliveryParams, DispenseParams, TestDispenseParams } from './deliveries.ts';
import { MachineDetail, MachineList } from './machines.ts';
import { ConsumeParams, Order, OrderParams, OrderRef, PlaceOrderBody, UpdateOrderParams } from './orders.ts';
import { CreatePickupCodesParams, DeletePickupCodesParams, PickupCodeList, PickupCodesParams } from './pickup-codes.ts';
import { BannerList, CategoryList, FloorList, ProductPage, ProductsParams } from './products.ts';
import { ReplenishParams } from './restocking.ts';
import { MachineParams, Nothing } from './types.ts';

export interface Call {
  readonly method: 'POST' | 'PUT';
  /** Below basePath; `:name` marks a part that varies. */
  readonly path: string;
  /** How the parameters travel: not at all, in the clear, or as base64 in `payload`. */
  readonly body: 'none' | 'clear' | 'payload';
  readonly params: TSchema;
  readonly answer: TSchema;
  readonly summary: string;
}

const post = { method: 'POST', body: 'payload' } as const;

/** Every call of the open API. There are no GETs: reading calls are POSTs too. */
export const calls = {
  ping: { method: 'POST', path: '/ping', body: 'none', params: Nothing, answer: Type.Literal('pong'), summary: 'Are you there' },
  machines: { method: 'POST', path: '/rent/machines', body: 'none', params: Nothing, answer: MachineList, summary: '设备列表' },
  machine: {
    method: 'POST',
    path: '/rent/machines/:machine_no',
    body: 'none',
    params: Nothing,
    answer: MachineDetail,
    summary: '设备详情',
  },
  products: { ...post, path: '/products', params: ProductsParams, answer: ProductPage, summary: '产品列表' },
  floors: { ...post, path: '/floors', params: MachineParams, answer: FloorList, summary: '货道列表' },
  categories: { ...post, path: '/categories', params: MachineParams, answer: CategoryList, summary: '分类列表' },
  banners: { ...post, path: '/banners', params: MachineParams, answer: BannerList, summary: '广告列表' },
  replenish: { ...post, path: '/replenishments', params: ReplenishParams, answer: Nothing, summary: '补货' },
  placeOrder: {
    method: 'POST',
    path: '/orders',
    body: 'clear',
    params: PlaceOrderBody,
    answer: OrderRef,
    summary: '主动下单: place an order, taking its stock',
  },
  updateOrder: {
    method: 'PUT',
    path: '/orders/:order_id',
    body: 'payload',
    params: UpdateOrderParams,
    answer: Type.Literal(''),
    summary: '更新订单: paid, refunding, closed …',
  },
  order: { ...post, path: '/orders/:order_id', params: OrderParams, answer: Order, summary: '查询订单' },
  dispense: { ...post, path: '/deliveries', params: DispenseParams, answer: Delivery, summary: '主动出货' },
  delivery: { ...post, path: '/deliveries/:delivery_id', params: DeliveryParams, answer: Delivery, summary: '查询出货' },
  testDispense: { ...post, path: '/deliveries/debug', params: TestDispenseParams, answer: Delivery, summary: '出货测试' },
  createPickupCodes: { ...post, path: '/pickup_codes', params: CreatePickupCodesParams, answer: Nothing, summary: '创建取货码' },
  deletePickupCodes: {
    method: 'PUT',
    path: '/pickup_codes',
    body: 'payload',
    params: DeletePickupCodesParams,
    answer: Nothing,
    summary: '删除取货码',
  },
  pickupCodes: {
    ...post,
    path: '/products/:product_id/pickup_code',
    params: PickupCodesParams,
    answer: PickupCodeList,
    summary: 'Unused, unexpired codes of a product (取货码列表)',
  },
  consume: {
    ...post,
    path: '/consumes',
    params: ConsumeParams,
    answer: Order,
    summary: 'Use a code elsewhere than at the machine (核销)',
  },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof calls;

/** The paths alone, below basePath. */
export const paths = Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, call.path])) as {
  readonly [Name in CallName]: (typeof calls)[Name]['path'];
};
