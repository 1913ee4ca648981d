import type { OrderDetail } from './notices.ts';

/**
 * Spreads what a buyer pays over the units, to the fen: each unit's share is in proportion to its price, no unit costs more than
 * before, and the units' actualPrice add up to `actualAmount` exactly. The fen that are left over go to the largest fractions, the
 * first units first: three at 2.00 with 1.00 off are 1.67, 1.67, 1.66. Rows of equal slot, product and prices are one.
 * @param lines what is bought, price in fen for one.
 * @param actualAmount fen to be paid for all of it.
 * @throws RangeError when actualAmount is negative, more than the lines cost, or no whole number.
 */
export function splitDiscount(lines: readonly Omit<OrderDetail, 'actualPrice'>[], actualAmount: number): OrderDetail[] {
  const total = lines.reduce((sum, { quantity, originalPrice }) => sum + BigInt(quantity) * BigInt(originalPrice), 0n);
  if (!Number.isSafeInteger(actualAmount) || actualAmount < 0 || BigInt(actualAmount) > total) {
    throw new RangeError(`${actualAmount} fen is no price for what costs ${total} fen`);
  }
  const shares = lines.map(({ quantity, originalPrice }) => {
    const exact = BigInt(originalPrice) * BigInt(actualAmount);
    const over = { floor: 0, fraction: 0n, raised: 0, quantity };
    return total === 0n ? over : { ...over, floor: Number(exact / total), fraction: exact % total };
  });
  let left = actualAmount - shares.reduce((sum, { floor, quantity }) => sum + floor * quantity, 0);
  // The sort is stable: of equal fractions the first comes first.
  for (const share of shares.toSorted((a, b) => (a.fraction < b.fraction ? 1 : a.fraction > b.fraction ? -1 : 0))) {
    share.raised = Math.min(left, share.quantity);
    left -= share.raised;
  }
  const rows = lines.flatMap((line, index) => {
    const { floor = 0, raised = 0 } = shares[index] ?? {};
    return [
      { ...line, quantity: raised, actualPrice: floor + 1 },
      { ...line, quantity: line.quantity - raised, actualPrice: floor },
    ];
  });
  return merged(rows.filter(({ quantity }) => quantity > 0));
}

function merged(rows: readonly OrderDetail[]): OrderDetail[] {
  const byKey = new Map<string, OrderDetail>();
  for (const row of rows) {
    const { slotNum, skuCode, originalPrice, actualPrice } = row;
    const key = JSON.stringify([slotNum, skuCode, originalPrice, actualPrice]);
    byKey.set(key, { ...row, quantity: row.quantity + (byKey.get(key)?.quantity ?? 0) });
  }
  return [...byKey.values()];
}
