import type { SlotChange } from './plan-slots.ts';
import type { SlotState } from './read-slots.ts';

/** What is copied: `goods` with how lanes are merged. */
export type CopiedPart = 'goods' | 'prices' | 'capacities';

/**
 * What makes a machine like another one, by the names of their slots. Whether a slot is on sale is not copied: that is the machine's own
 * affair. Without `goods`, a price is copied only to a slot that has the same good.
 */
export function copiedChanges(
  from: readonly SlotState[],
  to: readonly SlotState[],
  parts: ReadonlySet<CopiedPart>,
): SlotChange[] {
  const byName = new Map(to.map((slot) => [slot.name, slot]));
  const widths = Map.groupBy(from, ({ mergedIntoId }) => mergedIntoId);
  return from.flatMap((source): SlotChange[] => {
    const slot = byName.get(source.name);
    if (!slot) return [];
    const withGoods = parts.has('goods');
    if (source.mergedIntoId !== null) return withGoods ? [{ slot: slot.name, goodsId: null, span: 1 }] : [];
    const isCovered = !withGoods && slot.mergedIntoId !== null;
    const sameGoods = withGoods || slot.goodsId === source.goodsId;
    return isCovered
      ? []
      : [
          {
            slot: slot.name,
            ...(withGoods && { goodsId: source.goodsId, span: 1 + (widths.get(source.id)?.length ?? 0) }),
            ...(parts.has('prices') &&
              sameGoods && { priceCents: source.priceCents, originalPriceCents: source.originalPriceCents }),
            ...(parts.has('capacities') && { capacity: source.capacity, alertThreshold: source.alertThreshold }),
          },
        ];
  });
}
