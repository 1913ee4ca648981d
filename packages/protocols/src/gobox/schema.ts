import { type Static, type TProperties, type TSchema, Type } from 'typebox';

const Id = Type.Integer();
const Time = Type.String({ description: 'YYYY-MM-DD HH:mm:ss, zone of the set of books' });
const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Yuan = Type.Number({ description: 'Yuan' });
const Status = Type.Integer({ description: '100, 101, 102, 103, 104, 105, 107, 109 or 110' });
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

const productFields = {
  barcode: Type.String(),
  name: Type.String(),
  num: Type.Integer(),
  amount: Yuan,
  cost: Yuan,
};
export const Product = Type.Object(productFields);

/** 2.1 */
export const CreateOrder = Type.Object({
  trans_id: Type.String(),
  status: Status,
  e_id: Type.String(),
  dev_id: Id,
  create_time: Time,
  update_time: Time,
  products: Type.Array(Product),
});

/** 2.3 and 2.4 */
export const SetOfBooks = Type.Object({
  id: Id,
  set_of_book: Type.String(),
  app_key: Type.String(),
  user_name: Type.String(),
  access_token: OrNull(Type.String()),
  token_created_at: OrNull(Time),
  expired_at: OrNull(Time),
  token: OrNull(Type.String()),
  updated_at: Time,
  updated_user: Type.String(),
});

const deviceFields = {
  name: Type.String(),
  dev_id: Id,
  store_id: Id,
  bank_id: Id,
  member_id: Id,
  employee_id: Id,
  bill_type: Id,
};
/** What 2.5 and 2.7 send. */
export const DeviceBody = Type.Object(deviceFields);

/** 2.5 to 2.7 */
export const Device = Type.Object({
  id: Id,
  set_of_book: Type.String(),
  ...deviceFields,
  created_at: Time,
  created_user: Type.String(),
  updated_at: Time,
  updated_user: Type.String(),
});

/** 2.10 */
export const Order = Type.Object({
  id: Id,
  set_of_book: Type.String(),
  trans_id: Type.String(),
  status: Status,
  e_id: Type.String(),
  dev_id: Id,
  create_time: Time,
  update_time: Time,
  total_amount: Yuan,
  products: Type.Array(Product),
  created_at: Time,
  created_user: Type.String(),
  is_imported: Type.Boolean(),
  imported_at: OrNull(Time),
  imported_user: OrNull(Type.String()),
  retail_id: OrNull(Id),
  retail_code: OrNull(Type.String()),
});

const rootOf = <T extends TSchema>(row: T) => Type.Object({ total: Type.Integer(), root: Type.Array(row) });
const Nothing = Type.Object({});
const paging = { start: optional(Type.Integer()), limit: optional(Type.Integer()) };
const orderFilter = {
  start_date: optional(Type.String()),
  end_date: optional(Type.String()),
  dev_id: optional(Id),
  trans_id: optional(Type.String()),
  status: optional(Status),
};

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `:name` marks a part that varies. */
  readonly path: string;
  /** Whose token the Token header bears. */
  readonly token: 'sender' | 'erp-session' | 'user' | 'administrator';
  readonly summary: string;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Beside `state`. */
  readonly answer: TSchema;
}

const action = (name: string, more: TProperties = {}) => Type.Object({ action: Type.Literal(name), ...more });

/** Every call of the document, 2.1 to 2.13. Two that share a path are told apart by `action`. */
export const calls = {
  createOrder: {
    method: 'POST',
    path: '/api/create_order',
    token: 'sender',
    summary: '接收订单消息(第三方使用)',
    body: CreateOrder,
    answer: Nothing,
  },
  accessToken: {
    method: 'GET',
    path: '/api/access_token',
    token: 'erp-session',
    summary: '获取token',
    query: Type.Object({ url: Type.String(), set_of_book: Type.String(), user_name: Type.String() }),
    answer: Type.Object({ token: Type.String() }),
  },
  setOfBooks: {
    method: 'GET',
    path: '/api/set_of_books',
    token: 'user',
    summary: '获取账套设置',
    query: Type.Object({ set_of_book: Type.String() }),
    answer: SetOfBooks,
  },
  changeSetOfBooks: {
    method: 'PUT',
    path: '/api/set_of_books/:set_id',
    token: 'administrator',
    summary: '更新账套设置',
    body: Type.Object({ app_key: Type.String(), user_name: Type.String() }),
    answer: SetOfBooks,
  },
  createDevice: {
    method: 'POST',
    path: '/api/devices',
    token: 'user',
    summary: '创建货柜配置',
    body: DeviceBody,
    answer: Device,
  },
  devices: {
    method: 'GET',
    path: '/api/devices',
    token: 'user',
    summary: '获取货柜列表',
    query: Type.Object({ name: optional(Type.String()), ...paging }),
    answer: rootOf(Device),
  },
  deleteDevice: {
    method: 'DELETE',
    path: '/api/devices/:device_id',
    token: 'user',
    summary: '删除货柜信息',
    answer: Nothing,
  },
  changeDevice: {
    method: 'PUT',
    path: '/api/devices/:device_id',
    token: 'user',
    summary: '更新货柜信息',
    body: DeviceBody,
    answer: Device,
  },
  device: { method: 'GET', path: '/api/devices/:device_id', token: 'user', summary: '获取单个货柜信息', answer: Device },
  downloadOrders: {
    method: 'GET',
    path: '/api/orders',
    token: 'user',
    summary: '下载订单列表',
    query: action('get_orders', { ...orderFilter, page: optional(Type.Integer()) }),
    answer: Type.Object({ page: OrNull(Type.Integer()) }),
  },
  orders: {
    method: 'GET',
    path: '/api/orders',
    token: 'user',
    summary: '查询订单列表',
    query: action('trade_view', { ...orderFilter, is_imported: optional(Type.Integer()), ...paging }),
    answer: rootOf(Order),
  },
  deleteOrder: {
    method: 'DELETE',
    path: '/api/orders/:book_order_id',
    token: 'user',
    summary: '删除订单',
    answer: Nothing,
  },
  importOrder: {
    method: 'GET',
    path: '/api/orders/:book_order_id',
    token: 'user',
    summary: '导入c8',
    query: action('import'),
    answer: Nothing,
  },
  resetOrder: {
    method: 'GET',
    path: '/api/orders/:book_order_id',
    token: 'user',
    summary: '状态重置',
    query: action('init_order'),
    answer: Nothing,
  },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof calls;

export type CreateOrder = Static<typeof CreateOrder>;
export type SetOfBooks = Static<typeof SetOfBooks>;
export type DeviceBody = Static<typeof DeviceBody>;
export type Device = Static<typeof Device>;
export type Order = Static<typeof Order>;
export type Product = Static<typeof Product>;
