import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';

export interface CheckPickupCode {
  merchantId: number;
  code: string;
  /** The machine at which it was typed, where we know it, and the good that is to be fetched, where it is said. */
  machineId?: number | null;
  goodsNumber?: string | undefined;
}

export interface CheckedPickupCode {
  state: 'unused' | 'used' | 'expired';
  goodsNumber: string;
  feeCents: number;
}

/**
 * Another platform, at whose machine a code of ours was typed, asks whether it is good. It dispenses after that, so a code that was
 * good when it was asked about may still be used when its end has passed. Refuses pickup-code.unknown: for one that is not for such
 * machines, not for this one, for another good, or not good yet.
 */
export async function checkPickupCode(ledger: Ledger, asked: CheckPickupCode): Promise<CheckedPickupCode> {
  const { merchantId, machineId = null, goodsNumber } = asked;
  const now = ledger.clock.now();
  const code = await ledger.db
    .selectFrom('pickup_codes as p')
    .innerJoin('goods as g', (join) => join.onRef('g.merchant_id', '=', 'p.merchant_id').onRef('g.id', '=', 'p.goods_id'))
    .select(['p.id', 'p.state', 'p.machine_id', 'p.valid_from', 'p.expires_at', 'p.fee_cents', 'g.number', 'g.price_cents'])
    .where('p.merchant_id', '=', merchantId)
    .where('p.code', '=', asked.code)
    .where('p.elsewhere', '=', true)
    .where('p.state', '!=', 'deleted')
    .orderBy((eb) => eb('p.state', '=', 'unused'), 'desc')
    .orderBy('p.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!code || (code.valid_from && code.valid_from > now)) refuse('pickup-code.unknown');
  if (code.machine_id !== null && code.machine_id !== machineId) refuse('pickup-code.unknown');
  if (goodsNumber !== undefined && goodsNumber !== code.number) refuse('pickup-code.unknown');
  const about = { goodsNumber: code.number, feeCents: code.fee_cents ?? code.price_cents };
  if (code.state === 'used') return { state: 'used', ...about };
  if (code.state === 'expired' || (code.expires_at && code.expires_at <= now)) return { state: 'expired', ...about };
  await ledger.db
    .updateTable('pickup_codes')
    .set({ checked_at: now })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', code.id)
    .execute();
  return { state: 'unused', ...about };
}
