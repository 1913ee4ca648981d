import type { DispenseState, unitMoves } from '../dispensing/dispense-state.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { moveStock, type StockMove } from '../stock/move-stock.ts';

/** A unit that was sold, as the other platform names it. */
export interface RemoteUnit {
  id: number;
  slotId: number;
  /** That platform's number of the slot, and of the good that was sold from it. */
  slot: string;
  goods: string;
  priceCents: number;
  state: DispenseState;
  refundId: number | null;
}

interface OrderRef {
  merchantId: number;
  orderId: number;
}

/** In the order in which they were sold: the n-th of a slot and good is the n-th that is told of. */
export async function readRemoteUnits(db: Trx, { merchantId, orderId }: OrderRef): Promise<RemoteUnit[]> {
  const rows = await db
    .selectFrom('dispenses as d')
    .innerJoin('order_lines as l', (join) =>
      join.onRef('l.merchant_id', '=', 'd.merchant_id').onRef('l.order_id', '=', 'd.order_id').onRef('l.id', '=', 'd.line_id'),
    )
    .innerJoin('slots as s', (join) => join.onRef('s.merchant_id', '=', 'd.merchant_id').onRef('s.id', '=', 'd.slot_id'))
    .innerJoin('goods as g', (join) => join.onRef('g.merchant_id', '=', 'l.merchant_id').onRef('g.id', '=', 'l.goods_id'))
    .select([
      'd.id',
      'd.slot_id as slotId',
      's.code as slot',
      'g.number as goods',
      'l.price_cents as priceCents',
      'd.state',
      'd.refund_id as refundId',
    ])
    .where('d.merchant_id', '=', merchantId)
    .where('d.order_id', '=', orderId)
    .orderBy('l.id')
    .orderBy('d.id')
    .execute();
  return rows.map((row) => ({ ...row, state: row.state as DispenseState }));
}

/** Moves units of an order that the caller holds, with their stock. */
export async function moveUnits(
  ledger: Ledger,
  trx: Trx,
  { merchantId, orderId }: OrderRef,
  units: readonly RemoteUnit[],
  moved: (typeof unitMoves)['drop' | 'fail' | 'giveBack'],
  error = '',
): Promise<void> {
  if (units.length === 0) return;
  const now = ledger.clock.now();
  const slots = await lockSlots(
    trx,
    merchantId,
    units.map(({ slotId }) => slotId),
  );
  await trx
    .updateTable('dispenses')
    .set({ state: moved.to, error, changed_at: now })
    .where('merchant_id', '=', merchantId)
    .where(
      'id',
      'in',
      units.map(({ id }) => id),
    )
    .where('state', 'in', moved.from)
    .execute();
  const moves: StockMove[] = [];
  for (const unit of units) {
    const move = { slotId: unit.slotId, orderId, dispenseId: unit.id };
    const slot = slots.get(unit.slotId);
    if (moved.to === 'dispensed' && slot) {
      // It fell, so it was there, whatever that platform said of its stock.
      if (slot.onHand < 1) moves.push({ ...move, onHand: 1, reserved: 0, reason: 'unbooked' });
      else slot.onHand -= 1;
      moves.push({ ...move, onHand: -1, reserved: -1, reason: 'dispensed' });
    } else {
      moves.push({ ...move, onHand: 0, reserved: -1, reason: moved.to === 'failed' ? 'failed' : 'returned' });
    }
    unit.state = moved.to;
  }
  await moveStock(trx, merchantId, now, moves);
}
