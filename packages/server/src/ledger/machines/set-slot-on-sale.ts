import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { markChanged } from './mark-changed.ts';

export interface SlotOnSale {
  merchantId: number;
  machineId: number;
  slotId: number;
  onSale: boolean;
  cause: Cause;
}

/**
 * A person puts a slot on sale, or takes it off. A fault is another matter: a slot sells when it is on sale and has none. What the machine
 * said before does not overrule this when it comes late. Answers false when it is so already. Refuses slot.unknown, slot.merged.
 */
export async function setSlotOnSale(ledger: Ledger, change: SlotOnSale): Promise<boolean> {
  const { merchantId, machineId, slotId, onSale, cause } = change;
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const slot = await trx
      .selectFrom('slots')
      .select(['on_sale', 'name', 'merged_into_id'])
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .where('id', '=', slotId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!slot) refuse('slot.unknown', String(slotId));
    if (slot.merged_into_id !== null) refuse('slot.merged', slot.name);
    if (slot.on_sale === onSale) return false;
    await trx
      .updateTable('slots')
      .set({ on_sale: onSale, told_at: now })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', slotId)
      .execute();
    await markChanged(trx, { merchantId, machineId, what: 'layout', at: now });
    await recordEvent(ledger, trx, { merchantId, kind: 'slot.listed', machineId, data: { slotId, onSale } }, cause);
    return true;
  });
}
