import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { pickupCodeMoves } from './pickup-code-state.ts';

export interface UseOpenPickupCode {
  merchantId: number;
  code: string;
  /** How who used it names this use. The same again is a repeat and answered as the first; another is a second use. */
  ref: string;
  cause: Cause;
}

/**
 * A machine of another platform has given out what a code of ours is for. Of two uses at once one wins. Its end does not matter when
 * the code was good as it was asked about. Answers its id. Refuses pickup-code.unknown, .used, .expired.
 */
export async function useOpenPickupCode(ledger: Ledger, { merchantId, code, ref, cause }: UseOpenPickupCode): Promise<number> {
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const found = await trx
      .selectFrom('pickup_codes')
      .select(['id', 'state', 'valid_from', 'expires_at', 'checked_at', 'used_ref'])
      .where('merchant_id', '=', merchantId)
      .where('code', '=', code)
      .where('elsewhere', '=', true)
      .where('state', '!=', 'deleted')
      .orderBy((eb) => eb('state', '=', 'unused'), 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!found || (found.valid_from && found.valid_from > now)) refuse('pickup-code.unknown');
    if (found.state === 'used') return found.used_ref === ref ? found.id : refuse('pickup-code.used');
    const late = found.state === 'expired' || (found.expires_at !== null && found.expires_at <= now);
    if (late && !found.checked_at) refuse('pickup-code.expired');
    await trx
      .updateTable('pickup_codes')
      .set({ state: pickupCodeMoves.useElsewhere.to, used_at: now, used_by: 'elsewhere', used_ref: ref })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', found.id)
      .execute();
    const data = { pickupCodeId: found.id, usedBy: 'elsewhere' };
    await recordEvent(ledger, trx, { merchantId, kind: 'pickup-code.used', data }, cause);
    return found.id;
  });
}
