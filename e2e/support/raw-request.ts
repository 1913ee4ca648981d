export interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as it is, without a Content-Type unless `headers` name one. */
  body?: string | Uint8Array;
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed text; undefined when it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what came over a wire is looked at field by field
  body: any;
}

/** One HTTP request, byte for byte as told, POST unless told otherwise. */
export async function rawRequest(url: string, { method = 'POST', headers = {}, body }: RawRequest = {}): Promise<RawAnswer> {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(bytes !== undefined && { body: bytes }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
