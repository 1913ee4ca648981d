import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { noFault } from '../machines/set-slot-fault.ts';
import { createPickupCodes, type PickupCode } from '../pickup-codes/create-pickup-codes.ts';
import type { PaidOrder } from './lock-paid-order.ts';
import type { PaidUnit } from './read-paid-units.ts';

/** Digits: many enough that nobody hits one by typing, few enough to be read out on the telephone. */
const length = 8;
const standardLife = 7 * 86_400;

/**
 * A code for each of these units, for the same good out of a slot of the machine that can give it now. Answers them by unit.
 * Refuses pickup-code.disabled, .bad-expiry, stock.insufficient.
 */
export async function issueCodes(
  ledger: Ledger,
  trx: Trx,
  { merchantId, machineId }: PaidOrder,
  units: readonly PaidUnit[],
  { expiresAt = secondsAfter(ledger.clock.now(), standardLife), cause }: { expiresAt?: Date | undefined; cause: Cause },
): Promise<Map<number, PickupCode>> {
  const codes = new Map<number, PickupCode>();
  const left = new Map<number, number>();
  for (const unit of units) {
    const slots = await slotsOfGood(trx, { merchantId, machineId }, unit);
    const slot = slots.find(({ productId, forSale }) => (left.get(productId) ?? forSale) > 0);
    if (!slot) refuse('stock.insufficient', unit.goods);
    left.set(slot.productId, (left.get(slot.productId) ?? slot.forSale) - 1);
    const product = { productId: slot.productId, count: 1 };
    const draft = { merchantId, machineId, product, expiresAt, length, feeCents: unit.paidCents, cause };
    const [code] = await createPickupCodes({ ...ledger, db: trx }, draft);
    if (code) codes.set(unit.id, code);
  }
  return codes;
}

/** The slot that it was sold from may be the jammed one: those without a fault, the fullest first. */
async function slotsOfGood(
  trx: Trx,
  { merchantId, machineId }: { merchantId: number; machineId: number },
  { goodsId, productId }: PaidUnit,
): Promise<{ productId: number; forSale: number }[]> {
  const rows = await trx
    .selectFrom('slots')
    .select(['product_id as productId', 'on_hand', 'reserved'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where((eb) => (goodsId === null ? eb('product_id', '=', productId) : eb('goods_id', '=', goodsId)))
    .where('on_sale', '=', true)
    .where('fault_code', '=', noFault)
    .whereRef('on_hand', '>', 'reserved')
    .orderBy('id')
    .execute();
  return rows
    .map(({ productId: product, on_hand, reserved }) => ({ productId: product, forSale: on_hand - reserved }))
    .sort((one, two) => two.forSale - one.forSale);
}
