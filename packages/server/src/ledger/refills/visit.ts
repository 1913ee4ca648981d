/** Why goods were taken out of a slot; the journal keeps it beside the move. */
export const takeOutReasons = ['spoiled', 'expired', 'damaged', 'returned', 'other'] as const;

/** `returned`: back to the warehouse, to be sold elsewhere; all others are lost. */
export type TakeOutReason = (typeof takeOutReasons)[number];

/** What a person did to one slot, in this order: counted what lies there, took out, added. */
export interface VisitLine {
  slotId: number;
  /** What the slot sold when it was done: each good of a slot has a number of its own. */
  productId: number;
  /** What was physically there. */
  counted?: number | undefined;
  takenOut?: readonly TakenOut[] | undefined;
  /** So many, or `full` for up to the capacity. */
  added?: number | 'full' | undefined;
}

export interface TakenOut {
  quantity: number;
  reason: TakeOutReason;
  note?: string | undefined;
}

/** What became of a slot: in it by the books before, and after. */
export interface VisitedSlot {
  slotId: number;
  name: string;
  before: number;
  counted: number | null;
  takenOut: TakenOut[];
  added: number;
  onHand: number;
}

export interface Visit {
  id: number;
  machineId: number;
  key: string;
  /** Who was there, as the caller names him. */
  visitor: string;
  begunAt: Date;
  doneAt: Date;
  /** Null: nothing was added, so that nothing is settled; what was sold stays for the next refill. */
  refillId: number | null;
  slots: VisitedSlot[];
}
