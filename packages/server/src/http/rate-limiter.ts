/** A bucket of tokens per key, filled at a steady rate: bursts are allowed up to one second's worth. */
export interface RateLimiter {
  /** False when the key has spent its share. */
  allow(key: string): boolean;
}

/** So many keys at most: a flood of invented ones must not fill the memory. */
const mostKeys = 50_000;

/** @param perSecond 0 means no limit. @param monotonic milliseconds that never go back. */
export function rateLimiter(perSecond: number, monotonic: () => number = () => performance.now()): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    allow(key) {
      if (perSecond === 0) return true;
      const now = monotonic();
      const bucket = buckets.get(key) ?? { tokens: perSecond, at: now };
      bucket.tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
      bucket.at = now;
      if (!buckets.has(key)) {
        if (buckets.size >= mostKeys) buckets.clear();
        buckets.set(key, bucket);
      }
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
  };
}
