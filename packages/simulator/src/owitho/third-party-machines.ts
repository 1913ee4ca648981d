import { type MachineLayout, type MachineStatus, machineStatuses, type Slot, slotNormal } from '@polyvend/protocols/owitho';
import type { UnitFate } from './third-party-behaviour.ts';

/** Something that really fell. */
export interface ThirdPartyDrop {
  readonly at: Date;
  readonly orderViewId: string;
  readonly machineCode: string;
  readonly slotNum: string;
  readonly skuCode: string;
}

type Physical = { -readonly [Field in keyof Slot]: Slot[Field] };

/** The machines of a third party: what lies in them and whether they work. */
export function createMachines(layouts: readonly MachineLayout[]) {
  const machines = new Map(
    layouts.map(({ slotList, ...machine }) => {
      const slots = new Map(slotList.map((slot): [string, Physical] => [slot.slotNum, { ...slot }]));
      return [machine.machineCode, { ...machine, slots }];
    }),
  );

  function machineOf(machineCode: string) {
    const machine = machines.get(machineCode);
    if (machine === undefined) throw new Error(`This third party has no machine ${machineCode}`);
    return machine;
  }
  function slotOf(machineCode: string, slotNum: string): Physical {
    const slot = machineOf(machineCode).slots.get(slotNum);
    if (slot === undefined) throw new Error(`Machine ${machineCode} has no slot ${slotNum}`);
    return slot;
  }

  return {
    has: (machineCode: string) => machines.has(machineCode),
    codes: () => [...machines.keys()],
    layout({ machineCode }: { machineCode: string }): MachineLayout {
      const { slots, ...machine } = machineOf(machineCode);
      return { ...machine, slotList: [...slots.values()].map((slot) => ({ ...slot })) };
    },
    /** Whether it fell. What is broken, empty or holds something else does not give. */
    give(machineCode: string, unit: { slotNum: string; skuCode: string }, fate: UnitFate): boolean {
      const machine = machineOf(machineCode);
      const slot = machine.slots.get(unit.slotNum);
      const works = machine.machineStatus === machineStatuses.normal && slot?.slotStatus === slotNormal;
      if (slot === undefined || !works || slot.skuCode !== unit.skuCode || slot.currentInventory === 0) return false;
      if (fate === 'jam') slot.slotStatus = 1;
      if (fate !== 'drop') return false;
      slot.currentInventory -= 1;
      return true;
    },
    restock(machineCode: string, slotNum: string, stock?: number): void {
      const slot = slotOf(machineCode, slotNum);
      slot.currentInventory = stock ?? slot.maxInventory;
    },
    clearFault(machineCode: string, slotNum: string): void {
      slotOf(machineCode, slotNum).slotStatus = slotNormal;
    },
    setStatus(machineCode: string, status: MachineStatus): void {
      machineOf(machineCode).machineStatus = status;
    },
  };
}
export type Machines = ReturnType<typeof createMachines>;
