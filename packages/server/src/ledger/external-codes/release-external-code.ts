import { inTransaction } from '../../database/transaction.ts';
import { eachApart } from '../apart.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { settleTyping, type TypedRefusal } from '../pickup-codes/typed-code.ts';
import { type ExternalCodeState, externalCodeMoves } from './external-code-state.ts';
import { type ExternalCode, lockExternalCode } from './lock-external-code.ts';

const sweep: Cause = { by: 'sweep' };

export interface ReleaseExternalCode {
  merchantId: number;
  externalCodeId: number;
  cause: Cause;
}

/** The mall did not say in time whether the code is good: it may be typed again. Answers false when it is no longer asked about. */
export async function releaseExternalCode(
  ledger: Ledger,
  { merchantId, externalCodeId, cause }: ReleaseExternalCode,
): Promise<boolean> {
  return await inTransaction(ledger.db, async (trx) => {
    const code = await lockExternalCode(trx, merchantId, externalCodeId);
    if (code?.state !== 'claimed') return false;
    await endClaim(ledger, trx, code, { to: externalCodeMoves.release.to, reason: 'try-again' }, cause);
    return true;
  });
}

/** Those whose mall has not answered by their deadline. Answers how many. */
export async function releaseOverdueExternalCodes(ledger: Ledger, limit = 200): Promise<number> {
  const overdue = await ledger.db
    .selectFrom('external_codes')
    .select(['merchant_id as merchantId', 'id as externalCodeId'])
    .where('state', '=', 'claimed')
    .where('deadline', '<=', ledger.clock.now())
    .orderBy('deadline')
    .limit(limit)
    .execute();
  return await eachApart(overdue, (code) => releaseExternalCode(ledger, { ...code, cause: sweep }));
}

/** A claim that came to nothing. The caller holds the code. */
export async function endClaim(
  ledger: Ledger,
  trx: Trx,
  code: ExternalCode,
  { to, reason }: { to: ExternalCodeState; reason: TypedRefusal },
  cause: Cause,
): Promise<void> {
  const { merchantId, id, machineId, integrationId, serial } = code;
  await trx
    .updateTable('external_codes')
    .set({ state: to, reason, code_sealed: null, finished_at: ledger.clock.now() })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', id)
    .execute();
  const data = { externalCodeId: id, integrationId, reason };
  await recordEvent(ledger, trx, { merchantId, kind: 'external-code.released', machineId, data }, cause);
  await settleTyping(ledger, trx, { merchantId, machineId, serial }, { state: 'refused', reason });
}
