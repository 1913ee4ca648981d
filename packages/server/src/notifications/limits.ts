export interface NotificationLimits {
  /** Attempts under way at once in this process. */
  inFlight: number;
  /** Attempts under way at once to one endpoint of one merchant, over all processes (two claims at the same instant may pass it). */
  perEndpoint: number;
  /** The same for an endpoint whose last attempts failed: enough to notice that it is back. */
  perFailingEndpoint: number;
  /** Attempts under way to failing endpoints taken together, over all processes: the rest is kept for those that answer. */
  failing: number;
  /** Events handed over per transaction. */
  eventsPerBatch: number;
  /** Seconds that a claim holds. Must be well above the HTTP time-out: an attempt not recorded by then is made again. */
  claimSeconds: number;
  /** An endpoint is switched off after failing for so many seconds … */
  endpointFailingSeconds: number;
  /** … and so many attempts. */
  endpointFailures: number;
  /** Milliseconds between sweeps; 0: none by itself. */
  sweepEvery: number;
  /** Milliseconds that stopping waits for attempts under way. */
  stopWithin: number;
}

export const standardLimits: NotificationLimits = {
  inFlight: 64,
  perEndpoint: 8,
  perFailingEndpoint: 2,
  failing: 16,
  eventsPerBatch: 200,
  claimSeconds: 60,
  endpointFailingSeconds: 3 * 24 * 60 * 60,
  endpointFailures: 20,
  sweepEvery: 1_000,
  stopWithin: 10_000,
};
