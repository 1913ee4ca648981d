import { type MachineLayout, type Sku, type Token, tokenLifeMs, tokenOverlapMs, tokensPerDay } from '@polyvend/protocols/owitho';
import { type Random, randomStream, type Seed } from '../shared/random.ts';

/** A third party that has registered. */
export interface OwithoApp {
  readonly appId: string;
  readonly secretKey: string;
  /** `${third.url}`; may be told later, by `register`. */
  readonly thirdUrl?: string | undefined;
}

export interface TokenRules {
  readonly lifeMs: number;
  readonly overlapMs: number;
  readonly perDay: number;
}

export const tokenRules: TokenRules = { lifeMs: tokenLifeMs, overlapMs: tokenOverlapMs, perDay: tokensPerDay };

/** What the platform keeps of one app. */
export interface AppBooks {
  readonly app: OwithoApp;
  readonly skus: Map<string, Sku>;
  /** By machineCode and containerCode. */
  readonly layouts: Map<string, MachineLayout>;
  /** undefined: too many today. */
  issueToken(now: Date): Token | undefined;
  /** The newest first. */
  validTokens(now: Date): string[];
  endTokens(): void;
}

const hex = (random: Random, length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

export function openBooks(app: OwithoApp, rules: TokenRules, seed: Seed): AppBooks {
  const random = randomStream(seed, 'tokens', app.appId);
  let tokens: Token[] = [];
  let today = { day: '', issued: 0 };
  return {
    app,
    skus: new Map(),
    layouts: new Map(),
    issueToken(now) {
      const day = now.toISOString().slice(0, 10);
      if (today.day !== day) today = { day, issued: 0 };
      if (today.issued >= rules.perDay) return undefined;
      today.issued += 1;
      const overlapEnd = now.getTime() + rules.overlapMs;
      tokens = tokens.map((old) => ({ ...old, expireTime: new Date(Math.min(old.expireTime.getTime(), overlapEnd)) }));
      const token = { accessToken: hex(random, 32), expireTime: new Date(now.getTime() + rules.lifeMs) };
      tokens.unshift(token);
      return token;
    },
    validTokens(now) {
      tokens = tokens.filter(({ expireTime }) => expireTime > now);
      return tokens.map(({ accessToken }) => accessToken);
    },
    endTokens() {
      tokens = [];
    },
  };
}
