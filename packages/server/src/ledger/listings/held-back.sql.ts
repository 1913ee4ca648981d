/**
 * What a channel may not have of a slot, in units: its share of what lay there when the slot was last filled, rounded up. Of the
 * filling and not of what is left, else each unit sold would set free a part of what is held back.
 */
export function heldBack(stocked: string, percent: string): string {
  return `(${stocked} * ${percent} + 99) / 100`;
}
