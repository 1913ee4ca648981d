import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { tellMachine } from '../machines/tell-machine.ts';
import { lockPaidOrder } from './lock-paid-order.ts';
import { isSpent } from './spent-code.ts';

/**
 * A person takes back the codes that were issued for an order and not used: what they were for is due again. Answers how many.
 * Refuses order.unknown, .paid-elsewhere, .unpaid, .made-good, pickup-code.used (all that there are), order.nothing-due (there are none, or they fetched nothing).
 */
export async function takeBackCodes(
  ledger: Ledger,
  { merchantId, orderId, by, cause }: { merchantId: number; orderId: number; by: string; cause: Cause },
): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    const { machineId } = await lockPaidOrder(trx, merchantId, orderId);
    const { withdrawn, spent } = await withdrawCodes(ledger, trx, { merchantId, orderId, machineId }, cause);
    if (withdrawn === 0) refuse(spent > 0 ? 'pickup-code.used' : 'order.nothing-due');
    const data = { codes: withdrawn, takenBackBy: by };
    await recordEvent(ledger, trx, { merchantId, kind: 'order.codes-taken-back', orderId, machineId, data }, cause);
    return withdrawn;
  });
}

/**
 * Deletes what was issued for an order and is not used; what is in a machine's hands just now, or fetched something, is counted as spent. The
 * caller holds the order and its codes.
 */
export async function withdrawCodes(
  ledger: Ledger,
  trx: Trx,
  { merchantId, orderId, machineId }: { merchantId: number; orderId: number; machineId: number },
  cause: Cause,
): Promise<{ withdrawn: number; spent: number }> {
  const codes = await trx
    .selectFrom('made_good as g')
    .innerJoin('pickup_codes as p', (join) =>
      join.onRef('p.merchant_id', '=', 'g.merchant_id').onRef('p.id', '=', 'g.pickup_code_id'),
    )
    .select(['p.id', 'p.state', isSpent.as('isSpent')])
    .where('g.merchant_id', '=', merchantId)
    .where('g.order_id', '=', orderId)
    .execute();
  const unused = codes.filter(({ state }) => state === 'unused').map(({ id }) => id);
  const spent = codes.filter((code) => code.isSpent).length;
  if (unused.length === 0) return { withdrawn: 0, spent };
  await trx
    .updateTable('pickup_codes')
    .set({ state: 'deleted' })
    .where('merchant_id', '=', merchantId)
    .where('id', 'in', unused)
    .execute();
  await trx
    .updateTable('made_good')
    .set({ ended_at: ledger.clock.now() })
    .where('merchant_id', '=', merchantId)
    .where('pickup_code_id', 'in', unused)
    .where('ended_at', 'is', null)
    .execute();
  for (const id of unused)
    await tellMachine(ledger, trx, { merchantId, machineId, method: 'pickup-code.deleted', fields: { id } });
  await recordEvent(ledger, trx, { merchantId, kind: 'pickup-code.deleted', machineId, data: { ids: unused } }, cause);
  return { withdrawn: unused.length, spent };
}
