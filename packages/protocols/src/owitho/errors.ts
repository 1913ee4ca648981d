export interface ErrorCode {
  /** `code` of the answer; the HTTP status is 200 whatever it is. */
  readonly code: number;
  readonly msg: string;
}

/** The code of success. */
export const okCode = 200;

/** Every error of the open platform (通用返回码), in both directions. */
export const codes = {
  failed: { code: 40000, msg: '请求失败' },
  unknownAppId: { code: 40001, msg: 'invalid appId' },
  signatureInvalid: { code: 40002, msg: '验证签名失败' },
  saltOutOfRange: { code: 40003, msg: 'salt不在范围内' },
  utcOutOfWindow: { code: 40004, msg: 'utc超时' },
  skuSyncFailed: { code: 50001, msg: '商品同步失败' },
  orderCallbackFailed: { code: 50002, msg: '订单回调失败' },
} as const satisfies Record<string, ErrorCode>;

export type ErrorName = keyof typeof codes;

/** The answer of a signed call: its code is a text, as in all of the vendor's examples. */
export interface Answer {
  readonly code: string;
  readonly msg: string;
  readonly data: unknown;
}

/** The answer of `/getAccessToken`: its code is a number. */
export interface NumericAnswer {
  readonly code: number;
  readonly msg: string;
  readonly data: unknown;
}

/** `{"code":"200","msg":"success","data":""}`; data is an object for `/machine/query`, `/order/query` and `/testSign`. */
export function answerOk(data: unknown = ''): Answer {
  return { code: String(okCode), msg: 'success', data };
}

/** `{"code":"40000","msg":"…","data":""}`. @param detail replaces the message: which field is wrong. */
export function answerError(name: ErrorName, detail?: string): Answer {
  const { code, msg } = codes[name];
  return { code: String(code), msg: detail ?? msg, data: '' };
}

export function answerToken(token: { readonly accessToken: string; readonly expireTime: Date }): NumericAnswer {
  const { accessToken, expireTime } = token;
  return { code: okCode, msg: 'success', data: { accessToken, expireTime: expireTime.getTime() } };
}

export function answerTokenError(name: ErrorName, detail?: string): NumericAnswer {
  const { code, msg } = codes[name];
  return { code, msg: detail ?? msg, data: {} };
}

/** What the clients throw for every answer that is not code 200, and for answers that are none of this protocol's. */
export class OwithoError extends Error {
  override readonly name = 'OwithoError';
  /** `code` of the answer; undefined when it was none: a proxy's page, a text. */
  readonly code: number | undefined;
  /** HTTP status. */
  readonly status: number;

  constructor(answer: { code: number | undefined; msg: string; status: number }) {
    super(answer.msg);
    this.code = answer.code;
    this.status = answer.status;
  }

  /** Whether this is the named error: `error.is('signatureInvalid')`. */
  is(name: ErrorName): boolean {
    return this.code === codes[name].code;
  }
}

/**
 * Reads an answer of the other side: code as number or text, data as whatever it is (see the readers, which take an object or
 * its JSON text). Any HTTP status below 300 will do.
 * @returns `data`.
 * @throws OwithoError.
 */
export function readAnswer(status: number, text: string): unknown {
  const answer = parsed(text);
  const code = /^\d{1,9}$/.test(String(answer?.code)) ? Number(answer?.code) : undefined;
  if (code === okCode && status < 300) return answer?.data;
  const told = typeof answer?.msg === 'string' && answer.msg !== '' ? answer.msg : undefined;
  const why = code === undefined ? `HTTP ${status}, not an answer of this protocol` : `HTTP ${status}, code ${code}`;
  throw new OwithoError({ code: code === okCode ? undefined : code, msg: told ?? why, status });
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
