import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import { externalCodeMoves } from '../external-codes/external-code-state.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { tellMachine } from '../machines/tell-machine.ts';
import { orderTransitions } from '../orders/order-state.ts';
import { move } from '../transition.ts';
import { pickupCodeMoves } from './pickup-code-state.ts';

const undo = move(orderTransitions, ['fetched'], 'refunded');

export interface FetchEnd {
  merchantId: number;
  orderId: number | null;
  /** What became of the unit, definitely: `left` when its order was left before the machine had it. A held unit is no end. */
  outcome: 'dispensed' | 'failed' | 'left';
  cause: Cause;
}

/**
 * The unit behind a typed code has come to its end, and so has the code: used, or, when the dispense failed, good again, and its
 * order is undone. Orders without such a code are none of its affair. The caller holds order and code (lockFetched).
 */
export async function concludeFetch(ledger: Ledger, trx: Trx, end: FetchEnd): Promise<void> {
  if (end.orderId === null) return;
  const fetched = { ...end, orderId: end.orderId };
  if (!(await concludeOwn(ledger, trx, fetched))) await concludeExternal(ledger, trx, fetched);
}

type Fetched = FetchEnd & { orderId: number };

async function concludeOwn(ledger: Ledger, trx: Trx, { merchantId, orderId, outcome, cause }: Fetched): Promise<boolean> {
  const now = ledger.clock.now();
  const code = await trx
    .selectFrom('pickup_codes')
    .select(['id', 'code', 'machine_id', 'product_id', 'expires_at', 'conflict_at'])
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('state', '=', 'taken')
    .executeTakeFirst();
  if (!code) return false;
  const undone = outcome === 'failed' && (await undoOrder(trx, merchantId, orderId, now));
  // What its seller took back is paid back, and what the machine gave out by itself is given out.
  const restored = undone && code.conflict_at === null;
  const late = code.expires_at !== null && code.expires_at <= now;
  const { spend, restore, restoreTooLate } = pickupCodeMoves;
  const moved = !restored ? spend : late ? restoreTooLate : restore;
  await trx
    .updateTable('pickup_codes')
    .set((eb) => ({
      state: moved.to,
      ...(restored && { used_at: null, used_by: null, order_id: null, restores: eb('restores', '+', 1) }),
    }))
    .where('merchant_id', '=', merchantId)
    .where('id', '=', code.id)
    .execute();
  if (!restored) return true;
  const { machine_id: machineId, product_id: productId } = code;
  if (!late && machineId !== null && productId !== null) {
    const fields = { id: code.id, code: code.code, productId, expiresAt: code.expires_at?.toISOString() ?? null };
    await tellMachine(ledger, trx, { merchantId, machineId, method: 'pickup-code.created', fields });
  }
  const data = { pickupCodeId: code.id };
  await recordEvent(ledger, trx, { merchantId, kind: 'pickup-code.restored', orderId, machineId, data }, cause);
  return true;
}

async function concludeExternal(ledger: Ledger, trx: Trx, { merchantId, orderId, outcome, cause }: Fetched): Promise<void> {
  const now = ledger.clock.now();
  const dispensed = outcome === 'dispensed';
  const moved = dispensed ? externalCodeMoves.drop : externalCodeMoves.fail;
  const code = await trx
    .updateTable('external_codes')
    .set({ state: moved.to, ...(!dispensed && { code_sealed: null, finished_at: now, reason: outcome }) })
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('state', 'in', moved.from)
    .returning(['id', 'integration_id', 'machine_id'])
    .executeTakeFirst();
  if (!code) return;
  if (outcome === 'failed') await undoOrder(trx, merchantId, orderId, now);
  const kind = dispensed ? 'external-code.dispensed' : 'external-code.released';
  const data = { externalCodeId: code.id, integrationId: code.integration_id, ...(!dispensed && { reason: outcome }) };
  await recordEvent(ledger, trx, { merchantId, kind, orderId, machineId: code.machine_id, data }, cause);
}

/** The order of a code that is good again owes nothing to anybody. False when it was left before. */
async function undoOrder(trx: Trx, merchantId: number, orderId: number, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('orders')
    .set({ state: undo.to, closed_at: now })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', orderId)
    .where('state', 'in', undo.from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
