export interface ErrorCode {
  /** `code` of the answer. */
  readonly code: number;
  /** HTTP status: never 200, because real clients branch on the status first. */
  readonly status: number;
  readonly message: string;
}

/** Every error of the open API. Messages in Chinese are the vendor's; the status of each is our decision, as the vendor gives none. */
export const codes = {
  badRequest: { code: 400, status: 400, message: 'bad request' },
  notFound: { code: 404, status: 404, message: 'not found' },
  methodNotAllowed: { code: 405, status: 405, message: 'method not allowed' },
  tooLarge: { code: 413, status: 413, message: 'request entity too large' },
  tooManyRequests: { code: 429, status: 429, message: 'too many requests' },
  internal: { code: 500, status: 500, message: 'internal server error' },
  unavailable: { code: 503, status: 503, message: 'service unavailable' },
  validation: { code: 10001, status: 400, message: 'validation failed' },
  credentialsMissing: { code: 10008, status: 401, message: 'appid or appsecret is empty' },
  merchantExpired: { code: 10009, status: 400, message: '商户已过期' },
  merchantNotVerified: { code: 10010, status: 400, message: '商户未认证' },
  appSecretInvalid: { code: 10013, status: 401, message: 'app secret is invalid' },
  appIdInvalid: { code: 10014, status: 401, message: 'appid is invalid' },
  pickupCodesOff: { code: 10023, status: 400, message: '取货码功能尚未开启' },
  pickupCodeUsed: { code: 10025, status: 400, message: '取货码已使用' },
  noMachines: { code: 30001, status: 400, message: '没有关联的设备号' },
  machineOffline: { code: 30002, status: 400, message: '设备已离线' },
  machineNotFound: { code: 30003, status: 404, message: '设备不存在' },
  machineNotOperating: { code: 30004, status: 400, message: '设备不在运营中' },
  orderExpired: { code: 40005, status: 400, message: '订单已过期' },
  orderStatusInvalid: { code: 40006, status: 400, message: '订单状态无效' },
  productOffSale: { code: 60002, status: 400, message: '商品已下架' },
  stockInsufficient: { code: 60003, status: 400, message: '商品库存不足' },
  recordNotFound: { code: 80002, status: 404, message: '查不到对应记录' },
  signInvalid: { code: 4006, status: 400, message: 'sorry, payload sign invalid' },
  expiryInvalid: { code: 6029, status: 400, message: 'expired_at is invalid' },
  pickupCodeExists: { code: 6030, status: 400, message: 'pickup code already exists' },
  pickupCodeExpired: { code: 6032, status: 400, message: 'pickup code has expired' },
  alreadyDelivered: { code: 6034, status: 400, message: 'already delivered' },
  tradeIdExists: { code: 6040, status: 400, message: 'trade id already exists' },
  tradeIdEmpty: { code: 6041, status: 400, message: 'trade id is empty' },
  productNotFound: { code: 6045, status: 400, message: 'product not found' },
  orderUnpaid: { code: 6054, status: 400, message: 'order is unpaid' },
} as const satisfies Record<string, ErrorCode>;

export type ErrorName = keyof typeof codes;

export interface Answer {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

/** `{"code":0,"message":"ok","data":…}`, with HTTP 200. Nothing is left out of `data` here: see omitZero. */
export function answerOk(data: unknown = {}, message = 'ok'): Answer {
  return { code: 0, message, data };
}

/**
 * `{"code":N,"message":"…","data":{}}`, with HTTP `codes[name].status`.
 * @param detail replaces the message: which field is wrong, which slots were not filled.
 * @param data what two errors carry: the order that is meant (6040, 10025).
 */
export function answerError(name: ErrorName, detail?: string, data: Readonly<Record<string, unknown>> = {}): Answer {
  const { code, message } = codes[name];
  return { code, message: detail ?? message, data };
}

/** What the client throws for every answer that is not `code` 0, and for answers that are none of this protocol's. */
export class ActiveOrderError extends Error {
  override readonly name = 'ActiveOrderError';
  /** `code` of the answer; the HTTP status when the answer had none. */
  readonly code: number;
  /** HTTP status. */
  readonly status: number;
  /** `data` of the answer: `{order_id}` for 6040 and 10025, otherwise empty. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(answer: { code: number; message: string; status: number; data?: Readonly<Record<string, unknown>> }) {
    super(answer.message);
    this.code = answer.code;
    this.status = answer.status;
    this.data = answer.data ?? {};
  }

  /** Whether this is the named error: `error.is('tradeIdExists')`. */
  is(name: ErrorName): boolean {
    return this.code === codes[name].code;
  }
}
