/** Seconds after which a failed rendering is tried again; afterwards the last again and again. */
const delays = [1, 2, 4, 8, 16, 32, 300] as const;
/** As long as an event has failed no more often than this, later events of its order wait for it: about a minute. */
const holdsFor = 6;

interface Deferral {
  merchantId: number;
  eventId: number;
  orderId: number | null;
  failures: number;
  retryAt: number;
}

/**
 * Remembers, in this process, which events could not be rendered, so that they neither starve the others nor are tried without
 * pause. Another process, or this one after a restart, tries them afresh: that is harmless.
 */
export class Deferrals {
  readonly #byEvent = new Map<string, Deferral>();

  defer(event: { merchantId: number; id: number; orderId: number | null }, now: Date): void {
    const key = `${event.merchantId}/${event.id}`;
    const failures = (this.#byEvent.get(key)?.failures ?? 0) + 1;
    const seconds = delays[Math.min(failures, delays.length) - 1] ?? 300;
    const retryAt = now.getTime() + seconds * 1000;
    this.#byEvent.set(key, { merchantId: event.merchantId, eventId: event.id, orderId: event.orderId, failures, retryAt });
  }

  forget(event: { merchantId: number; id: number }): void {
    this.#byEvent.delete(`${event.merchantId}/${event.id}`);
  }

  /** Events not to be tried now. Those of an hour ago were handed over by someone else. */
  notNow(now: Date): Deferral[] {
    for (const [key, { retryAt }] of this.#byEvent) if (now.getTime() - retryAt > 3_600_000) this.#byEvent.delete(key);
    return [...this.#byEvent.values()].filter(({ retryAt }) => retryAt > now.getTime());
  }

  /** Events whose orders' later events have to wait, whether they are tried now or not. */
  holding(): (Deferral & { orderId: number })[] {
    return [...this.#byEvent.values()].filter(
      (deferral): deferral is Deferral & { orderId: number } => deferral.orderId !== null && deferral.failures <= holdsFor,
    );
  }

  /** Whether this event, having just failed, still holds back its order. */
  holds(event: { merchantId: number; id: number }): boolean {
    return (this.#byEvent.get(`${event.merchantId}/${event.id}`)?.failures ?? 0) <= holdsFor;
  }
}
