import type { Trx } from '../ledger.ts';
import { readOffers } from '../listings/read-offers.ts';
import { type LockedSlot, lockSlots } from '../stock/lock-slots.ts';
import type { ChannelLine } from './place-channel-order.ts';

/** What can be had of a line that another platform sold. */
export interface Allotment {
  line: ChannelLine;
  /** Undefined: no such slot on this channel, or another good in it. */
  slot: LockedSlot | undefined;
  /** So many units of it. */
  granted: number;
  /** Why not all: an error's code, `sold-out`; empty where all. */
  refused: string;
}

interface Wanted {
  merchantId: number;
  integrationId: number;
  machineId: number;
  lines: readonly ChannelLine[];
  /** Why the machine can give out nothing at all. */
  idle: string | undefined;
}

/** Locks the named slots and says, line by line, how many units each has for this channel; earlier lines come first. */
export async function allotChannelLines(
  trx: Trx,
  { merchantId, integrationId, machineId, lines, idle }: Wanted,
): Promise<Allotment[]> {
  const named = await trx
    .selectFrom('slots')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where(
      'name',
      'in',
      lines.map(({ slotName }) => slotName),
    )
    .execute();
  const ids = named.map(({ id }) => id);
  const slots = [...(await lockSlots(trx, merchantId, ids)).values()];
  const offers = await readOffers(trx, merchantId, integrationId, ids);
  return lines.map((line): Allotment => {
    const slot = slots.find(({ name }) => name === line.slotName);
    const offer = slot && offers.get(slot.id);
    const none = (refused: string) => ({ line, slot: undefined, granted: 0, refused });
    if (!slot || !offer?.offered) return none('slot.unknown');
    if (offer.goodsNumber !== line.goodsNumber) return none('product.unknown');
    const why = idle ?? (offer.onSale ? undefined : 'product.off-sale');
    const granted = why ? 0 : Math.max(0, Math.min(line.quantity, offer.forSale));
    offer.forSale -= granted;
    return { line, slot, granted, refused: why ?? (granted < line.quantity ? 'sold-out' : '') };
  });
}
