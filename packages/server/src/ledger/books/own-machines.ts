import { sql } from 'kysely';
import { isUniqueViolation } from '../../database/errors.ts';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { findMachine } from '../machines/find-machine.ts';

/** A machine of ours in a set of books whose source is the ledger itself. */
export interface OwnMachine {
  machineNo: string;
  name: string;
  /** Null: its orders do not go into this set. */
  devId: number | null;
}

/**
 * Gives every machine of the merchant that has none a number in the set, above those of the set's machines and device configurations, so that
 * none is taken for another.
 */
export async function numberMachines(trx: Trx, merchantId: number, setId: number): Promise<void> {
  const unnumbered = sql`
    select m.id from machines m
    where m.merchant_id = ${merchantId} and m.upstream_integration_id is null
      and not exists (select from book_machines b where b.merchant_id = m.merchant_id and b.set_id = ${setId} and b.machine_id = m.id)`;
  const { rows } = await sql`${unnumbered} limit 1`.execute(trx);
  if (rows.length === 0) return;
  // One numbers at a time.
  await sql`select from sets_of_books where merchant_id = ${merchantId} and id = ${setId} for no key update`.execute(trx);
  await sql`
    insert into book_machines (merchant_id, set_id, machine_id, dev_id)
    select ${merchantId}, ${setId}, m.id, highest.dev_id + row_number() over (order by m.id)
    from (${unnumbered}) m, (
      select coalesce(max(dev_id), 0) as dev_id from (
        select dev_id from book_machines where merchant_id = ${merchantId} and set_id = ${setId}
        union all select dev_id from book_devices where merchant_id = ${merchantId} and set_id = ${setId}
      ) used
    ) highest`.execute(trx);
}

/** By their numbers in the set; those that had none have one then. */
export async function listOwnMachines(ledger: Ledger, merchantId: number, setId: number): Promise<OwnMachine[]> {
  return await inTransaction(ledger.db, async (trx) => {
    await numberMachines(trx, merchantId, setId);
    const { rows } = await sql<OwnMachine>`
      select m.machine_no as "machineNo", m.name, b.dev_id as "devId"
      from book_machines b join machines m on m.merchant_id = b.merchant_id and m.id = b.machine_id
      where b.merchant_id = ${merchantId} and b.set_id = ${setId}
      order by b.dev_id nulls last, m.id`.execute(trx);
    return rows;
  });
}

/**
 * From now on the machine's orders come with this number; null: they do not come into this set. Orders that are in it keep the number that
 * they came with. Refuses machine.unknown and book-device.exists where another machine has the number.
 */
export async function setOwnMachine(
  ledger: Ledger,
  { merchantId, setId, machineNo, devId }: { merchantId: number; setId: number; machineNo: string; devId: number | null },
): Promise<void> {
  const { id: machineId } = await findMachine(ledger, merchantId, machineNo);
  try {
    await sql`
      insert into book_machines (merchant_id, set_id, machine_id, dev_id) values (${merchantId}, ${setId}, ${machineId}, ${devId})
      on conflict (merchant_id, set_id, machine_id) do update set dev_id = excluded.dev_id`.execute(ledger.db);
  } catch (error) {
    if (isUniqueViolation(error)) refuse('book-device.exists', `dev_id ${devId}`);
    throw error;
  }
}
