export interface PricedUnits {
  quantity: number;
  /** Of one, in minor units. */
  priceCents: number;
}

/**
 * Spreads what is to be paid over the units, to the cent: each bears its share by its price and costs no more than before, and together they cost
 * `amountCents` exactly. Cents that are left over go to the largest fractions, of equal ones to the first: three at 200 with 100 off are 167,
 * 167, 166. Answers for each of `items` its units by their new price.
 */
export function splitDiscount(items: readonly PricedUnits[], amountCents: number): PricedUnits[][] {
  const total = items.reduce((sum, { quantity, priceCents }) => sum + BigInt(quantity) * BigInt(priceCents), 0n);
  if (total === 0n) return items.map((item) => [item]);
  const shares = items.map(({ quantity, priceCents }, index) => {
    const exact = BigInt(priceCents) * BigInt(amountCents);
    return { index, quantity, floor: Number(exact / total), fraction: exact % total, raised: 0 };
  });
  let left = amountCents - shares.reduce((sum, { floor, quantity }) => sum + floor * quantity, 0);
  // The sort is stable.
  for (const share of shares.toSorted((a, b) => (a.fraction < b.fraction ? 1 : a.fraction > b.fraction ? -1 : 0))) {
    share.raised = Math.min(left, share.quantity);
    left -= share.raised;
  }
  return shares.map(({ quantity, floor, raised }) =>
    [
      { quantity: raised, priceCents: floor + 1 },
      { quantity: quantity - raised, priceCents: floor },
    ].filter((units) => units.quantity > 0),
  );
}
