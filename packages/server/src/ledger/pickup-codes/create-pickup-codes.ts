import { type NotNull, sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { tellMachine } from '../machines/tell-machine.ts';
import { drawCode, mostDraws } from './draw-code.ts';
import { requirePickupCodes } from './require-pickup-codes.ts';

export interface PickupCodesDraft {
  merchantId: number;
  machineId: number;
  /** One product with a count, or all products: one code for every unit that is for sale. */
  product: { productId: number; count: number } | 'all';
  /** Undefined: for ever. */
  expiresAt?: Date | undefined;
  /** Digits, 6 to 10. */
  length: number;
  /** What each was paid with already; the slot's price where it is not said. */
  feeCents?: number;
  cause: Cause;
}

export interface PickupCode {
  id: number;
  code: string;
  productId: number;
  createdAt: Date;
  expiresAt: Date | null;
}

/**
 * Codes reserve nothing: using one takes the stock. Unpredictable, and unique among the merchant's live codes.
 * Refuses pickup-code.disabled, pickup-code.bad-expiry, product.unknown, slot.over-capacity, pickup-code.exists.
 */
export async function createPickupCodes(ledger: Ledger, draft: PickupCodesDraft): Promise<PickupCode[]> {
  const { merchantId, machineId, product, expiresAt, cause } = draft;
  const now = ledger.clock.now();
  if (expiresAt && expiresAt <= now) refuse('pickup-code.bad-expiry');
  return await inTransaction(ledger.db, async (trx) => {
    await requirePickupCodes(trx, merchantId);
    const units = product === 'all' ? await unitsForSale(trx, draft) : await unitsOf(trx, draft, product);
    const codes = await insertCodes(trx, draft, units, now);
    for (const { id, code, productId } of codes) {
      await tellMachine(ledger, trx, {
        merchantId,
        machineId,
        method: 'pickup-code.created',
        fields: { id, code, productId, expiresAt: expiresAt?.toISOString() ?? null },
      });
    }
    const data = { codes: codes.map(({ id, productId }) => ({ id, productId })) };
    await recordEvent(ledger, trx, { merchantId, kind: 'pickup-code.created', machineId, data }, cause);
    return codes;
  });
}

interface Unit {
  slotId: number;
  productId: number;
}

async function unitsOf(
  trx: Trx,
  { merchantId, machineId }: PickupCodesDraft,
  product: { productId: number; count: number },
): Promise<Unit[]> {
  const slot = await trx
    .selectFrom('slots')
    .select(['id', 'capacity'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('product_id', '=', product.productId)
    .where('merged_into_id', 'is', null)
    .executeTakeFirst();
  if (!slot) refuse('product.unknown', `product_id ${product.productId}`);
  if (product.count > slot.capacity) refuse('slot.over-capacity', `count ${product.count}, capacity ${slot.capacity}`);
  return Array.from({ length: product.count }, () => ({ slotId: slot.id, productId: product.productId }));
}

async function unitsForSale(trx: Trx, { merchantId, machineId }: PickupCodesDraft): Promise<Unit[]> {
  const { rows } = await sql<Unit>`
    select s.id as "slotId", s.product_id as "productId"
    from slots s, generate_series(1, least(s.on_hand - s.reserved, s.capacity))
    where s.merchant_id = ${merchantId} and s.machine_id = ${machineId} and s.goods_id is not null
    order by s.id`.execute(trx);
  return rows;
}

async function insertCodes(trx: Trx, draft: PickupCodesDraft, units: readonly Unit[], now: Date): Promise<PickupCode[]> {
  const made: PickupCode[] = [];
  let missing = [...units];
  for (let draws = 0; missing.length > 0; draws += 1) {
    if (draws === mostDraws) refuse('pickup-code.exists', `length ${draft.length}`);
    const drawn = missing.map((unit) => ({ ...unit, code: drawCode(draft.length) }));
    const rows = await trx
      .insertInto('pickup_codes')
      .values(
        drawn.map(({ slotId, productId, code }) => ({
          merchant_id: draft.merchantId,
          code,
          machine_id: draft.machineId,
          slot_id: slotId,
          product_id: productId,
          state: 'unused',
          created_at: now,
          expires_at: draft.expiresAt ?? null,
          fee_cents: draft.feeCents ?? null,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning(['id', 'code', 'product_id as productId', 'created_at as createdAt', 'expires_at as expiresAt'])
      .$narrowType<{ productId: NotNull }>()
      .execute();
    made.push(...rows);
    const taken = new Set(rows.map(({ code }) => code));
    missing = drawn.filter(({ code }) => !taken.delete(code));
  }
  return made.sort((a, b) => a.id - b.id);
}
