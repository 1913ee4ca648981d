import type { Trx } from '../ledger.ts';
import type { ExternalCodeState } from './external-code-state.ts';

export interface ExternalCode {
  merchantId: number;
  id: number;
  integrationId: number;
  machineId: number;
  serial: string;
  state: ExternalCodeState;
  deadline: Date;
}

/** Held before slots. Undefined when the merchant has no such code. */
export async function lockExternalCode(trx: Trx, merchantId: number, id: number): Promise<ExternalCode | undefined> {
  const row = await trx
    .selectFrom('external_codes')
    .select(['integration_id as integrationId', 'machine_id as machineId', 'serial', 'state', 'deadline'])
    .where('merchant_id', '=', merchantId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row && { merchantId, id, ...row, state: row.state as ExternalCodeState };
}
