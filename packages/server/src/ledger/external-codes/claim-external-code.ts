import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { TypedOutcome, Typing } from '../pickup-codes/typed-code.ts';

export interface ClaimExternalCode extends Typing {
  /** The mall whose code it is. */
  integrationId: number;
  code: string;
  cause: Cause;
}

/**
 * A code of another mall is ours to ask about, and no other machine's, until it is refused, released or used: of two machines at
 * which it is typed one dispenses. The event makes the mall be asked.
 */
export async function claimExternalCode(ledger: Ledger, trx: Trx, claim: ClaimExternalCode): Promise<TypedOutcome> {
  const { merchantId, machineId, integrationId, code, serial, cause } = claim;
  const now = ledger.clock.now();
  const hash = ledger.vault.fingerprint(code);
  const claimed = await trx
    .insertInto('external_codes')
    .values({
      merchant_id: merchantId,
      integration_id: integrationId,
      code_hash: hash,
      code_sealed: ledger.vault.seal({ code }),
      machine_id: machineId,
      serial,
      state: 'claimed',
      claimed_at: now,
      deadline: secondsAfter(now, ledger.rules.externalCheckWindow),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!claimed) {
    const other = await trx
      .selectFrom('external_codes')
      .select('state')
      .where('merchant_id', '=', merchantId)
      .where('integration_id', '=', integrationId)
      .where('code_hash', '=', hash)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return { state: 'refused', reason: other?.state === 'claimed' ? 'try-again' : 'used' };
  }
  const data = { externalCodeId: claimed.id, integrationId };
  await recordEvent(ledger, trx, { merchantId, kind: 'external-code.claimed', machineId, data }, cause);
  return { state: 'asked' };
}
