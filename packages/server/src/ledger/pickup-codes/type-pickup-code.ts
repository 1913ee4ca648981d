import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import { claimExternalCode } from '../external-codes/claim-external-code.ts';
import { findMall, listMalls } from '../external-codes/find-mall.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { tellMachine } from '../machines/tell-machine.ts';
import { droppedOrder, slotsIssuedFor } from '../making-good/dropped-order.ts';
import { chooseSlot } from './choose-slot.ts';
import { fetchUnit } from './fetch-unit.ts';
import { pickupCodeMoves } from './pickup-code-state.ts';
import { settleTyping, type TypedOutcome, type TypedRefusal, type Typing, tellTyping, wrongCodeReasons } from './typed-code.ts';

export interface TypePickupCode extends Typing {
  /** As it was typed. */
  code: string;
  /** By the machine's clock. */
  typedAt: Date;
  cause: Cause;
}

/**
 * Someone typed a code at a machine's keypad. One of ours that is good is taken and its unit is on its way; one of another mall is
 * claimed, and that mall is asked; all else is refused. The machine is told. The same typing again is answered as before.
 */
export async function typePickupCode(ledger: Ledger, typed: TypePickupCode): Promise<TypedOutcome> {
  return await inTransaction(ledger.db, async (trx) => {
    // One typing at a time for each machine: what was wrong lately is counted, and a repeat finds what came of the first.
    const machine = await trx
      .selectFrom('machines')
      .select('operational')
      .where('merchant_id', '=', typed.merchantId)
      .where('id', '=', typed.machineId)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow();
    const before = await earlierOutcome(trx, typed);
    if (before) {
      await tellTyping(ledger, trx, typed, before);
      return before;
    }
    const outcome = machine.operational ? await judge(ledger, trx, typed) : refused('out-of-operation');
    await settleTyping(ledger, trx, typed, outcome);
    return outcome;
  });
}

const refused = (reason: TypedRefusal): TypedOutcome => ({ state: 'refused', reason });

async function earlierOutcome(trx: Trx, { merchantId, machineId, serial }: Typing): Promise<TypedOutcome | undefined> {
  const row = await trx
    .selectFrom('typed_codes')
    .select(['state', 'reason', 'order_id'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('serial', '=', serial)
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.state === 'accepted') return { state: 'accepted', orderId: row.order_id ?? 0 };
  return row.state === 'refused' ? refused(row.reason as TypedRefusal) : { state: 'asked' };
}

async function judge(ledger: Ledger, trx: Trx, typed: TypePickupCode): Promise<TypedOutcome> {
  const { merchantId, code } = typed;
  const now = ledger.clock.now();
  if (secondsAfter(typed.typedAt, ledger.rules.answerWindow) <= now) return refused('late');
  if ((await wrongLately(ledger, trx, typed)) >= ledger.rules.wrongCodesPerMinute) return refused('too-many');
  const malls = await listMalls(trx, merchantId);
  const ofLength = malls.find(({ lengths }) => lengths.includes(code.length));
  if (ofLength) return await claimExternalCode(ledger, trx, { ...typed, integrationId: ofLength.integrationId });

  const { pickup_codes_enabled: enabled } = await trx
    .selectFrom('merchants')
    .select('pickup_codes_enabled')
    .where('id', '=', merchantId)
    .executeTakeFirstOrThrow();
  const own = enabled ? await findOwn(trx, typed) : undefined;
  if (own?.state === 'taken') return refused('used');
  if (own?.state === 'unused' && (own.expires_at === null || own.expires_at > now)) return await take(ledger, trx, typed, own);
  const mall = findMall(malls);
  if (mall) return await claimExternalCode(ledger, trx, { ...typed, integrationId: mall.integrationId });
  if (!enabled) return refused('disabled');
  return refused(own?.state === 'used' ? 'used' : own ? 'expired' : 'unknown');
}

/** Wrong codes of this machine within a minute; those about which a mall is still asked count as wrong until it says otherwise. */
async function wrongLately(ledger: Ledger, trx: Trx, { merchantId, machineId }: Typing): Promise<number> {
  const { count } = await trx
    .selectFrom('typed_codes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('at', '>', secondsAfter(ledger.clock.now(), -60))
    .where((eb) => eb.or([eb('state', '=', 'asked'), eb('reason', 'in', [...wrongCodeReasons])]))
    .executeTakeFirstOrThrow();
  return Number(count);
}

type OwnCode = NonNullable<Awaited<ReturnType<typeof findOwn>>>;

/** The live one of these digits, else the latest; held. Of two machines that come for one the second waits here, and finds it taken. */
async function findOwn(trx: Trx, { merchantId, code }: TypePickupCode) {
  return await trx
    .selectFrom('pickup_codes')
    .select([
      'id',
      'state',
      'machine_id',
      'slot_id',
      'product_id',
      'goods_id',
      'valid_from',
      'expires_at',
      'integration_id',
      'fee_cents',
      'restores',
    ])
    .where('merchant_id', '=', merchantId)
    .where('code', '=', code)
    .where('elsewhere', '=', false)
    .where('state', '!=', 'deleted')
    .orderBy((eb) => eb('state', 'in', ['unused', 'taken']), 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

async function take(ledger: Ledger, trx: Trx, typed: TypePickupCode, own: OwnCode): Promise<TypedOutcome> {
  const { merchantId, machineId, cause } = typed;
  const now = ledger.clock.now();
  // Of another machine: as if there were none.
  if (own.machine_id !== null && own.machine_id !== machineId) return refused('unknown');
  if (own.valid_from && own.valid_from > now) return refused('not-yet');
  const wanted = { slotId: own.slot_id, productId: own.product_id, goodsId: own.goods_id };
  const slot = await chooseSlot(trx, typed, wanted, await slotsIssuedFor(trx, merchantId, own.id));
  if ((await droppedOrder(trx, merchantId, own.id)) !== undefined) return refused('used');
  if (!slot) return refused('sold-out');
  const { orderId, lineId } = await fetchUnit(ledger, trx, {
    merchantId,
    machineId,
    integrationId: own.integration_id,
    slot,
    tradeId: `pickup-code:${own.id}:${own.restores}`,
    feeCents: own.fee_cents,
    pickupCodeId: own.id,
    cause,
  });
  await trx
    .updateTable('pickup_codes')
    .set({ state: pickupCodeMoves.take.to, used_at: now, used_by: 'keypad', order_id: orderId })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', own.id)
    .execute();
  // Machines were told of those that are for a slot.
  if (own.slot_id !== null) {
    await tellMachine(ledger, trx, { merchantId, machineId, method: 'pickup-code.deleted', fields: { id: own.id } });
  }
  const data = { pickupCodeId: own.id, lineId, usedBy: 'keypad' };
  await recordEvent(ledger, trx, { merchantId, kind: 'pickup-code.used', orderId, machineId, data }, cause);
  return { state: 'accepted', orderId };
}
