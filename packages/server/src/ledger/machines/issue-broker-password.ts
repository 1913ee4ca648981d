import { randomBytes } from 'node:crypto';
import { refuse } from '../errors.ts';
import { hashSecret } from '../integrations/vault.ts';
import type { Ledger } from '../ledger.ts';

/** A new password for a machine at the broker, told once; the old one counts no more at the next sign-in. Refuses machine.unknown. */
export async function issueBrokerPassword(ledger: Ledger, merchantId: number, machineNo: string): Promise<string> {
  const password = newBrokerPassword();
  const { numUpdatedRows } = await ledger.db
    .updateTable('machines')
    .set({ broker_password_hash: hashSecret(password) })
    .where('merchant_id', '=', merchantId)
    .where('machine_no', '=', machineNo)
    .where('upstream_integration_id', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) refuse('machine.unknown', machineNo);
  return password;
}

export function newBrokerPassword(): string {
  return randomBytes(18).toString('base64url');
}
