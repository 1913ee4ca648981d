import { type OrderNotice, type OrderOutcome, outStatuses, unitsOf } from '@polyvend/protocols/owitho';

/** An order as the platform knows it. Money in fen. */
export interface PlatformOrder {
  readonly appId: string;
  readonly notice: OrderNotice;
  /** The first final outcome that was told; it stands. */
  readonly outcome: OrderOutcome | undefined;
  /** Who told it; `nobody`: the third party does not know the order, and it was given up. */
  readonly toldBy: 'callback' | 'query' | 'nobody' | undefined;
  /** What the buyer got back. */
  readonly refunded: number;
  /** Later outcomes that differ from the first. */
  readonly conflicts: readonly OrderOutcome[];
}

type Kept = { -readonly [Field in keyof PlatformOrder]: PlatformOrder[Field] } & { settle: () => void; settled: Promise<void> };

const keyOf = (unit: { slotNum: string; skuCode: string }) => JSON.stringify([unit.slotNum, unit.skuCode]);
const sameRows = (a: readonly string[], b: readonly string[]) => a.toSorted().join() === b.toSorted().join();
const statusRows = ({ outDetailList }: OrderOutcome) => outDetailList.map((unit) => keyOf(unit) + unit.status);

/** The platform's books of its orders. */
export function createPlatformOrders() {
  const orders = new Map<string, Kept>();

  return {
    list: () => [...orders.values()] as readonly PlatformOrder[],
    get: (orderViewId: string): PlatformOrder | undefined => orders.get(orderViewId),
    place(appId: string, notice: OrderNotice): PlatformOrder & { readonly settled: Promise<void> } {
      let settle = () => {};
      const settled = new Promise<void>((resolve) => {
        settle = resolve;
      });
      const order = {
        appId,
        notice,
        outcome: undefined,
        toldBy: undefined,
        refunded: 0,
        conflicts: [],
        settle,
        settled,
      };
      orders.set(notice.orderViewId, order);
      return order;
    },
    /** Takes what is told of an order. @returns why it cannot be of that order; undefined when it was taken. */
    tell(appId: string, outcome: OrderOutcome, toldBy: 'callback' | 'query'): string | undefined {
      const order = orders.get(outcome.orderViewId);
      if (order === undefined || order.appId !== appId) return 'orderViewId is unknown here';
      if (outcome.outStatus === outStatuses.dispensing) return undefined;
      const units = unitsOf(order.notice.orderDetailList);
      if (!sameRows(units.map(keyOf), outcome.outDetailList.map(keyOf))) return 'outDetailList is not one row for each unit';
      if (order.outcome !== undefined) {
        const same = sameRows(statusRows(order.outcome), statusRows(outcome));
        if (!same) order.conflicts = [...order.conflicts, outcome];
        return undefined;
      }
      if (order.toldBy === 'nobody')
        order.conflicts = [outcome]; // given up and refunded before
      else Object.assign(order, { outcome, toldBy, refunded: order.refunded || pricesOfFailed(order.notice, outcome) });
      order.settle();
      return undefined;
    },
    /** The third party does not know it: the buyer gets everything back. */
    giveUp(orderViewId: string): void {
      const order = orders.get(orderViewId);
      if (order === undefined || order.outcome !== undefined) return;
      Object.assign(order, { toldBy: 'nobody', refunded: order.notice.actualAmount });
      order.settle();
    },
    /** The buyer regrets and gets everything back, whatever the machine does. */
    refund(orderViewId: string): void {
      const order = orders.get(orderViewId);
      if (order !== undefined) order.refunded = order.notice.actualAmount;
    },
  };
}

/** The n-th row of a slot and product is the n-th unit of it that was sold: equal units may differ by a cent. */
function pricesOfFailed(notice: OrderNotice, { outDetailList }: OrderOutcome): number {
  const prices = new Map<string, number[]>();
  for (const unit of unitsOf(notice.orderDetailList)) {
    prices.set(keyOf(unit), [...(prices.get(keyOf(unit)) ?? []), unit.actualPrice]);
  }
  return outDetailList.reduce((sum, row) => {
    const price = prices.get(keyOf(row))?.shift() ?? 0;
    return row.status === outStatuses.failed ? sum + price : sum;
  }, 0);
}
