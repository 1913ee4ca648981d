import { inTransaction } from '../../database/transaction.ts';
import type { DispenseState } from '../dispensing/dispense-state.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { asProduct, pastProducts } from '../planogram/past-products.ts';
import type { PayStyle } from '../sales/pay-style.ts';
import { type LockedSlot, lockSlots } from '../stock/lock-slots.ts';
import { moveStock, type StockMove } from '../stock/move-stock.ts';
import { movesBeforeDrop } from '../stock/moves-before-drop.ts';
import { insertLine, insertOrder } from './insert-single-order.ts';
import type { OrderState } from './order-state.ts';

/** An order that a machine sold by itself, and tells of afterwards. */
export interface MachineOrder {
  tradeId: string;
  /** The machine's own number of it, where that is not the trade id: the same of one machine is the same sale, however it was told. */
  machineTradeNo?: string;
  state: OrderState;
  amountCents: number;
  paymentReference: string;
  payStyle: PayStyle;
  createdAt: Date;
  paidAt: Date | null;
  lines: readonly MachineOrderLine[];
}

export interface MachineOrderLine {
  productId: number;
  /** Where the product is not known any more, the slot by its code. */
  slotCode?: string | undefined;
  priceCents: number;
  /** One entry per unit: whether it dropped, and if not, why. */
  units: readonly { dispensed: boolean; error: string }[];
}

/**
 * Facts: each order is written once, by its trade id and by the machine's own number, with what it took from the slots. All or nothing for one call.
 * Answers how many were new. Refuses product.unknown when neither product nor slot is one of the machine's.
 */
export async function recordMachineOrders(
  ledger: Ledger,
  machine: { merchantId: number; id: number },
  orders: readonly MachineOrder[],
  cause: Cause,
): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    const slots = await slotsOf(trx, machine, orders);
    let written = 0;
    // In one order for all writers, as with the slots.
    for (const order of [...orders].sort((a, b) => (a.tradeId < b.tradeId ? -1 : 1))) {
      if (await recordOne(ledger, trx, machine, order, slots, cause)) written += 1;
    }
    return written;
  });
}

/** Its goods fell when it was paid, or, where that is not told, when it was made. */
function soldAt({ createdAt, paidAt }: MachineOrder, now: Date): Date {
  const told = paidAt && paidAt > createdAt ? paidAt : createdAt;
  // A machine whose clock runs ahead must not make its later words look old.
  return told < now ? told : now;
}

function isSale({ state, paidAt }: MachineOrder): boolean {
  return state === 'fetched' || paidAt !== null;
}

/** The slot, and as what it sold: under an old number, what lay in it then. */
type FindSlot = (line: MachineOrderLine) => { slot: LockedSlot; as: LockedSlot };

async function slotsOf(
  trx: Trx,
  machine: { merchantId: number; id: number },
  orders: readonly MachineOrder[],
): Promise<FindSlot> {
  const lines = orders.flatMap((order) => order.lines);
  const known = await trx
    .selectFrom('slots')
    .select(['id', 'product_id', 'code'])
    .where('merchant_id', '=', machine.merchantId)
    .where('machine_id', '=', machine.id)
    .execute();
  const current = new Set(known.map(({ product_id }) => product_id));
  const old = lines.map(({ productId }) => productId).filter((productId) => !current.has(productId));
  const gone = await pastProducts(trx, machine.merchantId, old);
  const idOf = (line: MachineOrderLine): number | undefined => {
    const byProduct = known.find((slot) => slot.product_id === line.productId);
    if (byProduct) return byProduct.id;
    const before = known.find(({ id }) => id === gone.get(line.productId)?.slotId);
    if (before) return before.id;
    // A code counts on one driver board: where two cabinets have it, it says nothing.
    const [byCode, another] = known.filter((slot) => slot.code === line.slotCode);
    return another ? undefined : byCode?.id;
  };
  const locked = await lockSlots(
    trx,
    machine.merchantId,
    lines.flatMap((line) => idOf(line) ?? []),
  );
  // Also of those that were given another good until they were held.
  const other = lines.flatMap((line) => (locked.get(idOf(line) ?? 0)?.productId === line.productId ? [] : line.productId));
  const past = await pastProducts(trx, machine.merchantId, other);
  return (line) => {
    const slot = locked.get(idOf(line) ?? Number.NaN) ?? refuse('product.unknown', `product_id ${line.productId}`);
    return { slot, as: asProduct(slot, line.productId, past) };
  };
}

async function recordOne(
  ledger: Ledger,
  trx: Trx,
  machine: { merchantId: number; id: number },
  order: MachineOrder,
  findSlot: FindSlot,
  cause: Cause,
): Promise<boolean> {
  const { merchantId } = machine;
  const now = ledger.clock.now();
  const lines = order.lines.map((line) => ({ line, ...findSlot(line) }));
  const orderId = await insertOrder(trx, {
    merchantId,
    machineId: machine.id,
    integrationId: null,
    tradeId: order.tradeId,
    state: order.state,
    amountCents: order.amountCents,
    notifyUrl: '',
    createdAt: order.createdAt,
    paidAt: order.paidAt,
    pickupCodeId: null,
    payStyle: isSale(order) ? order.payStyle : null,
    machineTradeNo: order.machineTradeNo ?? order.tradeId,
  });
  if (orderId === undefined) return false;
  for (const { line, slot, as } of lines) {
    const units = line.units.map(({ dispensed, error }) => ({
      state: (dispensed ? 'dispensed' : 'failed') satisfies DispenseState as DispenseState,
      error: dispensed ? '' : error || 'failed',
    }));
    const { unitIds } = await insertLine(trx, {
      ...{ merchantId, orderId, slot: as },
      ...{ priceCents: line.priceCents, units, at: now },
    });
    const moves: StockMove[] = [];
    for (const [n, unit] of units.entries()) {
      if (unit.state !== 'dispensed') continue;
      const move = { slotId: slot.id, orderId, dispenseId: unitIds[n] ?? null };
      const fellAt = soldAt(order, now);
      const before = movesBeforeDrop(slot, { fellAt }, move);
      moves.push(...before, { ...move, onHand: -1, reserved: 0, reason: 'machine-sale', fellAt });
      if (before.length === 0) slot.onHand -= 1;
    }
    await moveStock(trx, merchantId, now, moves);
  }
  if (order.paidAt) {
    const payment = {
      merchant_id: merchantId,
      order_id: orderId,
      amount_cents: order.amountCents,
      reference: order.paymentReference,
      style: order.payStyle,
    };
    await trx
      .insertInto('payments')
      .values({ ...payment, kind: 'payment', at: order.paidAt })
      .execute();
    if (order.state === 'refunded')
      await trx
        .insertInto('payments')
        .values({ ...payment, kind: 'refund', at: now })
        .execute();
  }
  const data = { tradeId: order.tradeId };
  await recordEvent(ledger, trx, { merchantId, kind: 'order.uploaded', orderId, machineId: machine.id, data }, cause);
  return true;
}
