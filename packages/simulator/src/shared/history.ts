/** What happened, and a way to wait for what will. */
export interface History<T> {
  /** Oldest first; only the newest `limit`. */
  readonly entries: readonly T[];
  add(entry: T): void;
  /**
   * The oldest entry that matches and that no earlier call was given, at once or when it comes.
   * @throws Error after `timeoutMs` (of real time), naming `what` was waited for.
   */
  take(matches: (entry: T) => boolean, timeoutMs: number, what: string): Promise<T>;
  /** As take, but looks only at what comes, and several may be given the same entry. */
  next(matches: (entry: T) => boolean, timeoutMs: number, what: string): Promise<T>;
}

interface Waiter<T> {
  readonly matches: (entry: T) => boolean;
  readonly takes: boolean;
  readonly resolve: (entry: T) => void;
}

export function createHistory<T>(limit = Number.POSITIVE_INFINITY): History<T> {
  const entries: { readonly entry: T; taken: boolean }[] = [];
  const shown: T[] = [];
  const waiters = new Set<Waiter<T>>();

  function wait(matches: (entry: T) => boolean, takes: boolean, timeoutMs: number, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        matches,
        takes,
        resolve(entry) {
          clearTimeout(timer);
          resolve(entry);
        },
      };
      const timer = setTimeout(() => {
        waiters.delete(waiter);
        reject(new Error(`Waited ${timeoutMs} ms for ${what}, in vain`));
      }, timeoutMs);
      waiters.add(waiter);
    });
  }

  return {
    entries: shown,
    add(entry) {
      const kept = { entry, taken: false };
      if (limit > 0) {
        entries.push(kept);
        shown.push(entry);
      }
      if (shown.length > limit) {
        entries.shift();
        shown.shift();
      }
      for (const waiter of waiters) {
        if ((waiter.takes && kept.taken) || !waiter.matches(entry)) continue;
        waiters.delete(waiter);
        kept.taken ||= waiter.takes;
        waiter.resolve(entry);
      }
    },
    take(matches, timeoutMs, what) {
      const past = entries.find(({ entry, taken }) => !taken && matches(entry));
      if (past === undefined) return wait(matches, true, timeoutMs, what);
      past.taken = true;
      return Promise.resolve(past.entry);
    },
    next: (matches, timeoutMs, what) => wait(matches, false, timeoutMs, what),
  };
}
