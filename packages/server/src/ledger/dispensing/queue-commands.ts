import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';
import { unitMoves } from './dispense-state.ts';

export interface QueuedCommands {
  merchantId: number;
  machineId: number;
  slotId: number;
  orderId: number | null;
  lineId: number | null;
  /** The units to dispense, already in the ledger. */
  unitIds: readonly number[];
  integrationId: number | null;
  notifyUrl: string;
  at: Date;
}

/**
 * Queues the units for their machine: one command for all, or one per unit where a drop sensor can tell only one at a
 * time (a belt with drop detection). Answers the batch id, which is the id of the first command.
 */
export async function queueCommands(trx: Trx, draft: QueuedCommands): Promise<number> {
  const { rows } = await sql<{ id: number; batch_id: number }>`
    with cabinet as (
      select c.drive = 'belt' and c.has_drop_detection as singly
      from slots s join cabinets c on c.merchant_id = s.merchant_id and c.id = s.cabinet_id
      where s.merchant_id = ${draft.merchantId} and s.id = ${draft.slotId}
    ), part as (
      select array[unit] as units from cabinet, unnest(${draft.unitIds}::bigint[]) as unit where singly
      union all
      select ${draft.unitIds}::bigint[] from cabinet where not singly
    ), numbered as (
      select nextval(pg_get_serial_sequence('dispense_commands', 'id')) as id, units from part
    ), queued as (
      insert into dispense_commands
        (merchant_id, id, batch_id, machine_id, slot_id, order_id, line_id, quantity, state, notify_url, integration_id, queued_at)
      select ${draft.merchantId}, id, (select min(id) from numbered), ${draft.machineId}, ${draft.slotId}, ${draft.orderId}::bigint,
        ${draft.lineId}::bigint, cardinality(units), 'queued', ${draft.notifyUrl}, ${draft.integrationId}::bigint, ${draft.at}
      from numbered
      returning id, batch_id
    ), units as (
      update dispenses d set state = ${unitMoves.queue.to}, command_id = n.id, answer_index = null, fault_code = null, error = '',
        changed_at = ${draft.at}
      from numbered n
      where d.merchant_id = ${draft.merchantId} and d.id = any(n.units) and d.state = any(${unitMoves.queue.from})
    )
    select id, batch_id from queued order by id`.execute(trx);
  const [first] = rows;
  if (!first) throw new Error(`Slot ${draft.slotId} has no cabinet.`);
  return first.batch_id;
}
