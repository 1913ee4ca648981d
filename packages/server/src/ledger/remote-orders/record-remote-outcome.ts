import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { unitMoves } from '../dispensing/dispense-state.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { eventOf, lockRemoteOrder, type RemoteOrder } from './lock-remote-order.ts';
import { endOf, matchOutcome, type OutcomeRow } from './match-outcome.ts';
import { accept } from './record-notice-outcome.ts';
import { moveUnits, type RemoteUnit, readRemoteUnits } from './remote-units.ts';
import { concludeRemoteOrder } from './settle-remote-order.ts';
import { tellConflict } from './tell-conflict.ts';

/** What another platform says became of an order of ours. */
export interface RemoteOutcome {
  merchantId: number;
  /** Who says so: the order must be theirs. */
  integrationId: number;
  orderId: number;
  source: 'callback' | 'query';
  /** A row for each unit; of one that is not complete, for each unit that is decided. */
  rows: readonly OutcomeRow[];
  complete: boolean;
  cause: Cause;
}

/** applied: moved units. repeated: said nothing new. conflict: of some unit something else is known, which stands. */
export type OutcomeEffect = 'applied' | 'repeated' | 'conflict';

/**
 * Moves the units that it decides, once, however often and late it is said. What contradicts what is known changes nothing and is told
 * as conflict.remote-outcome. When all units are decided, those that failed are refunded. Refuses order.unknown, order.state (never told there),
 * outcome.unfit.
 */
export async function recordRemoteOutcome(ledger: Ledger, outcome: RemoteOutcome): Promise<OutcomeEffect> {
  const { merchantId, orderId, cause } = outcome;
  return await inTransaction(ledger.db, async (trx) => {
    const remote = await lockRemoteOrder(trx, merchantId, orderId);
    if (remote?.integrationId !== outcome.integrationId) refuse('order.unknown', `order ${orderId}`);
    if (remote.state === 'queued') refuse('order.state', 'it was not told yet');
    const units = await readRemoteUnits(trx, remote);
    const matched = matchOutcome(units, outcome.rows, outcome.complete);
    const known = matched.flatMap(({ unit, dispensed }) => {
      const end = endOf(unit);
      return end === undefined || end === dispensed ? [] : [{ slot: unit.slot, goods: unit.goods, state: unit.state }];
    });
    const decided = matched.filter(({ unit }) => endOf(unit) === undefined);
    const effect = known.length > 0 ? 'conflict' : decided.length > 0 ? 'applied' : 'repeated';
    await writeOutcome(ledger, trx, outcome, effect, known);
    if (remote.state !== 'cancelled') await accept(ledger, trx, remote, cause);
    if (known.length > 0) {
      const conflict = { source: outcome.source, known, told: outcome.rows };
      await tellConflict(ledger, trx, remote, conflict, cause);
    }
    await decide(ledger, trx, remote, decided, outcome);
    return effect;
  });
}

async function decide(
  ledger: Ledger,
  trx: Trx,
  remote: RemoteOrder,
  decided: readonly { unit: RemoteUnit; dispensed: boolean }[],
  { source, cause }: RemoteOutcome,
): Promise<void> {
  if (decided.length === 0) return;
  const of = (end: boolean) => decided.filter(({ dispensed }) => dispensed === end).map(({ unit }) => unit);
  await lockSlots(
    trx,
    remote.merchantId,
    decided.map(({ unit }) => unit.slotId),
  );
  await moveUnits(ledger, trx, remote, of(true), unitMoves.drop);
  await moveUnits(ledger, trx, remote, of(false), unitMoves.fail, 'failed');
  const data = { source, dispensed: of(true).length, failed: of(false).length };
  await recordEvent(ledger, trx, { ...eventOf(remote, data), kind: 'remote-order.outcome' }, cause);
  await concludeRemoteOrder(ledger, trx, remote, cause);
}

async function writeOutcome(
  ledger: Ledger,
  trx: Trx,
  { merchantId, orderId, source, complete, rows }: RemoteOutcome,
  effect: OutcomeEffect,
  known: readonly unknown[],
): Promise<void> {
  const now = ledger.clock.now();
  const units = JSON.stringify(rows.map(({ slot, goods, dispensed }) => ({ slot, goods, dispensed })));
  await trx
    .insertInto('remote_outcomes')
    .values({
      ...{ merchant_id: merchantId, order_id: orderId, source, complete, units, effect },
      content_hash: createHash('sha256').update(`${complete} ${units}`).digest(),
      contradicts: JSON.stringify(known),
      ...{ first_at: now, last_at: now },
    })
    .onConflict((conflict) =>
      conflict
        .columns(['merchant_id', 'order_id', 'source', 'content_hash'])
        .doUpdateSet({ times: sql<number>`remote_outcomes.times + 1`, last_at: now }),
    )
    .execute();
}
