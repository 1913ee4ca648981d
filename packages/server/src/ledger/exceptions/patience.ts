/** In seconds: for so long something may be wrong before a person is asked to look at it. */
export const patience = {
  /** An order that is paid, with units never asked for. */
  unasked: 3600,
  /** A platform whose records could not be fetched: what fails for a moment is tried again. */
  mirror: 900,
  /** An endpoint that does not take its notifications. */
  endpoint: 300,
};

const day = 86_400;

/** In seconds: so far back what has happened once is looked for. */
export const lookBack = { failedUnits: 30 * day, conflicts: 30 * day, givenUp: 7 * day, refusedMessages: 7 * day };
