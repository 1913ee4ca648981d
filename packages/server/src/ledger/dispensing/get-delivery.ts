import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';

/** Where a batch of commands stands, over all its units. */
export interface Delivery {
  batchId: number;
  state: 'pending' | 'dispensed' | 'failed' | 'timed-out';
  requestedAt: Date;
  /** When the last unit dropped. */
  dispensedAt: Date | null;
  error: string;
}

/** By the id of a batch, or of any command of it. Refuses delivery.unknown. */
export async function getDelivery(ledger: Ledger, merchantId: number, machineId: number, deliveryId: number): Promise<Delivery> {
  const { rows } = await sql<{
    batch_id: number;
    requested_at: Date;
    changed_at: Date;
    open: number;
    held: number;
    dispensed: number;
    units: number;
    error: string;
  }>`
    with asked as (
      select batch_id from dispense_commands
      where merchant_id = ${merchantId} and machine_id = ${machineId} and id = ${deliveryId}
    ), command as (
      select * from dispense_commands where merchant_id = ${merchantId} and batch_id = (select batch_id from asked)
    )
    -- Units that failed and were sent again belong to a later batch now: what was asked for is the commands' own quantity.
    select c.batch_id, min(c.queued_at) as requested_at, max(d.changed_at) as changed_at,
      count(d.id) filter (where d.state in ('queued', 'sent'))::int as open,
      count(d.id) filter (where d.state = 'held')::int as held,
      count(d.id) filter (where d.state = 'dispensed')::int as dispensed,
      (select sum(quantity)::int from command) as units,
      coalesce(max(nullif(d.error, '')), (select max(a.error) from dispense_answers a
        where a.merchant_id = ${merchantId} and a.command_id in (select id from command)), '') as error
    from command c
    left join dispenses d on d.merchant_id = c.merchant_id and d.command_id = c.id
    group by c.batch_id`.execute(ledger.db);
  const [sum] = rows;
  if (!sum) refuse('delivery.unknown', `delivery_id ${deliveryId}`);
  const dispensed = sum.units > 0 && sum.dispensed === sum.units;
  const state = sum.open > 0 ? 'pending' : dispensed ? 'dispensed' : sum.held > 0 ? 'timed-out' : 'failed';
  return {
    batchId: sum.batch_id,
    state,
    requestedAt: sum.requested_at,
    dispensedAt: dispensed ? sum.changed_at : null,
    error: state === 'failed' || state === 'timed-out' ? sum.error : '',
  };
}
