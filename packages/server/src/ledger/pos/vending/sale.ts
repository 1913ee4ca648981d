import type { PayStyle } from '../../sales/pay-style.ts';

/** An order as it is now, with everything that a bill says of it. Money in cents. */
export interface Sale {
  merchantId: number;
  orderId: number;
  /** The seller's number of it. */
  orderNo: string;
  createdAt: Date;
  machineId: number;
  machineNo: string;
  machineName: string;
  payStyle: PayStyle;
  /** Through whose integration it came; null: the machine sold it by itself, or it was fetched with a code. */
  channel: string | null;
  /** What was asked for in vain of slots that are none of ours. */
  lostCents: number;
  payments: readonly SalePayment[];
  lines: readonly SaleLine[];
}

export interface SalePayment {
  style: PayStyle;
  amountCents: number;
}

export interface SaleLine {
  lineId: number;
  goodsId: number;
  goodsNumber: string;
  goodsName: string;
  unit: string;
  categoryId: number;
  categoryTitle: string;
  /** Of one. */
  priceCents: number;
  originalPriceCents: number;
  /** Units: asked for; dropped; dropped and not given back; of which nobody knows yet. */
  asked: number;
  dropped: number;
  standing: number;
  open: number;
  /** Given back of units that stand all the same. */
  partCents: number;
  /** Something was given back. */
  refunded: boolean;
  /** When it came to be as it is. */
  settledAt: Date;
}

/** What the customer pays of it, and what not. Of each: goods + surcharge = paid + promotion. */
export interface SaleAmounts {
  /** Of the units that stand. */
  goodsCents: number;
  /** Paid beyond the goods' prices, and not given back. */
  surchargeCents: number;
  /** Less than the goods' prices: not negative. */
  promotionCents: number;
  paidCents: number;
  /** By payment, what of it was for units that dropped; and what was given back of that. */
  shares: { style: PayStyle; givenCents: number; backCents: number }[];
}

/**
 * The money of what dropped: of each payment the part that was for it, exact to the cent. What was paid for units that did not drop is
 * no sale: it waits to be given back.
 */
export function amountsOf({ lines, lostCents, payments, payStyle }: Sale): SaleAmounts {
  const worth = (units: (line: SaleLine) => number) => lines.reduce((sum, line) => sum + line.priceCents * units(line), 0);
  const asked = worth((line) => line.asked) + lostCents;
  const dropped = worth((line) => line.dropped);
  const standing = worth((line) => line.standing);
  const anyStands = lines.some((line) => line.standing > 0);
  const parts = lines.reduce((sum, line) => sum + line.partCents, 0);
  // Fetched with a code: its worth is what the code stands for.
  const paid = payments.length > 0 ? payments : [{ style: payStyle, amountCents: dropped }];
  const total = payments.length > 0 ? paid.reduce((sum, { amountCents }) => sum + amountCents, 0) : asked;
  const given = portion(total, dropped, asked);
  const kept = anyStands ? Math.max(0, portion(total, standing, asked) - parts) : 0;
  const givens = split(given, paid);
  const backs = split(
    given - kept,
    givens.map((amountCents) => ({ amountCents })),
  );
  return {
    goodsCents: standing,
    surchargeCents: Math.max(0, kept - standing),
    promotionCents: Math.max(0, standing - kept),
    paidCents: kept,
    shares: paid.map(({ style }, n) => ({ style, givenCents: givens[n] ?? 0, backCents: backs[n] ?? 0 })),
  };
}

/** `part` of `whole` of a sum, rounded to the cent: all of it where the part is the whole. */
function portion(sum: number, part: number, whole: number): number {
  if (part === whole) return sum;
  return Number((2n * BigInt(sum) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)));
}

/** A sum over payments as they are large; the last takes what rounding leaves. */
function split(sum: number, payments: readonly { amountCents: number }[]): number[] {
  const whole = payments.reduce((all, { amountCents }) => all + amountCents, 0);
  let left = sum;
  return payments.map(({ amountCents }, n) => {
    const share = n === payments.length - 1 ? left : whole === 0 ? 0 : portion(sum, amountCents, whole);
    left -= share;
    return share;
  });
}
