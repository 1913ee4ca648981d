import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { tellMachine } from '../machines/tell-machine.ts';
import { requirePickupCodes } from './require-pickup-codes.ts';

export interface DeletePickupCodes {
  merchantId: number;
  machineId: number;
  /** One code, or every unused one of the machine. */
  id: number | 'all';
  cause: Cause;
}

/** Answers how many were deleted. Refuses pickup-code.disabled, pickup-code.unknown, pickup-code.used. */
export async function deletePickupCodes(
  ledger: Ledger,
  { merchantId, machineId, id, cause }: DeletePickupCodes,
): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    await requirePickupCodes(trx, merchantId);
    let deletion = trx
      .updateTable('pickup_codes')
      .set({ state: 'deleted' })
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .where('state', '=', 'unused');
    // Those that the machine was told; open ones are another's affair.
    deletion = id === 'all' ? deletion.where('product_id', 'is not', null) : deletion.where('id', '=', id);
    const deleted = await deletion.returning('id').execute();
    if (id !== 'all' && deleted.length === 0) {
      const code = await trx
        .selectFrom('pickup_codes')
        .select(['state', 'order_id'])
        .where('merchant_id', '=', merchantId)
        .where('machine_id', '=', machineId)
        .where('id', '=', id)
        .executeTakeFirst();
      if (code?.state === 'used' || code?.state === 'taken') refuse('pickup-code.used', '', { orderId: code.order_id });
      refuse('pickup-code.unknown', `id ${id}`);
    }
    for (const row of deleted) {
      await tellMachine(ledger, trx, { merchantId, machineId, method: 'pickup-code.deleted', fields: { id: row.id } });
    }
    const data = { ids: deleted.map((row) => row.id) };
    if (deleted.length > 0) await recordEvent(ledger, trx, { merchantId, kind: 'pickup-code.deleted', machineId, data }, cause);
    return deleted.length;
  });
}
