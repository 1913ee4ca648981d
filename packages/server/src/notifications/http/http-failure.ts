/** A call that got no answer. `message` is a few words fit for a merchant's eyes: no address, path or stack of ours. */
export class HttpFailure extends Error {
  /** True when trying again cannot help: the URL itself is wrong. */
  readonly final: boolean;

  constructor(words: string, { final = false, cause }: { final?: boolean; cause?: unknown } = {}) {
    super(words, cause === undefined ? {} : { cause });
    this.name = 'HttpFailure';
    this.final = final;
  }
}

const byCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  EPIPE: 'connection lost',
  UND_ERR_SOCKET: 'connection lost',
  ETIMEDOUT: 'connect time-out',
  UND_ERR_CONNECT_TIMEOUT: 'connect time-out',
  UND_ERR_HEADERS_TIMEOUT: 'time-out',
  UND_ERR_BODY_TIMEOUT: 'time-out',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name not found for now',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  UND_ERR_HEADERS_OVERFLOW: 'malformed answer: headers too long',
  EPROTO: 'TLS',
};

/** The words for whatever undici, the socket or TLS threw. */
export function toHttpFailure(error: unknown): HttpFailure {
  for (const link of causes(error)) {
    if (link instanceof HttpFailure) return link;
    if (link.name === 'TimeoutError') return new HttpFailure('time-out', { cause: error });
    if (link.name === 'HTTPParserError') return new HttpFailure('malformed answer', { cause: error });
    const code = 'code' in link ? String(link.code) : '';
    const words = byCode[code] ?? ofFamily(code);
    if (words) return new HttpFailure(words, { cause: error });
  }
  return new HttpFailure('failed', { cause: error });
}

function ofFamily(code: string): string | undefined {
  if (code === 'CERT_HAS_EXPIRED') return 'TLS: certificate expired';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'TLS: certificate of another name';
  if (/CERT|SIGNATURE|ISSUER|CRL/.test(code)) return 'TLS: certificate not trusted';
  if (/^ERR_(TLS|SSL)/.test(code)) return 'TLS';
  return undefined;
}

/** The error, what it collects and what it was caused by. */
function* causes(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > 5) return;
  yield error;
  if (error instanceof AggregateError) for (const part of error.errors) yield* causes(part, depth + 1);
  yield* causes(error.cause, depth + 1);
}
