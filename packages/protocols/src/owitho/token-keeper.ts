import type { Token } from './schema/tokens.ts';

/** Where a client has its token from: a keeper, or one store for all processes of an app. */
export interface TokenSource {
  /** The token to sign with. */
  token(): Promise<string>;
  /** The platform refused `token` (40002): answers the one to try next. */
  renew(token: string): Promise<string>;
}

export interface TokenKeeper extends TokenSource {
  /** Tokens that the other side may sign with: the newest first. Empty before the first. */
  readonly known: readonly string[];
}

export interface TokenKeeperOptions {
  readonly fetchToken: () => Promise<Token>;
  readonly clock?: { now(): Date };
  /** So long before its end a token is replaced (10 minutes). */
  readonly aheadMs?: number;
}

/** The one before the newest is known for the overlap's sake, and one more for requests that were long on their way. */
const remembered = 3;

/**
 * Keeps an app's token in memory: fetched when it is first needed, again before it ends and when it is refused; those who ask
 * meanwhile share the one fetch. Tokens are counted by the platform and a new one ends the old, so an app has **one** keeper: several
 * processes need a TokenSource that they share.
 */
export function createTokenKeeper({ fetchToken, clock, aheadMs = 10 * 60_000 }: TokenKeeperOptions): TokenKeeper {
  const known: string[] = [];
  const now = () => clock?.now() ?? new Date();
  let renewAt = 0;
  let fetching: Promise<string> | undefined;

  async function fetchNew(): Promise<string> {
    const { accessToken, expireTime } = await fetchToken();
    const left = expireTime.getTime() - now().getTime();
    renewAt = now().getTime() + Math.max(left - aheadMs, left / 2); // a short-lived one is not replaced at every call
    known.unshift(accessToken);
    known.splice(remembered);
    return accessToken;
  }

  function fetchOnce(): Promise<string> {
    fetching ??= fetchNew().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  return {
    known,
    async token() {
      const [newest] = known;
      return newest !== undefined && now().getTime() < renewAt ? newest : fetchOnce();
    },
    async renew(token) {
      const [newest] = known;
      return newest !== undefined && newest !== token ? newest : fetchOnce();
    },
  };
}
