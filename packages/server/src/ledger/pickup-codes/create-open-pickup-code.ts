import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { drawCode, mostDraws } from './draw-code.ts';
import { requirePickupCodes } from './require-pickup-codes.ts';

export interface OpenPickupCodeDraft {
  merchantId: number;
  integrationId: number | null;
  /** Null: good at any machine. */
  machineId?: number | null;
  /** Null: any good that the machine has. */
  goodsId?: number | null;
  /** For machines of another platform, which ask us (checkPickupCode, useOpenPickupCode); then it must be for a good. */
  elsewhere?: boolean;
  /** Now when not said. */
  validFrom?: Date | undefined;
  /** 15 days after its start when not said. */
  expiresAt?: Date | undefined;
  /** Paid for it already; null: the price of what it fetches. */
  feeCents?: number | null;
  cause: Cause;
}

export interface OpenPickupCode {
  id: number;
  code: string;
  validFrom: Date;
  expiresAt: Date;
}

const digits = 7;
const standardLife = 15 * 86_400;

/**
 * A code for a unit of a good or of any, at a machine or at any: it reserves nothing, and is checked here when it is typed. Seven
 * digits, the first of them 1 to 9; unpredictable, and unique among the merchant's live codes of every kind.
 * Refuses pickup-code.disabled, pickup-code.bad-expiry, pickup-code.exists, request.invalid.
 */
export async function createOpenPickupCode(ledger: Ledger, draft: OpenPickupCodeDraft): Promise<OpenPickupCode> {
  const { merchantId, machineId = null, goodsId = null, elsewhere = false, cause } = draft;
  const now = ledger.clock.now();
  const validFrom = draft.validFrom ?? now;
  const expiresAt = draft.expiresAt ?? secondsAfter(validFrom, standardLife);
  if (expiresAt <= now || expiresAt <= validFrom) refuse('pickup-code.bad-expiry');
  if (elsewhere && goodsId === null) refuse('request.invalid', 'a code for machines of another platform needs a good');
  return await inTransaction(ledger.db, async (trx) => {
    await requirePickupCodes(trx, merchantId);
    for (let draws = 0; draws < mostDraws; draws += 1) {
      const made = await trx
        .insertInto('pickup_codes')
        .values({
          merchant_id: merchantId,
          code: drawCode(digits, { leadingZero: false }),
          machine_id: machineId,
          goods_id: goodsId,
          integration_id: draft.integrationId,
          fee_cents: draft.feeCents ?? null,
          elsewhere,
          state: 'unused',
          created_at: now,
          valid_from: validFrom,
          expires_at: expiresAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning(['id', 'code'])
        .executeTakeFirst();
      if (!made) continue;
      const data = { codes: [{ id: made.id, goodsId }] };
      await recordEvent(ledger, trx, { merchantId, kind: 'pickup-code.created', machineId, data }, cause);
      return { ...made, validFrom, expiresAt };
    }
    return refuse('pickup-code.exists', `length ${digits}`);
  });
}
