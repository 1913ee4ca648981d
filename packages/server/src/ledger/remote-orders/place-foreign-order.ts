import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { LedgerError, refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { onlineSql } from '../machines/online.sql.ts';
import { expireOrders } from '../orders/expire-orders.ts';
import { insertLine, insertOrder } from '../orders/insert-single-order.ts';
import { type LockedSlot, lockSlots } from '../stock/lock-slots.ts';
import { moveStock } from '../stock/move-stock.ts';
import { chooseSlots, type SlotForSale, type WantedUnits } from './choose-slots.ts';
import { splitDiscount } from './split-discount.ts';

/** An order for what lies in a machine of another platform, which dispenses it when it is paid. */
export interface ForeignOrderDraft {
  merchantId: number;
  /** Who orders; null for the operator. */
  integrationId: number | null;
  /** The platform whose machine it is. */
  upstreamIntegrationId: number;
  machineNo: string;
  /** That platform's id of the cabinet. An order is of one cabinet; where none is named, the first that can serve all of it. */
  cabinet?: string | undefined;
  tradeId: string;
  notifyUrl?: string;
  lines: readonly WantedUnits[];
  /** Off the whole, spread over the units. */
  discountCents?: number;
  /** Seconds that the other platform's word of its stock may be old. */
  freshWithin: number;
  cause: Cause;
}

export interface PlacedForeignOrder {
  id: number;
  machineId: number;
  cabinet: string;
  amountCents: number;
  discountCents: number;
}

/**
 * Reserves and writes the order, all of it or nothing; it is paid, refunded and expires like any other (changeOrder). Its lines are units of one
 * slot and one price. Refuses request.invalid, machine.unknown, machine.offline, machine.not-operational, cabinet.unknown, slot.unknown,
 * product.unknown, product.off-sale, stock.stale, stock.insufficient, order.duplicate, order.trade-id-missing.
 */
export async function placeForeignOrder(ledger: Ledger, draft: ForeignOrderDraft): Promise<PlacedForeignOrder> {
  check(draft);
  const place = () => inTransaction(ledger.db, (trx) => placeIn(ledger, trx, draft));
  try {
    return await place();
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'stock.insufficient') throw error;
    // The payment window ends by the clock: what overdue orders still hold is free.
    const { id: machineId } = await findForeignMachine(ledger, draft);
    const freed = await expireOrders(ledger, { merchantId: draft.merchantId, machineId, waiting: true });
    if (freed === 0) throw error;
    return await place();
  }
}

function check({ tradeId, lines, discountCents = 0 }: ForeignOrderDraft): void {
  if (tradeId === '') refuse('order.trade-id-missing');
  if (lines.length === 0) refuse('request.invalid', 'lines must have at least one entry');
  lines.forEach(({ slot, goods, quantity }, n) => {
    if (!Number.isSafeInteger(quantity) || quantity < 1) refuse('request.invalid', `lines[${n}].quantity must be at least 1`);
    if (slot === undefined && goods === undefined) refuse('request.invalid', `lines[${n}] must name a slot or a good`);
  });
  if (!Number.isSafeInteger(discountCents) || discountCents < 0) refuse('request.invalid', 'discountCents must be at least 0');
}

async function placeIn(ledger: Ledger, trx: Trx, draft: ForeignOrderDraft): Promise<PlacedForeignOrder> {
  const { merchantId, integrationId, tradeId, discountCents = 0, cause } = draft;
  const now = ledger.clock.now();
  await refuseDuplicate(trx, draft);
  const machine = await findForeignMachine({ ...ledger, db: trx }, draft);
  if (!machine.operational) refuse('machine.not-operational', draft.machineNo);
  if (!machine.online) refuse('machine.offline', draft.machineNo);
  const { cabinet, taken, slots } = await chooseCabinet(ledger, trx, machine.id, draft).catch(async (error: unknown) => {
    // While the slots were waited for, the same order may have been written and taken what there was.
    if (error instanceof LedgerError) await refuseDuplicate(trx, draft);
    throw error;
  });

  const items = [...taken].flatMap(([id, quantity]) => {
    const slot = slots.get(id);
    return slot ? [{ slot, quantity, priceCents: slot.priceCents }] : [];
  });
  const total = items.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
  if (discountCents > total) refuse('request.invalid', `discountCents must be at most ${total}`);
  const amountCents = total - discountCents;
  const orderId = await insertOrder(trx, {
    ...{ merchantId, machineId: machine.id, integrationId, tradeId, state: 'unpaid', amountCents },
    ...{ notifyUrl: draft.notifyUrl ?? '', createdAt: now, expiresAt: secondsAfter(now, ledger.rules.paymentWindow) },
    ...{ paidAt: null, pickupCodeId: null, payStyle: null },
  });
  if (orderId === undefined) await refuseDuplicate(trx, draft);
  if (orderId === undefined) throw new Error('The order was neither written nor there.');
  for (const [n, prices] of splitDiscount(items, amountCents).entries()) {
    const slot = items[n]?.slot;
    if (!slot) continue;
    for (const { quantity, priceCents } of prices) {
      const units = Array.from({ length: quantity }, () => ({ state: 'reserved' as const }));
      const line = { merchantId, orderId, slot, priceCents, originalPriceCents: slot.priceCents, units, at: now };
      await insertLine(trx, line);
    }
  }
  await moveStock(
    trx,
    merchantId,
    now,
    items.map(({ slot, quantity }) => ({ slotId: slot.id, onHand: 0, reserved: quantity, reason: 'order', orderId })),
  );
  const event = { merchantId, kind: 'order.placed' as const, orderId, machineId: machine.id };
  await recordEvent(ledger, trx, event, cause);
  return { id: orderId, machineId: machine.id, cabinet, amountCents, discountCents };
}

