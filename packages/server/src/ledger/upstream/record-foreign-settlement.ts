import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { StyleSales } from '../sales/list-settlements.ts';
import { lockSales } from '../sales/upsert-trades.ts';
import { slotName } from './put-foreign-cabinets.ts';
import type { ForeignGoods } from './put-foreign-goods.ts';
import { type ForeignSite, putForeignMachineIn } from './put-foreign-machine.ts';

/** A refill of another platform's machine, with what that platform settled by it. Told, not reckoned: it stays as it is. */
export interface ForeignSettlement {
  merchantId: number;
  upstreamIntegrationId: number;
  machineNo: string;
  site?: ForeignSite | undefined;
  /** With the machine's number, what it is known by. */
  refilledAt: Date;
  /** Null: it was the first. */
  previousAt: Date | null;
  /** Every slot of the machine. */
  slots: readonly ForeignSettledSlot[];
  /** Sales that are of none of these slots. */
  otherSales: readonly StyleSales[];
  cause: Cause;
}

export interface ForeignSettledSlot {
  cabinet: string;
  code: string;
  goods?: ForeignGoods | undefined;
  priceCents: number;
  /** After the refill, and how many of it the refill put in. */
  stock: number;
  refilled: number;
  sales: readonly StyleSales[];
}

/**
 * Records it once, whenever it comes; a machine that is not known is made. What lies in the slots is taken from it unless something newer is known.
 * The trades that had dropped by then, and belong to no earlier refill, are its own. False when it was known.
 */
export async function recordForeignSettlement(ledger: Ledger, settlement: ForeignSettlement): Promise<boolean> {
  return await inTransaction(ledger.db, async (trx) => {
    const { merchantId, upstreamIntegrationId, machineNo, site, refilledAt, slots, cause } = settlement;
    const cabinets = [...Map.groupBy(slots, ({ cabinet }) => cabinet)].map(([name, inCabinet]) => ({
      name,
      slots: inCabinet.map(({ code, goods, priceCents, stock }) => ({ code, goods, priceCents, onHand: stock })),
    }));
    const told = { merchantId, upstreamIntegrationId, machineNo, site, cause, saidAt: refilledAt };
    const { id: machineId } = await putForeignMachineIn(ledger, trx, { ...told, ...(cabinets.length > 0 && { cabinets }) });
    await lockSales(trx, [merchantId]);
    const known = await sql`
      select from refills where merchant_id = ${merchantId} and machine_id = ${machineId} and source = 'upstream' and at = ${refilledAt}`.execute(
      trx,
    );
    if (known.rows.length > 0) return false;
    const { id: refillId } = await trx
      .insertInto('refills')
      .values({ merchant_id: merchantId, machine_id: machineId, source: 'upstream', at: refilledAt })
      .returning('id')
      .executeTakeFirstOrThrow();
    await writeSettlement(ledger, trx, settlement, machineId, refillId);
    await takeTrades(trx, merchantId, machineId, refillId, refilledAt);
    await recordEvent(ledger, trx, { merchantId, kind: 'refill.settled', machineId, data: { refillId } }, cause);
    return true;
  });
}

async function writeSettlement(
  ledger: Ledger,
  trx: Trx,
  { merchantId, upstreamIntegrationId, slots, otherSales, previousAt, refilledAt }: ForeignSettlement,
  machineId: number,
  refillId: number,
): Promise<void> {
  await trx
    .insertInto('settlements')
    .values({
      merchant_id: merchantId,
      refill_id: refillId,
      machine_id: machineId,
      previous_at: previousAt,
      refilled_at: refilledAt,
      settled_at: ledger.clock.now(),
    })
    .execute();
  const lines = slots.map(({ cabinet, code, goods, priceCents, stock, refilled }) => ({
    ...{ cabinet, slot: slotName(cabinet, code), priceCents, stock, refilled },
    ...{ goodsNumber: goods?.number ?? '', goodsName: goods?.name ?? '' },
  }));
  await sql`
    insert into settlement_lines
      (merchant_id, refill_id, slot_id, slot_name, cabinet_name, goods_id, goods_number, goods_name, price_cents, stock, refilled)
    select distinct on (s.id) ${merchantId}, ${refillId}, s.id, s.name, t.cabinet, g.id, coalesce(nullif(t."goodsNumber", ''), g.number, ''),
      t."goodsName", t."priceCents", t.stock, t.refilled
    from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as t(cabinet text, slot text, "goodsNumber" text, "goodsName" text,
      "priceCents" bigint, stock int, refilled int)
    join slots s on s.merchant_id = ${merchantId} and s.machine_id = ${machineId} and s.name = t.slot
    left join goods g on g.merchant_id = s.merchant_id
      and case when t."goodsNumber" = '' then g.id = s.goods_id else g.number = t."goodsNumber"
        and (g.upstream_integration_id is null or g.upstream_integration_id = ${upstreamIntegrationId}) end
    order by s.id, g.upstream_integration_id nulls first`.execute(trx);
  const sales = [
    ...slots.flatMap(({ cabinet, code, sales }) => sales.map((sale) => ({ cabinet, slot: slotName(cabinet, code), ...sale }))),
    ...otherSales.map((sale) => ({ cabinet: '', slot: '', ...sale })),
  ];
  await sql`
    insert into settlement_sales (merchant_id, refill_id, cabinet_name, slot_name, pay_style, units, amount_cents)
    select ${merchantId}, ${refillId}, cabinet, slot, "payStyle", sum(units), sum("amountCents")
    from jsonb_to_recordset(${JSON.stringify(sales)}::jsonb) as t(cabinet text, slot text, "payStyle" text, units bigint, "amountCents" bigint)
    group by cabinet, slot, "payStyle"`.execute(trx);
}

/** Also those that a later refill, told before this one, had taken. */
async function takeTrades(trx: Trx, merchantId: number, machineId: number, refillId: number, refilledAt: Date): Promise<void> {
  await sql`
    update trades t set refill_id = ${refillId}
    where t.merchant_id = ${merchantId} and t.machine_id = ${machineId}
      and coalesce(t.executed_at, t.paid_at, t.created_at) <= ${refilledAt}
      and (t.refill_id is null and t.counts or t.refill_id in (
        select r.id from refills r where r.merchant_id = t.merchant_id and r.machine_id = t.machine_id and r.at > ${refilledAt}))`.execute(
    trx,
  );
}
