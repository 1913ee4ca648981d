import { inTransaction } from '../../database/transaction.ts';
import { eachApart } from '../apart.ts';
import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { concludeFetch } from '../pickup-codes/conclude-fetch.ts';
import { moveStock } from '../stock/move-stock.ts';
import { commandMoves, unitMoves } from './dispense-state.ts';
import { type CommandRef, lockCommand } from './lock-command.ts';
import { settleLine } from './settle-line.ts';

const sweep: Cause = { by: 'sweep' };

/**
 * Commands that could not be sent for too long (15 minutes, or 2 when the machine is offline) fail: nobody stands before the
 * machine any more. Answers how many.
 */
export async function cancelStale(ledger: Ledger, limit = 200): Promise<number> {
  const now = ledger.clock.now();
  const { queueWindow, answerWindow, silence } = ledger.rules;
  const stale = await ledger.db
    .selectFrom('dispense_commands as c')
    .leftJoin('machine_status as s', (join) =>
      join.onRef('s.merchant_id', '=', 'c.merchant_id').onRef('s.machine_id', '=', 'c.machine_id'),
    )
    .select(['c.merchant_id as merchantId', 'c.machine_id as machineId', 'c.id as commandId'])
    .where('c.state', '=', 'queued')
    .where('c.queued_at', '<=', secondsAfter(now, -answerWindow))
    .where(({ or, eb, ref }) =>
      or([
        eb('c.queued_at', '<=', secondsAfter(now, -queueWindow)),
        eb('s.last_seen_at', 'is', null),
        eb('s.last_seen_at', '<=', secondsAfter(now, -silence)),
        eb('s.offline_at', '>=', ref('s.last_seen_at')),
      ]),
    )
    .orderBy('c.id')
    .limit(limit)
    .execute();
  return await eachApart(stale, (command) => cancel(ledger, command));
}

async function cancel(ledger: Ledger, stale: CommandRef): Promise<void> {
  const now = ledger.clock.now();
  await inTransaction(ledger.db, async (trx) => {
    const command = await lockCommand(trx, stale);
    if (command?.state !== 'queued') return;
    await trx
      .updateTable('dispense_commands')
      .set({ state: commandMoves.cancel.to, finished_at: now })
      .where('merchant_id', '=', stale.merchantId)
      .where('id', '=', stale.commandId)
      .execute();
    const units = await trx
      .updateTable('dispenses')
      .set({ state: unitMoves.drain.to, error: 'not-sent', changed_at: now })
      .where('merchant_id', '=', stale.merchantId)
      .where('command_id', '=', stale.commandId)
      .where('state', 'in', unitMoves.drain.from)
      .returning(['id', 'reserves'])
      .execute();
    await moveStock(
      trx,
      command.merchantId,
      now,
      units
        .filter(({ reserves }) => reserves)
        .map(({ id }) => ({
          slotId: command.slot.id,
          onHand: 0,
          reserved: -1,
          reason: 'failed' as const,
          orderId: command.orderId,
          dispenseId: id,
        })),
    );
    const data = { commandId: command.id, lineId: command.lineId, units: units.length };
    const event = { merchantId: command.merchantId, orderId: command.orderId, machineId: command.machineId, data };
    await recordEvent(ledger, trx, { ...event, kind: 'dispense.cancelled' }, sweep);
    if (command.fetching) await concludeFetch(ledger, trx, { ...command, outcome: 'failed', cause: sweep });
    await settleLine(ledger, trx, command, sweep);
  });
}
