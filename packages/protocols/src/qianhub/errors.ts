export interface ErrorCode {
  /** `error_code` of the answer; its HTTP status is 400. */
  readonly code: number;
  readonly message: string;
}

/** Every error of the gateway. The vendor's document names 1000 alone; the others are ours. */
export const codes = {
  system: { code: 1000, message: '系统错误' },
  headerMissing: { code: 1001, message: '缺少请求头' },
  appInvalid: { code: 1002, message: '无效的 AppID' },
  signInvalid: { code: 1003, message: '签名错误' },
  badRequest: { code: 1004, message: '请求无法识别' },
  actionUnknown: { code: 1005, message: '未知的方法' },
  shopInvisible: { code: 1006, message: '门店不存在或无权查看' },
  bohTypeUnknown: { code: 1007, message: '未知的数据类型' },
  timeRange: { code: 1008, message: '时间范围错误' },
} as const satisfies Record<string, ErrorCode>;

export type ErrorName = keyof typeof codes;

/** With HTTP 400: 业务领域的失败. */
export interface ErrorAnswer {
  readonly error_code: number;
  readonly message: string;
  readonly extra_message?: string;
}

/** @param detail which header, field or range is wrong. */
export function answerError(name: ErrorName, detail?: string): ErrorAnswer {
  const { code, message } = codes[name];
  return { error_code: code, message, ...(detail !== undefined && { extra_message: detail }) };
}

/** What the client throws for every answer that is no success, and for those that are none of this protocol's. */
export class QianHubError extends Error {
  override readonly name = 'QianHubError';
  /** `error_code`; 0 when the answer had none. */
  readonly code: number;
  /** HTTP status. */
  readonly status: number;
  readonly extraMessage: string | undefined;

  constructor({ code, status, message, extraMessage }: { code: number; status: number; message: string; extraMessage?: string }) {
    super(extraMessage === undefined ? message : `${message} (${extraMessage})`);
    this.code = code;
    this.status = status;
    this.extraMessage = extraMessage;
  }

  /** Whether this is the named error: `error.is('timeRange')`. */
  is(name: ErrorName): boolean {
    return this.code === codes[name].code;
  }
}
