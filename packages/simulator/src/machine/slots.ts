import { type DispenseError, type FloorStatus, floorStatuses, type Outcome } from '@polyvend/protocols/machine';
import { errorOf, type Fate } from './fate.ts';

export interface SlotOptions {
  /** Number on the drive board: "020". */
  readonly code: string;
  /** Address of the drive board. */
  readonly addr: number;
  /** Learnt from the first command when it is left out. */
  readonly productId?: number;
  /** Units that are really there. */
  readonly stock: number;
}

/** The slot itself, of steel: what the hub believes about it is another matter. */
export interface PhysicalSlot {
  readonly code: string;
  readonly addr: number;
  productId: number | undefined;
  stock: number;
  status: FloorStatus;
  /** It was jammed by hand, and waits for somebody to free it. */
  jammedByHand: boolean;
}

const slotOf = ({ code, addr, productId, stock }: SlotOptions): PhysicalSlot => ({
  ...{ code, addr, productId, stock },
  status: floorStatuses.normal,
  jammedByHand: false,
});

export type Slots = ReturnType<typeof createSlots>;

export function createSlots(options: readonly SlotOptions[]) {
  const slots: PhysicalSlot[] = options.map(slotOf);
  const at = (addr: number, code: string) => slots.find((slot) => slot.addr === addr && slot.code === code);
  return {
    all: slots,
    at,
    load(loaded: readonly SlotOptions[]): void {
      for (const one of loaded) {
        const slot = at(one.addr, one.code);
        if (slot === undefined) slots.push(slotOf(one));
        else Object.assign(slot, { productId: one.productId, stock: one.stock });
      }
    },
    named: (code: string) => slots.find((slot) => slot.code === code),
    of: (productId: number) => slots.find((slot) => slot.productId === productId),
  };
}

const failed = (error: DispenseError, floorStatus: FloorStatus): Outcome => ({ dropped: false, error, floorStatus });

/** Turns a slot once: the only place where stock leaves the machine. */
export function turnSlot(slot: PhysicalSlot | undefined, act: Fate['act']): Outcome {
  if (slot === undefined) return failed('Slot Invalid', floorStatuses.noSuchSlot);
  if (slot.status === floorStatuses.normal && act === 'jam') slot.status = floorStatuses.jammed;
  if (slot.status === floorStatuses.normal && act === 'motor-fault') slot.status = floorStatuses.motorFault;
  if (slot.status !== floorStatuses.normal) return failed(errorOf[slot.status] ?? 'Feedback Error', slot.status);
  if (slot.stock <= 0) return failed('Load No Current', slot.status);
  if (act === 'fail') return failed('Dlv Detect Error', slot.status);
  slot.stock -= 1;
  return { dropped: true };
}
