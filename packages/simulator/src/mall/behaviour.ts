/** How a mall answers callbacks. */
export type MallBehaviour =
  | PlainBehaviour
  /** The first `times` answers are so, then as `then` (ok). */
  | { readonly kind: 'first'; readonly times: number; readonly fail: MallBehaviour; readonly then?: MallBehaviour };

/** How one callback is answered. */
export type PlainBehaviour =
  | { readonly kind: 'ok'; readonly status?: number; readonly body?: string }
  /** An error, or any other status; `retryAfter` is the header: seconds, or a date as HTTP writes it. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number | string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Answers 200 after so long. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Answers 200 at once and its body a byte at a time, for ever. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** Sends the caller elsewhere: to the mall's own /redirected unless told, where following would show. */
  | { readonly kind: 'redirect'; readonly to?: string; readonly status?: number }
  /** 200 with a body of so many bytes. */
  | { readonly kind: 'huge'; readonly bytes: number }
  /** Breaks the connection. */
  | { readonly kind: 'reset' };

/** A behaviour with its memory: answers the plain behaviour to be shown now. */
export function remember(behaviour: MallBehaviour): () => PlainBehaviour {
  if (behaviour.kind !== 'first') return () => behaviour;
  let left = behaviour.times;
  const fail = remember(behaviour.fail);
  const then = remember(behaviour.then ?? { kind: 'ok' });
  return () => (left-- > 0 ? fail() : then());
}