async function refuseDuplicate(trx: Trx, { merchantId, tradeId }: ForeignOrderDraft): Promise<void> {
  const earlier = await trx
    .selectFrom('orders')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('trade_id', '=', tradeId)
    .where('channel_id', 'is', null)
    .executeTakeFirst();
  if (earlier) refuse('order.duplicate', tradeId, { orderId: earlier.id });
}

async function findForeignMachine(
  ledger: Ledger,
  { merchantId, upstreamIntegrationId, machineNo }: ForeignOrderDraft,
): Promise<{ id: number; operational: boolean; online: boolean }> {
  const machine = await ledger.db
    .selectFrom('machines as m')
    .innerJoin('machine_status as t', (join) =>
      join.onRef('t.merchant_id', '=', 'm.merchant_id').onRef('t.machine_id', '=', 'm.id'),
    )
    .select(['m.id', 'm.operational', onlineSql(ledger).$castTo<boolean>().as('online')])
    .where('m.merchant_id', '=', merchantId)
    .where('m.upstream_integration_id', '=', upstreamIntegrationId)
    .where('m.machine_no', '=', machineNo)
    .executeTakeFirst();
  return machine ?? refuse('machine.unknown', machineNo);
}

interface Chosen {
  cabinet: string;
  /** Units by slot. */
  taken: ReadonlyMap<number, number>;
  slots: ReadonlyMap<number, LockedSlot>;
}

/** The first cabinet that can serve all of it, its slots held. */
async function chooseCabinet(
  ledger: Ledger,
  trx: Trx,
  machineId: number,
  { merchantId, cabinet, lines, freshWithin }: ForeignOrderDraft,
): Promise<Chosen> {
  const all = trx.selectFrom('slots').select('id').where('merchant_id', '=', merchantId).where('machine_id', '=', machineId);
  const slots = await lockSlots(
    trx,
    merchantId,
    (await all.execute()).map(({ id }) => id),
  );
  const rows = await trx
    .selectFrom('slots as s')
    .innerJoin('cabinets as b', (join) => join.onRef('b.merchant_id', '=', 's.merchant_id').onRef('b.id', '=', 's.cabinet_id'))
    .leftJoin('goods as g', (join) => join.onRef('g.merchant_id', '=', 's.merchant_id').onRef('g.id', '=', 's.goods_id'))
    .select(['s.id', 's.code', 's.on_sale as onSale', 'b.name as cabinet', 'b.told_at as toldAt', 'g.number as goodsNumber'])
    .where('s.merchant_id', '=', merchantId)
    .where('s.machine_id', '=', machineId)
    .orderBy('b.addr')
    .orderBy('s.id')
    .execute();
  const oldest = secondsAfter(ledger.clock.now(), -freshWithin);
  const cabinets = Map.groupBy(rows, (row) => row.cabinet);
  if (cabinet !== undefined && !cabinets.has(cabinet)) refuse('cabinet.unknown', cabinet);
  const errors: LedgerError[] = [];
  for (const [name, inside] of cabinets) {
    if (cabinet !== undefined && name !== cabinet) continue;
    const forSale = inside.map(({ id, onSale, ...slot }): SlotForSale => {
      const { onHand = 0, reserved = 0, faultCode } = slots.get(id) ?? {};
      return { ...slot, id, onSale: onSale && faultCode === 1, forSale: onHand - reserved };
    });
    const taken = chooseSlots(forSale, lines);
    const toldAt = inside[0]?.toldAt ?? null;
    // Of stale stock nobody knows whether it is enough.
    const stale = toldAt === null || toldAt < oldest;
    const unknown = taken instanceof LedgerError && taken.code !== 'stock.insufficient';
    if (stale && !unknown) errors.push(new LedgerError('stock.stale', `told ${toldAt?.toISOString() ?? 'never'}`));
    else if (taken instanceof LedgerError) errors.push(taken);
    else return { cabinet: name, taken, slots };
  }
  throw errors.toSorted((a, b) => closeness(b) - closeness(a))[0] ?? new LedgerError('slot.unknown', 'the machine has none');
}

const nearly = ['slot.unknown', 'product.unknown', 'product.off-sale', 'stock.insufficient', 'stock.stale'];

/** Of several cabinets, what the one says that could nearly serve it. */
function closeness({ code }: LedgerError): number {
  return nearly.indexOf(code);
}
