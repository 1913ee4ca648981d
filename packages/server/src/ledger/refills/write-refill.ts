import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { markChanged } from '../machines/mark-changed.ts';

export interface RefillDraft {
  merchantId: number;
  machineId: number;
  additions: readonly { slotId: number; quantity: number }[];
  source: string;
  cause: Cause;
}

/** The record of a refill that added something; the caller moves the stock. Answers its id, null when nothing was added. */
export async function writeRefill(ledger: Ledger, trx: Trx, draft: RefillDraft): Promise<number | null> {
  const { merchantId, machineId, additions, source, cause } = draft;
  if (additions.length === 0) return null;
  const { id } = await trx
    .insertInto('refills')
    .values({ merchant_id: merchantId, machine_id: machineId, source, at: ledger.clock.now() })
    .returning('id')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('refill_lines')
    .values(additions.map(({ slotId, quantity }) => ({ merchant_id: merchantId, refill_id: id, slot_id: slotId, quantity })))
    .execute();
  await markChanged(trx, { merchantId, machineId, what: 'layout', at: ledger.clock.now() });
  const data = { refillId: id, slots: additions, source };
  await recordEvent(ledger, trx, { merchantId, kind: 'stock.refilled', machineId, data }, cause);
  return id;
}
