import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';

export type Placing = {
  merchantId: number;
  machineNo: string;
  cause: Cause;
  /** A site of our own, by its number or its id; null: it stands nowhere that is known. */
} & ({ siteNumber: string | null } | { siteId: number | null });

/** Puts a machine at a site. Placed where it stands already, nothing is told. Refuses machine.unknown, place.unknown. */
export async function placeMachine(ledger: Ledger, placing: Placing): Promise<void> {
  const { merchantId, machineNo, cause } = placing;
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
    const site = await siteOf(trx, placing);
    if (site.id === machine.siteId) return;
    await trx
      .updateTable('machines')
      .set({ site_id: site.id })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', machine.id)
      .execute();
    const data = { machineNo, siteNumber: site.number, siteName: site.name };
    await recordEvent(ledger, trx, { merchantId, kind: 'machine.changed', machineId: machine.id, data }, cause);
  });
}

async function siteOf(trx: Trx, placing: Placing): Promise<{ id: number | null; number: string | null; name: string }> {
  const named = 'siteId' in placing ? placing.siteId : placing.siteNumber;
  if (named === null) return { id: null, number: null, name: '' };
  const site = await trx
    .selectFrom('sites')
    .select(['id', 'number', 'name'])
    .where('merchant_id', '=', placing.merchantId)
    .where('upstream_integration_id', 'is', null)
    .where((eb) => (typeof named === 'number' ? eb('id', '=', named) : eb('number', '=', named)))
    .executeTakeFirst();
  return site ?? refuse('place.unknown', `site ${named}`);
}
