import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';

export interface Placing {
  merchantId: number;
  machineNo: string;
  /** The number of a site of our own; null: it stands nowhere that is known. */
  siteNumber: string | null;
  cause: Cause;
}

/** Puts a machine at a site. Placed where it stands already, nothing is told. Refuses machine.unknown, place.unknown. */
export async function placeMachine(ledger: Ledger, { merchantId, machineNo, siteNumber, cause }: Placing): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const machine = await trx
      .selectFrom('machines')
      .select(['id', 'site_id as siteId'])
      .where('merchant_id', '=', merchantId)
      .where('machine_no', '=', machineNo)
      .where('upstream_integration_id', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!machine) refuse('machine.unknown', machineNo);
    const site =
      siteNumber === null
        ? { id: null, name: '' }
        : await trx
            .selectFrom('sites')
            .select(['id', 'name'])
            .where('merchant_id', '=', merchantId)
            .where('upstream_integration_id', 'is', null)
            .where('number', '=', siteNumber)
            .executeTakeFirst();
    if (!site) refuse('place.unknown', `site ${siteNumber}`);
    if (site.id === machine.siteId) return;
    await trx
      .updateTable('machines')
      .set({ site_id: site.id })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', machine.id)
      .execute();
    const data = { machineNo, siteNumber, siteName: site.name };
    await recordEvent(ledger, trx, { merchantId, kind: 'machine.changed', machineId: machine.id, data }, cause);
  });
}
