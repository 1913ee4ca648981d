import { sql } from 'kysely';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { tellChannelOutcome } from '../orders/tell-channel-outcome.ts';

/** The part of a command that settling needs. */
export interface SettledCommand {
  merchantId: number;
  machineId: number;
  batchId: number;
  orderId: number | null;
  lineId: number | null;
  integrationId: number | null;
  notifyUrl: string;
}

/**
 * Tells once that a line (or a test) is final: when none of its units is queued or in flight any more. The caller holds
 * the slot of the line, so that of two last answers only one finds it final.
 */
export async function settleLine(ledger: Ledger, trx: Trx, command: SettledCommand, cause: Cause): Promise<void> {
  const { merchantId, machineId, batchId, orderId, lineId } = command;
  const mine =
    lineId === null
      ? sql`d.command_id in (select id from dispense_commands where merchant_id = ${merchantId} and batch_id = ${batchId})`
      : sql`d.order_id = ${orderId} and d.line_id = ${lineId}`;
  const { rows } = await sql<Sum>`
    select count(*) filter (where d.state in ('queued', 'sent'))::int as open,
      count(*)::int as units,
      count(*) filter (where d.state = 'dispensed')::int as delivered,
      coalesce((array_agg(d.error order by d.changed_at, d.id) filter (where d.error <> ''))[1], '') as error,
      (array_agg(d.fault_code order by d.changed_at, d.id) filter (where d.fault_code <> 1))[1] as fault_code,
      exists (select from channel_orders where merchant_id = ${merchantId} and order_id = ${orderId}) as of_channel
    from dispenses d where d.merchant_id = ${merchantId} and ${mine}`.execute(trx);
  const [sum] = rows;
  if (!sum || sum.open > 0) return;
  const data = {
    batchId,
    lineId,
    units: sum.units,
    delivered: sum.delivered,
    error: sum.error,
    faultCode: sum.fault_code ?? 1,
    integrationId: command.integrationId,
    notifyUrl: command.notifyUrl,
  };
  const kind = lineId === null ? 'dispense.test-settled' : 'dispense.settled';
  await recordEvent(ledger, trx, { merchantId, kind, orderId, machineId, data }, cause);
  if (orderId !== null && sum.of_channel) await tellChannelOutcome(ledger, trx, merchantId, orderId, cause);
}

interface Sum {
  open: number;
  units: number;
  delivered: number;
  error: string;
  fault_code: number | null;
  of_channel: boolean;
}
