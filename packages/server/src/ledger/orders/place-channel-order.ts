import { createHash } from 'node:crypto';
import { inTransaction } from '../../database/transaction.ts';
import { queueCommands } from '../dispensing/queue-commands.ts';
import { whyIdle } from '../dispensing/request-dispense.ts';
import { wakeMachine } from '../dispensing/wake-machine.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { findMachine, type Machine } from '../machines/find-machine.ts';
import type { PayStyle } from '../sales/pay-style.ts';
import { moveStock } from '../stock/move-stock.ts';
import { type Allotment, allotChannelLines } from './allot-channel-lines.ts';
import { findChannelOrder } from './find-channel-order.ts';
import { insertLine, insertOrder } from './insert-single-order.ts';
import { tellChannelOutcome } from './tell-channel-outcome.ts';

/** An order that another platform took, and was paid for there. Money in minor units. */
export interface ChannelOrderDraft {
  merchantId: number;
  integrationId: number;
  /** Its number there. */
  channelNo: string;
  machineNo: string;
  lines: readonly ChannelLine[];
  /** What the buyer paid. The lines need not add up to it: both are recorded. */
  amountCents: number;
  payStyle: PayStyle;
  paymentReference: string;
  orderedAt: Date;
  paidAt: Date;
  /** The money was given back before we heard of it: nothing is taken, and what comes later of this number dispenses nothing. */
  refunded?: boolean;
  cause: Cause;
}

export interface ChannelLine {
  /** As the machine names the slot, e.g. `A21`. */
  slotName: string;
  /** The good's number in the catalogue; what lies in the slot must be that. */
  goodsNumber: string;
  quantity: number;
  /** Of a unit. */
  priceCents: number;
}

/** More than any machine holds. */
const mostUnits = 1_000;

/**
 * Takes the stock from the named slots and queues the units for the machine, at once. What cannot be had fails at once, be it all:
 * the order stands all the same, so that its outcome tells the platform what to give back. The same again answers the same order.
 * Refuses request.invalid, machine.unknown, order.differs: the number exists with other content.
 */
export async function placeChannelOrder(ledger: Ledger, draft: ChannelOrderDraft): Promise<{ orderId: number; isNew: boolean }> {
  check(draft);
  const { merchantId, integrationId, channelNo, cause } = draft;
  const machine = await findMachine(ledger, merchantId, draft.machineNo);
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const orderId = await insertOrder(trx, {
      merchantId,
      machineId: machine.id,
      integrationId,
      channelId: integrationId,
      tradeId: channelNo,
      state: draft.refunded ? 'refunded' : 'paid',
      amountCents: draft.amountCents,
      notifyUrl: '',
      createdAt: earlier(draft.orderedAt, now),
      paidAt: earlier(draft.paidAt, now),
      pickupCodeId: null,
      payStyle: draft.payStyle,
    });
    if (orderId === undefined) return { orderId: await sameOrder(trx, draft), isNew: false };
    await insertFacts(trx, draft, orderId, now);
    const allotments = await allotChannelLines(trx, {
      merchantId,
      integrationId,
      machineId: machine.id,
      lines: draft.lines,
      idle: draft.refunded ? 'refunded' : await whyIdle(trx, merchantId, machine),
    });
    const linesCents = draft.lines.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0);
    const data = {
      integrationId,
      channelNo,
      amountCents: draft.amountCents,
      ...(linesCents !== draft.amountCents && { linesCents }),
      refused: allotments.flatMap(({ line, refused }) => (refused === '' ? [] : [{ slot: line.slotName, why: refused }])),
    };
    const event = { merchantId, orderId, machineId: machine.id, data };
    await recordEvent(ledger, trx, { ...event, kind: 'order.placed' }, cause);
    await recordEvent(ledger, trx, { ...event, kind: draft.refunded ? 'order.refunded' : 'order.paid' }, cause);
    for (const [position, allotment] of allotments.entries()) {
      await take(ledger, trx, { draft, machine, orderId, position, allotment, now });
    }
    if (allotments.some(({ granted }) => granted > 0)) await wakeMachine(trx, merchantId, machine.id);
    await tellChannelOutcome(ledger, trx, merchantId, orderId, cause);
    return { orderId, isNew: true };
  });
}

function check({ channelNo, lines, amountCents }: ChannelOrderDraft): void {
  const isWhole = (value: number, least: number, most: number) => Number.isSafeInteger(value) && value >= least && value <= most;
  if (channelNo === '') refuse('request.invalid', 'order number');
  if (!isWhole(amountCents, 0, 1e12)) refuse('request.invalid', 'amount');
  for (const [n, { quantity, priceCents }] of lines.entries()) {
    if (!isWhole(quantity, 1, mostUnits)) refuse('request.invalid', `lines[${n}].quantity`);
    if (!isWhole(priceCents, 0, 1e12)) refuse('request.invalid', `lines[${n}].price`);
  }
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  if (units === 0 || units > mostUnits) refuse('request.invalid', `lines: 1 to ${mostUnits} units`);
}

