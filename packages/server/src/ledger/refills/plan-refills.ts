import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { type RankedMachine, type RefillFilter, rankMachines } from './rank-machines.ts';
import { type NeedOptions, type PlannedSlot, readSlotNeeds } from './slot-needs.ts';

/** What to bring to a machine, and what is lost within the horizon if nobody comes. */
export interface PlannedMachine extends RankedMachine {
  /** Of which something is sold out within the horizon, and is not yet. */
  soonSlots: number;
  /** Pieces, of so many goods. */
  wanted: number;
  wantedGoods: number;
  lostCents: number;
  /** Days until the next slot is sold out; 0 where one is; null where nothing is sold. */
  daysLeft: number | null;
}

export interface RefillPlan {
  machines: PlannedMachine[];
  /** Of all that match. */
  total: number;
}

/** So many machines, of those at which most seems to be lost, are looked at exactly, and put in order by that. */
const rankedExactly = 200;

/**
 * What to bring to which machine, the one at which most is lost first. A page lies within one of `rankedExactly` machines: up to so
 * many the order is exact, and beyond it every such group is. Refuses request.invalid.
 */
export async function planRefills(
  ledger: Ledger,
  filter: RefillFilter & NeedOptions,
  { offset = 0, limit = 50 }: { offset?: number | undefined; limit?: number | undefined } = {},
): Promise<RefillPlan> {
  if (rankedExactly % limit !== 0 || offset % limit !== 0)
    refuse('request.invalid', `limit: 10, 20, 50, 100 or ${rankedExactly}`);
  const group = Math.floor(offset / rankedExactly) * rankedExactly;
  const { machines, total } = await rankMachines(ledger, filter, { offset: group, limit: rankedExactly });
  const ids = machines.map(({ id }) => id);
  const slots = Map.groupBy(await readSlotNeeds(ledger, filter.merchantId, ids, filter), ({ machineId }) => machineId);
  const planned = machines
    .map((machine) => planMachine(machine, slots.get(machine.id) ?? []))
    .sort((a, b) => b.lostCents - a.lostCents || b.soldOutSlots - a.soldOutSlots || b.wanted - a.wanted || a.id - b.id);
  return { machines: planned.slice(offset - group, offset - group + limit), total };
}

function planMachine(machine: RankedMachine, slots: readonly PlannedSlot[]): PlannedMachine {
  const wanted = slots.filter((slot) => slot.wanted > 0);
  const left = slots
    .filter(({ need, isFaulty }) => need !== 'idle' && !isFaulty)
    .flatMap(({ daysLeft, forSale }) => {
      return forSale === 0 ? [0] : (daysLeft ?? []);
    });
  return {
    ...machine,
    soonSlots: slots.filter(({ need }) => need === 'soon').length,
    // Without those that are in the number before.
    lowSlots: slots.filter(({ need }) => need === 'low').length,
    wanted: sumOf(wanted, (slot) => slot.wanted),
    wantedGoods: new Set(wanted.map(({ goods }) => goods?.id)).size,
    lostCents: sumOf(slots, (slot) => slot.lostCents),
    daysLeft: left.length === 0 ? null : Math.min(...left),
  };
}

function sumOf<T>(all: readonly T[], value: (one: T) => number): number {
  return all.reduce((sum, one) => sum + value(one), 0);
}

/** A machine with all its slots, and its cabinets in their order: what stands before who fills it. */
export interface MachineNeeds extends PlannedMachine {
  cabinets: { id: number; name: string; slots: PlannedSlot[] }[];
}

/** What one machine of our own lacks, slot by slot. Refuses machine.unknown. */
export async function readMachineNeeds(
  ledger: Ledger,
  { merchantId, machineId, ...options }: NeedOptions & { merchantId: number; machineId: number },
): Promise<MachineNeeds> {
  const [needs] = await readNeedsOf(ledger, merchantId, [machineId], options);
  return needs ?? refuse('machine.unknown', String(machineId));
}

/** Of machines of our own, in the order in which they are named; what is not ours is left out. */
export async function readNeedsOf(
  ledger: Ledger,
  merchantId: number,
  machineIds: readonly number[],
  options: NeedOptions = {},
): Promise<MachineNeeds[]> {
  const { machines } = await rankMachines(ledger, { merchantId, machineIds }, { offset: 0, limit: machineIds.length });
  const cabinets = await ledger.db
    .selectFrom('cabinets')
    .select(['id', 'machine_id as machineId', 'name'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', 'in', [0, ...machineIds])
    .orderBy('addr')
    .orderBy('id')
    .execute();
  const slots = await readSlotNeeds(ledger, merchantId, machineIds, options);
  const byId = new Map(machines.map((machine) => [machine.id, machine]));
  return machineIds.flatMap((id) => {
    const machine = byId.get(id);
    if (!machine) return [];
    const own = slots.filter(({ machineId }) => machineId === id);
    const withSlots = cabinets
      .filter(({ machineId }) => machineId === id)
      .map((cabinet) => ({ id: cabinet.id, name: cabinet.name, slots: own.filter(({ cabinetId }) => cabinetId === cabinet.id) }));
    return [{ ...planMachine(machine, own), cabinets: withSlots.filter((cabinet) => cabinet.slots.length > 0) }];
  });
}
