import {
  isToDispense,
  type OrderCallback,
  type OrderNotice,
  type OrderOutcome,
  outStatuses,
  outStatusOf,
  type UnitStatus,
  unitsOf,
} from '@polyvend/protocols/owitho';
import { sleep, type Timers } from '../shared/clock.ts';
import type { OrderFate } from './third-party-behaviour.ts';
import type { Machines, ThirdPartyDrop } from './third-party-machines.ts';

interface Unit {
  readonly slotNum: string;
  readonly skuCode: string;
  /** undefined: not decided. */
  status: UnitStatus | undefined;
}

interface Order {
  readonly notice: OrderNotice;
  readonly fate: OrderFate;
  readonly units: readonly Unit[];
}

/** The orders of a third party: each dispensed once, unit by unit. */
export function createOrders(options: {
  readonly machines: Machines;
  readonly timers: Timers;
  readonly onDrop: (drop: ThirdPartyDrop) => void;
  readonly onEnd: (outcome: OrderCallback, fate: OrderFate) => void;
}) {
  const { machines, timers, onDrop, onEnd } = options;
  const orders = new Map<string, Order>();

  async function dispense({ notice, fate, units }: Order): Promise<void> {
    const { orderViewId, machineCode } = notice;
    for (const unit of units) {
      const next = fate.nextUnit();
      await sleep(timers, next.ms);
      if (unit.status !== undefined) continue; // cancelled meanwhile
      const { slotNum, skuCode } = unit;
      const fell = machines.give(machineCode, unit, next.fate);
      unit.status = fell ? outStatuses.dispensed : outStatuses.failed;
      if (fell) onDrop({ at: timers.now(), orderViewId, machineCode, slotNum, skuCode });
    }
    const outDetailList = decided(units);
    onEnd({ orderViewId, outStatus: outStatusOf(outDetailList), outDetailList }, fate);
  }

  return {
    has: (orderViewId: string) => orders.has(orderViewId),
    /** A notice that asks for goods begins its order, once; one that no longer does ends what has not begun to fall. */
    take(notice: OrderNotice, fate: OrderFate): void {
      const known = orders.get(notice.orderViewId);
      if (known !== undefined) {
        if (!isToDispense(notice)) for (const unit of known.units) unit.status ??= outStatuses.failed;
        return;
      }
      if (!isToDispense(notice)) return;
      const units = unitsOf(notice.orderDetailList).map(
        ({ slotNum, skuCode }): Unit => ({ slotNum, skuCode, status: undefined }),
      );
      const order: Order = { notice, fate, units };
      orders.set(notice.orderViewId, order);
      void dispense(order);
    },
    outcome(orderViewId: string): OrderOutcome | undefined {
      const units = orders.get(orderViewId)?.units;
      if (units === undefined) return undefined;
      const outDetailList = decided(units);
      const open = outDetailList.length < units.length;
      return { orderViewId, outStatus: open ? outStatuses.dispensing : outStatusOf(outDetailList), outDetailList };
    },
    /** Units of a slot that are promised and have not fallen. */
    open(machineCode: string, slotNum: string): number {
      let open = 0;
      for (const { notice, units } of orders.values()) {
        if (notice.machineCode !== machineCode) continue;
        open += units.filter((unit) => unit.slotNum === slotNum && unit.status === undefined).length;
      }
      return open;
    },
  };
}

const decided = (units: readonly Unit[]) =>
  units.flatMap(({ slotNum, skuCode, status }) => (status === undefined ? [] : [{ slotNum, skuCode, status }]));

/** The same, of each unit the opposite. */
export function contrary({ orderViewId, outDetailList }: OrderCallback): OrderCallback {
  const { dispensed, failed } = outStatuses;
  const turned = outDetailList.map((unit) => ({ ...unit, status: unit.status === dispensed ? failed : dispensed }));
  return { orderViewId, outStatus: outStatusOf(turned), outDetailList: turned };
}
