import { LedgerError } from '../errors.ts';

/** A slot of one cabinet of another platform's machine. */
export interface SlotForSale {
  id: number;
  code: string;
  goodsNumber: string | null;
  onSale: boolean;
  forSale: number;
}

/** What is bought: from this slot, or this good wherever it lies; of a slot with a good, only while the good is in it. */
export interface WantedUnits {
  slot?: string | undefined;
  goods?: string | undefined;
  quantity: number;
}

/**
 * From which slots, each once: a good is taken from where most of it lies first. Answers the error when the cabinet cannot serve all of it.
 */
export function chooseSlots(slots: readonly SlotForSale[], wanted: readonly WantedUnits[]): Map<number, number> | LedgerError {
  const taken = new Map<number, number>();
  const left = ({ id, forSale }: SlotForSale) => Math.max(0, forSale) - (taken.get(id) ?? 0);
  // What must come from one slot is served before what may come from several.
  for (const want of wanted.toSorted((a, b) => Number(a.slot === undefined) - Number(b.slot === undefined))) {
    const named = slots.filter(({ code }) => want.slot === undefined || code === want.slot);
    if (named.length === 0) return new LedgerError('slot.unknown', nameOf(want));
    const holding = named.filter(({ goodsNumber }) => goodsNumber !== null && (want.goods ?? goodsNumber) === goodsNumber);
    if (holding.length === 0) return new LedgerError('product.unknown', nameOf(want));
    const selling = holding.filter(({ onSale }) => onSale);
    if (selling.length === 0) return new LedgerError('product.off-sale', nameOf(want));
    let missing = want.quantity;
    for (const slot of selling.toSorted((a, b) => left(b) - left(a))) {
      const quantity = Math.min(missing, left(slot));
      if (quantity === 0) break;
      taken.set(slot.id, (taken.get(slot.id) ?? 0) + quantity);
      missing -= quantity;
    }
    if (missing > 0) return new LedgerError('stock.insufficient', nameOf(want));
  }
  return taken;
}

function nameOf({ slot, goods }: WantedUnits): string {
  return [slot !== undefined && `slot ${slot}`, goods !== undefined && `good ${goods}`].filter(Boolean).join(', ');
}