/** The other side's clock may run ahead. */
function earlier(told: Date, now: Date): Date {
  return told < now ? told : now;
}

function hashContent({ machineNo, amountCents, lines }: ChannelOrderDraft): Buffer {
  const content = [
    machineNo,
    amountCents,
    lines.map((line) => [line.slotName, line.goodsNumber, line.quantity, line.priceCents]),
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest();
}

async function sameOrder(trx: Trx, draft: ChannelOrderDraft): Promise<number> {
  const { merchantId, integrationId, channelNo } = draft;
  const { id, content_hash } = await findChannelOrder(trx, merchantId, integrationId, channelNo)
    .innerJoin('channel_orders as c', (join) =>
      join.onRef('c.merchant_id', '=', 'orders.merchant_id').onRef('c.order_id', '=', 'orders.id'),
    )
    .select('c.content_hash')
    .executeTakeFirstOrThrow();
  if (!content_hash.equals(hashContent(draft))) refuse('order.differs', channelNo, { orderId: id });
  return id;
}

async function insertFacts(trx: Trx, draft: ChannelOrderDraft, orderId: number, now: Date): Promise<void> {
  const key = { merchant_id: draft.merchantId, order_id: orderId };
  await trx
    .insertInto('channel_orders')
    .values({ ...key, content_hash: hashContent(draft) })
    .execute();
  await trx
    .insertInto('payments')
    .values({
      ...key,
      kind: 'payment',
      amount_cents: draft.amountCents,
      style: draft.payStyle,
      reference: draft.paymentReference,
      at: earlier(draft.paidAt, now),
    })
    .execute();
  if (!draft.refunded) return;
  await trx
    .insertInto('payments')
    .values({ ...key, kind: 'refund', amount_cents: draft.amountCents, style: draft.payStyle, at: now })
    .execute();
}

interface Taking {
  draft: ChannelOrderDraft;
  machine: Machine;
  orderId: number;
  position: number;
  allotment: Allotment;
  now: Date;
}

async function take(ledger: Ledger, trx: Trx, { draft, machine, orderId, position, allotment, now }: Taking): Promise<void> {
  const { merchantId, integrationId, cause } = draft;
  const { line, slot, granted, refused } = allotment;
  const inserted = slot && (await insertUnits(trx, { merchantId, orderId, slot, line, granted, refused, now }));
  await trx
    .insertInto('channel_lines')
    .values({
      merchant_id: merchantId,
      order_id: orderId,
      position,
      slot_name: line.slotName,
      goods_number: line.goodsNumber,
      quantity: line.quantity,
      price_cents: line.priceCents,
      line_id: inserted?.lineId ?? null,
      refused,
    })
    .execute();
  if (!slot || !inserted || granted === 0) return;
  const batchId = await queueCommands(trx, {
    merchantId,
    machineId: machine.id,
    slotId: slot.id,
    orderId,
    lineId: inserted.lineId,
    unitIds: inserted.unitIds,
    integrationId,
    notifyUrl: '',
    at: now,
  });
  const data = { batchId, lineId: inserted.lineId, quantity: granted };
  await recordEvent(ledger, trx, { merchantId, kind: 'dispense.queued', orderId, machineId: machine.id, data }, cause);
}

interface Units extends Pick<Allotment, 'line' | 'granted' | 'refused'> {
  merchantId: number;
  orderId: number;
  slot: NonNullable<Allotment['slot']>;
  now: Date;
}

/** The line with its units, of which the granted are reserved: their ids. */
async function insertUnits(trx: Trx, { merchantId, orderId, slot, line, granted, refused, now }: Units) {
  const { lineId, unitIds } = await insertLine(trx, {
    merchantId,
    orderId,
    slot,
    priceCents: line.priceCents,
    units: Array.from({ length: line.quantity }, (_, n) =>
      n < granted ? { state: 'reserved' as const } : { state: 'failed' as const, error: refused },
    ),
    at: now,
  });
  const reserved = unitIds.slice(0, granted);
  await moveStock(
    trx,
    merchantId,
    now,
    reserved.map((dispenseId) => ({ slotId: slot.id, onHand: 0, reserved: 1, reason: 'order' as const, orderId, dispenseId })),
  );
  return { lineId, unitIds: reserved };
}
