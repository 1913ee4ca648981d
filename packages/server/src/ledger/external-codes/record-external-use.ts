import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { externalCodeMoves } from './external-code-state.ts';
import { lockExternalCode } from './lock-external-code.ts';

export interface ExternalUse {
  merchantId: number;
  externalCodeId: number;
  /** Whether the mall knows now that the code is used. If not: it could not be told, and a person has to. */
  told: boolean;
  cause: Cause;
}

/** What became of telling the mall that a code was fetched. Told again, it changes nothing and answers false. */
export async function recordExternalUse(
  ledger: Ledger,
  { merchantId, externalCodeId, told, cause }: ExternalUse,
): Promise<boolean> {
  const moved = told ? externalCodeMoves.tell : externalCodeMoves.giveUp;
  return await inTransaction(ledger.db, async (trx) => {
    const code = await lockExternalCode(trx, merchantId, externalCodeId);
    if (!code || !moved.from.includes(code.state)) return false;
    await trx
      .updateTable('external_codes')
      .set({ state: moved.to, finished_at: ledger.clock.now(), ...(told && { code_sealed: null }) })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', externalCodeId)
      .execute();
    const kind = told ? 'external-code.used' : 'conflict.external-code';
    const data = { externalCodeId, integrationId: code.integrationId };
    await recordEvent(ledger, trx, { merchantId, kind, machineId: code.machineId, data }, cause);
    return true;
  });
}
