import type { Ledger } from '../ledger.ts';
import { type MachineNeeds, readNeedsOf } from './plan-refills.ts';
import type { NeedOptions, PlannedSlot } from './slot-needs.ts';

/** What to take along: by goods for the warehouse, by machine for the way. */
export interface PickList {
  goods: PickedGoods[];
  machines: PickedMachine[];
  wanted: number;
}

export interface PickedGoods {
  id: number;
  number: string;
  name: string;
  unit: string;
  pictureUrl: string;
  /** Pieces, for so many machines. */
  wanted: number;
  machines: number;
}

export type PickedMachine = Omit<MachineNeeds, 'cabinets'> & { slots: PlannedSlot[] };

/** What the machines lack, in the order in which they are named; those of others are left out. Goods by their numbers. */
export async function pickGoods(
  ledger: Ledger,
  { merchantId, machineIds, ...options }: NeedOptions & { merchantId: number; machineIds: readonly number[] },
): Promise<PickList> {
  const needs = await readNeedsOf(ledger, merchantId, machineIds, options);
  const machines = needs.map(({ cabinets, ...machine }) => ({
    ...machine,
    slots: cabinets.flatMap(({ slots }) => slots.filter(({ wanted }) => wanted > 0)),
  }));
  const goods = new Map<number, PickedGoods & { at: Set<number> }>();
  for (const { machineId, goods: of, wanted } of machines.flatMap(({ slots }) => slots)) {
    if (!of) continue;
    const sum = goods.get(of.id) ?? { ...of, wanted: 0, machines: 0, at: new Set() };
    sum.wanted += wanted;
    sum.at.add(machineId);
    goods.set(of.id, sum);
  }
  return {
    goods: [...goods.values()]
      .map(({ at, ...one }) => ({ ...one, machines: at.size }))
      .sort((a, b) => (a.number < b.number ? -1 : 1)),
    machines,
    wanted: machines.reduce((sum, machine) => sum + machine.wanted, 0),
  };
}
