import { randomBytes } from 'node:crypto';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import { hashSecret } from '../integrations/vault.ts';
import type { Ledger } from '../ledger.ts';

/** A new password for a machine at the broker, told once; the old one counts no more at the next sign-in. Refuses machine.unknown. */
export async function issueBrokerPassword(
  ledger: Ledger,
  merchantId: number,
  machineNo: string,
  cause: Cause = { by: 'person' },
): Promise<string> {
  const password = newBrokerPassword();
  await inTransaction(ledger.db, async (trx) => {
    const changed = await trx
      .updateTable('machines')
      .set({ broker_password_hash: hashSecret(password) })
      .where('merchant_id', '=', merchantId)
      .where('machine_no', '=', machineNo)
      .where('upstream_integration_id', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (!changed) refuse('machine.unknown', machineNo);
    const data = { machineNo };
    await recordEvent(ledger, trx, { merchantId, kind: 'machine.password-issued', machineId: changed.id, data }, cause);
  });
  return password;
}

export function newBrokerPassword(): string {
  return randomBytes(18).toString('base64url');
}
