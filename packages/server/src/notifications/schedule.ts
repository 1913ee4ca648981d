/** All in seconds. A failed attempt is followed by the next after these; when they are used up, after `steadyDelay` each time. */
export const retryDelays: readonly number[] = [1, 5, 15, 60, 5 * 60, 15 * 60, 60 * 60];
export const steadyDelay = 3 * 60 * 60;

/** A notification that is this old when an attempt fails is given up; younger ones always get another. */
export const givenUpAfter = 3 * 24 * 60 * 60;

/** The longest that another side can put us off with Retry-After. */
export const longestRetryAfter = 6 * 60 * 60;

export interface FailedAttempt {
  /** When it failed. */
  now: Date;
  createdAt: Date;
  /** When it makes no sense any more; null: by the schedule. */
  giveUpAt?: Date | null;
  /** Number of the attempt that failed, from 1. */
  attempt: number;
  /** Seconds, as the other side asked; null when it did not. */
  retryAfter: number | null;
  /** From 0 to 1, spreads the delay by ±20 %, so that what failed together does not come back together. */
  random: number;
}

/** When to try again; null: give up. Retry-After lengthens a delay, and never shortens one. */
export function nextAttempt({ now, createdAt, giveUpAt = null, attempt, retryAfter, random }: FailedAttempt): Date | null {
  if (!giveUpAt && now.getTime() - createdAt.getTime() >= givenUpAfter * 1000) return null;
  const spread = (retryDelays[attempt - 1] ?? steadyDelay) * (0.8 + 0.4 * random);
  const asked = Math.min(retryAfter ?? 0, longestRetryAfter);
  const next = new Date(now.getTime() + Math.round(Math.max(spread, asked) * 1000));
  return giveUpAt && next >= giveUpAt ? null : next;
}

/** Seconds that a Retry-After header asks for: a number of seconds or an HTTP date. Null when absent, past or unreadable. */
export function readRetryAfter(header: string | undefined, now: Date): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) || null;
  // Date.parse alone would take almost anything; an HTTP date begins with a weekday and ends in GMT (RFC 9110, 5.6.7).
  if (!/^[A-Z][a-z]+,? .*(GMT|\d{4})$/.test(text)) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  const seconds = Math.ceil((at - now.getTime()) / 1000);
  return seconds > 0 ? seconds : null;
}
