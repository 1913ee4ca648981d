import {
  answerFailure,
  codeStatuses,
  type Fields,
  readCheckCodeRequest,
  readUseCodeRequest,
} from '@polyvend/protocols/smart-vending';

/** A pickup code that a mall sold. */
export interface HeldCode {
  readonly code: string;
  /** What it is for (商品编码). */
  readonly goodsNum: string;
  /** Fen. */
  readonly fee: number;
  /** The one machine where it may be used; any unless told. */
  readonly assetId?: string;
  readonly expiresAt?: Date;
}

/** What became of a code. More than one use is a fault of the platform's, unless an answer was lost. */
export interface CodeFate {
  readonly checks: number;
  readonly uses: number;
  readonly used: boolean;
}

/** The codes of a mall, and what it answers about them. */
export function createHeldCodes(now: () => Date) {
  const codes = new Map<string, { readonly held: HeldCode; checks: number; uses: number; used: boolean }>();
  return {
    add(held: HeldCode): void {
      codes.set(held.code, { held, checks: 0, uses: 0, used: false });
    },
    /** @throws Error when the mall never sold it. */
    fate(code: string): CodeFate {
      const known = codes.get(code);
      if (known === undefined) throw new Error(`No code ${code} was sold`);
      const { checks, uses, used } = known;
      return { checks, uses, used };
    },
    check(params: Fields): object {
      const { code, assetId, goodsNum } = readCheckCodeRequest(params);
      const known = codes.get(code);
      if (known === undefined) return answerFailure('codeNotFound');
      known.checks++;
      const { held } = known;
      if (held.assetId !== undefined && held.assetId !== assetId) return answerFailure('codeNotFound');
      if (goodsNum !== undefined && goodsNum !== held.goodsNum) return answerFailure('goodsNotFound');
      const expired = held.expiresAt !== undefined && held.expiresAt <= now();
      const codeStatus = known.used ? codeStatuses.used : expired ? codeStatuses.expired : codeStatuses.unused;
      return { result: 'SUCCESS', goodsNum: held.goodsNum, codeStatus, fee: String(held.fee) };
    },
    /** Using a code again succeeds: a platform asks until it hears an answer. */
    use(params: Fields): object {
      const known = codes.get(readUseCodeRequest(params).code);
      if (known === undefined) return answerFailure('codeNotFound');
      known.uses++;
      known.used = true;
      return { result: 'SUCCESS' };
    },
  };
}
