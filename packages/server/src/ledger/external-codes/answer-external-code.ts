import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { chooseSlot } from '../pickup-codes/choose-slot.ts';
import { fetchUnit } from '../pickup-codes/fetch-unit.ts';
import { settleTyping } from '../pickup-codes/typed-code.ts';
import { externalCodeMoves } from './external-code-state.ts';
import { lockExternalCode } from './lock-external-code.ts';
import { endClaim } from './release-external-code.ts';

export interface AnswerExternalCode {
  merchantId: number;
  externalCodeId: number;
  /** What the mall said: good, for a good of this number, with what was paid for it (null: not said); or not good. */
  answer:
    | { good: true; goodsNumber: string; feeCents: number | null }
    | { good: false; reason: 'unknown' | 'used' | 'expired' | 'not-yet' };
  cause: Cause;
}

/** `late`: the code is not asked about any more, and nothing is done; the same answer again is late too. */
export type ExternalCodeEffect = 'dispensing' | 'refused' | 'late';

/** The mall has said what a code is worth: the unit is on its way, or the machine is told why not and the claim ends. */
export async function answerExternalCode(
  ledger: Ledger,
  { merchantId, externalCodeId, answer, cause }: AnswerExternalCode,
): Promise<ExternalCodeEffect> {
  return await inTransaction(ledger.db, async (trx) => {
    const code = await lockExternalCode(trx, merchantId, externalCodeId);
    if (code?.state !== 'claimed') return 'late';
    // By the clock, not by when a sweep came: whoever typed it was told to try again, or is about to be.
    if (code.deadline <= ledger.clock.now()) {
      await endClaim(ledger, trx, code, { to: externalCodeMoves.release.to, reason: 'try-again' }, cause);
      return 'late';
    }
    if (!answer.good) {
      await endClaim(ledger, trx, code, { to: externalCodeMoves.refuse.to, reason: answer.reason }, cause);
      return 'refused';
    }
    const { machineId, integrationId, serial } = code;
    const { goodsNumber, feeCents } = answer;
    const slot = await chooseSlot(trx, code, { goodsNumber });
    if (!slot) {
      await endClaim(ledger, trx, code, { to: externalCodeMoves.refuse.to, reason: 'sold-out' }, cause);
      return 'refused';
    }
    const { orderId, lineId } = await fetchUnit(ledger, trx, {
      merchantId,
      machineId,
      integrationId,
      slot,
      tradeId: `external-code:${code.id}`,
      feeCents,
      pickupCodeId: null,
      cause,
    });
    await trx
      .updateTable('external_codes')
      .set({ state: externalCodeMoves.accept.to, goods_number: goodsNumber, fee_cents: feeCents, order_id: orderId })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', code.id)
      .execute();
    const data = { externalCodeId: code.id, integrationId, lineId, goodsNumber, feeCents };
    await recordEvent(ledger, trx, { merchantId, kind: 'external-code.accepted', orderId, machineId, data }, cause);
    await settleTyping(ledger, trx, { merchantId, machineId, serial }, { state: 'accepted', orderId });
    return 'dispensing';
  });
}
