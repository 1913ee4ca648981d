import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { refundUnits } from '../orders/refund-units.ts';
import { releaseUnits } from '../orders/release-units.ts';
import { refundRemoteOrder } from '../remote-orders/refund-remote-order.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { issueCodes } from './issue-codes.ts';
import { lockPaidOrder, type PaidOrder } from './lock-paid-order.ts';
import { type PaidUnit, readPaidUnits } from './read-paid-units.ts';
import { isSpent } from './spent-code.ts';

export interface MakeGood {
  merchantId: number;
  orderId: number;
  /** The money back, or a code for each unit: the same good at the same machine. */
  kind: 'refund' | 'pickup-code';
  /** Until when a code may be used; undefined: for seven days. */
  expiresAt?: Date | undefined;
  /** Who decided it, as it is shown. */
  by: string;
  cause: Cause;
}

export interface MadeGood {
  kind: MakeGood['kind'];
  amountCents: number;
  /** Of codes. */
  expiresAt: Date | null;
  units: { lineId: number; slot: string; goods: string; amountCents: number; code: string | null }[];
}

/**
 * A person makes good what was paid for and did not drop: every unit of the order that is due, once, whoever else does so at the same time and
 * whatever the seller says meanwhile. What was not sent is given back to the stock; a held unit stays held, so that somebody can still
 * say what became of it. The hub moves no money: a refund is written down, and whoever took the money pays it.
 * Refuses order.unknown, .paid-elsewhere, .unpaid, .made-good, .nothing-due, order.state (another platform may be dispensing it),
 * pickup-code.disabled, .bad-expiry, stock.insufficient (of a code: nothing of the good can be had at the machine).
 */
export async function makeGood(ledger: Ledger, ask: MakeGood): Promise<MadeGood> {
  const { merchantId, orderId, kind, by, cause } = ask;
  return await inTransaction(ledger.db, async (trx) => {
    const order = await lockPaidOrder(trx, merchantId, orderId);
    await holdSlots(trx, order);
    // Before it is read what is due: who sends a command holds neither order nor slot, and what has been sent is not given back.
    if (!order.isForeign) await releaseUnits(ledger, trx, merchantId, [orderId], cause);
    const due = await unitsDue(ledger, trx, order);
    await endDeadCodes(ledger, trx, order);
    if (order.isForeign) {
      if (kind === 'pickup-code') refuse('order.state', 'codes are typed at machines of our own');
      await refundRemoteOrder(ledger, trx, { merchantId, orderId, cause });
    } else if (kind === 'refund') {
      await refundUnits(ledger, trx, order, due.map(priced), cause);
    }
    const codes = kind === 'pickup-code' ? await issueCodes(ledger, trx, order, due, ask) : new Map<number, never>();
    const refunds = await refundsOf(trx, merchantId, due);
    await trx
      .insertInto('made_good')
      .values(
        due.map(({ id, paidCents }) => ({
          merchant_id: merchantId,
          order_id: orderId,
          dispense_id: id,
          amount_cents: paidCents,
          refund_id: refunds.get(id) ?? null,
          pickup_code_id: codes.get(id)?.id ?? null,
          made_at: ledger.clock.now(),
          made_by: by,
        })),
      )
      .execute();
    const amountCents = due.reduce((sum, { paidCents }) => sum + paidCents, 0);
    const data = {
      made: kind,
      units: due.length,
      amountCents,
      pickupCodeIds: [...codes.values()].map(({ id }) => id),
      madeBy: by,
    };
    await recordEvent(ledger, trx, { merchantId, kind: 'order.made-good', orderId, machineId: order.machineId, data }, cause);
    const units = due.map(({ id, lineId, slot, goods, paidCents }) => ({
      ...{ lineId, slot, goods, amountCents: paidCents },
      code: codes.get(id)?.code ?? null,
    }));
    const [first] = codes.values();
    return { kind, amountCents, expiresAt: first?.expiresAt ?? null, units };
  });
}

const priced = ({ id, paidCents, refundId }: PaidUnit) => ({ id, priceCents: paidCents, refundId });

/** All its slots, in the order of their ids: an answer of the machine that comes now has been applied, or waits. */
async function holdSlots(trx: Trx, { merchantId, orderId }: PaidOrder): Promise<void> {
  const slots = await trx
    .selectFrom('order_lines')
    .select('slot_id')
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .execute();
  await lockSlots(
    trx,
    merchantId,
    slots.map(({ slot_id }) => slot_id),
  );
}

async function unitsDue(ledger: Ledger, trx: Trx, { merchantId, orderId }: PaidOrder): Promise<PaidUnit[]> {
  const units = await readPaidUnits(trx, { merchantId, orderId, now: ledger.clock.now() });
  const due = units.filter(({ isDue }) => isDue);
  if (due.length > 0) return due;
  const isMadeGood = units.some(({ refundId, code }) => refundId !== null || code !== null);
  return refuse(isMadeGood ? 'order.made-good' : 'order.nothing-due');
}

/** Codes that have ended unused, by the clock too, or fetched nothing: so that none of them fetches while something else is given instead. */
async function endDeadCodes(ledger: Ledger, trx: Trx, { merchantId, orderId }: PaidOrder): Promise<void> {
  const now = ledger.clock.now();
  const standing = trx
    .selectFrom('made_good')
    .select('pickup_code_id')
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('ended_at', 'is', null)
    .where('pickup_code_id', 'is not', null)
    .$castTo<{ pickup_code_id: number }>();
  await trx
    .updateTable('pickup_codes')
    .set({ state: 'expired' })
    .where('merchant_id', '=', merchantId)
    .where('id', 'in', standing)
    .where('state', '=', 'unused')
    .where('expires_at', '<=', now)
    .execute();
  const dead = trx
    .selectFrom('pickup_codes as p')
    .select('p.id')
    .where('p.merchant_id', '=', merchantId)
    .where('p.id', 'in', standing)
    .where('p.state', '!=', 'unused')
    .where(({ not }) => not(isSpent));
  await trx
    .updateTable('made_good')
    .set({ ended_at: now })
    .where('merchant_id', '=', merchantId)
    .where('pickup_code_id', 'in', dead)
    .where('ended_at', 'is', null)
    .execute();
}

async function refundsOf(trx: Trx, merchantId: number, units: readonly PaidUnit[]): Promise<Map<number, number | null>> {
  const ids = units.map(({ id }) => id);
  const rows = await trx
    .selectFrom('dispenses')
    .select(['id', 'refund_id'])
    .where('merchant_id', '=', merchantId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, refund_id }) => [id, refund_id]));
}
