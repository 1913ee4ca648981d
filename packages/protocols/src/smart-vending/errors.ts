/**
 * Every error of this wire. The vendor gives no codes: numbers and texts are ours. All are answered with HTTP 200, because the vendor's
 * clients look at `result` alone.
 */
export const codes = {
  badRequest: { code: 40000, message: '请求无法解析 (the request cannot be read)' },
  notFound: { code: 40400, message: '接口不存在 (no such call)' },
  methodNotAllowed: { code: 40500, message: '请求方式错误 (wrong method)' },
  tooLarge: { code: 41300, message: '请求过大 (the request is too large)' },
  tooManyRequests: { code: 42900, message: '请求过于频繁 (too many requests)' },
  internal: { code: 50000, message: '系统错误 (something went wrong here)' },
  unavailable: { code: 50300, message: '系统繁忙 (not available at the moment)' },
  fieldInvalid: { code: 10001, message: '参数错误 (a parameter is missing or wrong)' },
  clientUnknown: { code: 10002, message: 'clientId 不存在 (unknown clientId)' },
  signInvalid: { code: 10003, message: '签名错误 (wrong signature)' },
  clientDisabled: { code: 10004, message: '客户已停用 (the account is not active)' },
  machineNotFound: { code: 20001, message: '售货机不存在 (no such machine)' },
  goodsNotFound: { code: 20002, message: '商品不存在 (no such goods)' },
  stockInsufficient: { code: 20003, message: '库存不足 (not enough stock)' },
  tradeNotFound: { code: 20004, message: '交易不存在 (no such trade)' },
  stateInvalid: { code: 20005, message: '当前状态不允许此操作 (the present state does not allow this)' },
  codeNotFound: { code: 30001, message: '取货码不存在 (no such pickup code)' },
  codeUsed: { code: 30002, message: '取货码已使用 (the pickup code was used)' },
  codeExpired: { code: 30003, message: '取货码已过期 (the pickup code has expired)' },
  codesExhausted: { code: 30004, message: '取货码生成失败 (no free pickup code could be found)' },
  codesOff: { code: 30005, message: '取货码功能尚未开启 (pickup codes are not turned on)' },
} as const satisfies Record<string, { readonly code: number; readonly message: string }>;

export type ErrorName = keyof typeof codes;

/** The HTTP status of every answer, errors too. */
export const answerStatus = 200;

/** The code under both of the names that clients look for: a text (the name of §7), and a number. */
export interface Failure {
  readonly result: 'FAIL';
  readonly errorCode: string;
  readonly error_code: number;
  readonly error: string;
}

/** @param detail replaces the message: which field is wrong. */
export function answerFailure(name: ErrorName, detail?: string): Failure {
  const { code, message } = codes[name];
  return { result: 'FAIL', errorCode: String(code), error_code: code, error: detail ?? message };
}

/** What the client throws for FAIL, and for answers that are none of this protocol's. */
export class SmartVendingError extends Error {
  override readonly name = 'SmartVendingError';
  /** `errorCode` (or `error_code`) of the answer as a text: other platforms have their own. '' when there was none. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;

  constructor(answer: { readonly code: string; readonly message: string; readonly status: number }) {
    super(answer.message);
    this.code = answer.code;
    this.status = answer.status;
  }

  /** Whether this is the named error of a Polyvend hub. */
  is(name: ErrorName): boolean {
    return this.code === String(codes[name].code);
  }
}
