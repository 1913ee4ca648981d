import type { Ledger } from '../ledger.ts';

/** What must be known of a machine before its tenant is: it speaks by its number. */
export interface KnownMachine {
  merchantId: number;
  id: number;
  machineNo: string;
  deviceKey: string;
  timeZone: string;
  brokerPasswordHash: Buffer | null;
}

/** Our own alone: another platform's machines speak to that platform. */
export async function findMachineByNo(ledger: Ledger, machineNo: string): Promise<KnownMachine | undefined> {
  return await ledger.db
    .selectFrom('machines as m')
    .innerJoin('merchants as t', 't.id', 'm.merchant_id')
    .select([
      'm.merchant_id as merchantId',
      'm.id',
      'm.machine_no as machineNo',
      't.device_key as deviceKey',
      't.time_zone as timeZone',
      'm.broker_password_hash as brokerPasswordHash',
    ])
    .where('m.machine_no', '=', machineNo)
    .where('m.upstream_integration_id', 'is', null)
    .executeTakeFirst();
}
