interface Numbered {
  id: number;
  createdAt: Date;
}

/**
 * The number under which a third party knows an order of ours: when it was placed, in UTC to the second, and our own number behind that, so
 * that a ledger that begins anew does not begin with numbers that are known there.
 */
export function orderViewIdOf({ id, createdAt }: Numbered): string {
  return `${createdAt.toISOString().replaceAll(/\D/g, '').slice(0, 14)}${id}`;
}

/** Our own number in it; undefined for what is no number of ours. */
export function orderIdOf(orderViewId: string): number | undefined {
  const [, id] = /^\d{14}([1-9]\d{0,14})$/.exec(orderViewId) ?? [];
  return id === undefined ? undefined : Number(id);
}
