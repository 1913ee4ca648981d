/** The colour of an order's state, as a tag. */
export const stateColours: Readonly<Record<string, string>> = {
  paid: 'green',
  refunded: 'orange',
  unpaid: 'blue',
  fetched: 'cyan',
};

/** Of a unit's. */
export const unitColours: Readonly<Record<string, string>> = {
  dispensed: 'green',
  failed: 'red',
  held: 'orange',
  sent: 'blue',
  queued: 'blue',
};
