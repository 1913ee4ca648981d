import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { readOffers } from '../listings/read-offers.ts';
import type { Machine } from '../machines/find-machine.ts';
import { givenInstead } from '../making-good/given-instead.ts';
import { lockIssuedCodes } from '../making-good/lock-paid-order.ts';
import { unitsMadeGood } from '../making-good/units-made-good.ts';
import { expireOrders } from '../orders/expire-orders.ts';
import { type OrderState, payableStates } from '../orders/order-state.ts';
import { lockFetched } from '../pickup-codes/lock-fetched.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { moveStock } from '../stock/move-stock.ts';
import { queueCommands } from './queue-commands.ts';
import { wakeMachine } from './wake-machine.ts';

export interface DispenseRequest {
  merchantId: number;
  integrationId: number;
  machine: Machine;
  orderId: number;
  lineId: number;
  cause: Cause;
}

/**
 * Sends one line of a paid order to its machine; answers the batch id. Asked again: while queued, in flight or given up
 * the same batch; after a definite failure a new one for the failed units alone, reserved anew, but for those that were made good, and for what a
 * code was to fetch instead of something that the buyer was given otherwise since.
 * Refuses order.made-good, order.unknown, line.unknown, order.unpaid, order.expired, order.state, dispense.done, machine.offline,
 * machine.not-operational, stock.insufficient.
 */
export async function requestDispense(ledger: Ledger, request: DispenseRequest): Promise<number> {
  const batchId = await inTransaction(ledger.db, (trx) => requestLocked(ledger, trx, request));
  if (batchId !== undefined) return batchId;
  await expireOrders(ledger, { merchantId: request.merchantId, orderId: request.orderId });
  refuse('order.expired');
}

async function requestLocked(ledger: Ledger, trx: Trx, request: DispenseRequest): Promise<number | undefined> {
  const { merchantId, machine, orderId, lineId, cause } = request;
  const now = ledger.clock.now();
  const order = await trx
    .selectFrom('orders')
    .select(['state', 'expires_at', 'notify_url', 'pickup_code_id'])
    .where('merchant_id', '=', merchantId)
    .where('id', '=', orderId)
    .where('machine_id', '=', machine.id)
    // What another platform took is dispensed at once, and never again: what failed is refunded there.
    .where('channel_id', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!order) refuse('order.unknown', `order_id ${orderId}`);
  const units = await trx
    .selectFrom('dispenses')
    .leftJoin('dispense_commands as c', (join) =>
      join.onRef('c.merchant_id', '=', 'dispenses.merchant_id').onRef('c.id', '=', 'dispenses.command_id'),
    )
    .select(['dispenses.id', 'dispenses.slot_id', 'dispenses.state', 'c.batch_id'])
    .where('dispenses.merchant_id', '=', merchantId)
    .where('dispenses.order_id', '=', orderId)
    .where('dispenses.line_id', '=', lineId)
    .orderBy('dispenses.id')
    .execute();
  const [first] = units;
  if (!first) refuse('line.unknown', `record_id ${lineId}`);

  const underWay = units.find(({ state }) => state === 'queued' || state === 'sent');
  if (underWay?.batch_id) return underWay.batch_id;
  const failedIds = units.filter(({ state }) => state === 'failed').map(({ id }) => id);
  // What a code of theirs failed to fetch is not asked for again meanwhile.
  if (failedIds.length > 0) await lockIssuedCodes(trx, merchantId, orderId);
  const madeGood = await unitsMadeGood(trx, { merchantId, now }, failedIds);
  const wanted = units.filter(({ id, state }) => state === 'reserved' || (state === 'failed' && !madeGood.has(id)));
  const held = units.find(({ state }) => state === 'held');
  if (wanted.length === 0 && held?.batch_id) return held.batch_id;
  if (wanted.length === 0 && units.every(({ state }) => state === 'dispensed')) refuse('dispense.done', `record_id ${lineId}`);

  const state = order.state as OrderState;
  if (state === 'expired') refuse('order.expired');
  if (state === 'unpaid') {
    if (order.expires_at && order.expires_at <= now) return undefined;
    refuse('order.unpaid');
  }
  if (wanted.length === 0 && madeGood.size > 0) refuse('order.made-good', `record_id ${lineId}`);
  if (wanted.length === 0 || !payableStates.some((payable) => payable === state)) refuse('order.state', state);
  await refuseIdleMachine(trx, merchantId, machine);

  const failed = wanted.filter(({ state }) => state === 'failed');
  if (failed.length > 0 && order.pickup_code_id !== null) {
    // The code is held: nothing is given instead of it meanwhile.
    await lockFetched(trx, merchantId, [orderId]);
    const instead = await givenInstead(trx, merchantId, order.pickup_code_id);
    if (instead !== undefined) refuse('order.made-good', `record_id ${lineId}`);
  }
  if (failed.length > 0) {
    const slot = (await lockSlots(trx, merchantId, [first.slot_id])).get(first.slot_id);
    const offer = (await readOffers(trx, merchantId, request.integrationId, [first.slot_id])).get(first.slot_id);
    // Another good has come into the slot since.
    const isSame = slot && slot.productId === (await productOf(trx, request));
    if (!slot || !isSame || !offer || offer.forSale < failed.length) refuse('stock.insufficient', `record_id ${lineId}`);
    await moveStock(
      trx,
      merchantId,
      now,
      failed.map(({ id }) => ({ slotId: slot.id, onHand: 0, reserved: 1, reason: 'again' as const, orderId, dispenseId: id })),
    );
  }
  const batchId = await queueCommands(trx, {
    merchantId,
    machineId: machine.id,
    slotId: first.slot_id,
    orderId,
    lineId,
    unitIds: wanted.map(({ id }) => id),
    integrationId: request.integrationId,
    notifyUrl: order.notify_url,
    at: now,
  });
  const data = { batchId, lineId, quantity: wanted.length };
  await recordEvent(ledger, trx, { merchantId, kind: 'dispense.queued', orderId, machineId: machine.id, data }, cause);
  await wakeMachine(trx, merchantId, machine.id);
  return batchId;
}

async function productOf(trx: Trx, { merchantId, orderId, lineId }: DispenseRequest): Promise<number> {
  const { product_id } = await trx
    .selectFrom('order_lines')
    .select('product_id')
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('id', '=', lineId)
    .executeTakeFirstOrThrow();
  return product_id;
}

/** A command needs a machine in operation and online; the merchant's debug mode forgives the latter. */
export async function refuseIdleMachine(trx: Trx, merchantId: number, machine: Machine): Promise<void> {
  const idle = await whyIdle(trx, merchantId, machine);
  if (idle) refuse(idle, machine.machineNo);
}

export async function whyIdle(
  trx: Trx,
  merchantId: number,
  machine: Machine,
): Promise<'machine.not-operational' | 'machine.offline' | undefined> {
  if (!machine.operational) return 'machine.not-operational';
  if (machine.online) return undefined;
  const { debug_mode } = await trx
    .selectFrom('merchants')
    .select('debug_mode')
    .where('id', '=', merchantId)
    .executeTakeFirstOrThrow();
  return debug_mode ? undefined : 'machine.offline';
}
