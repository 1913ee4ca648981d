import { sql } from 'kysely';
import type { Cause } from '../../events/event.ts';
import type { Ledger, Trx } from '../../ledger.ts';
import type { PosRecordDraft } from '../pos-record.ts';
import { putPosRecords } from '../put-pos-records.ts';
import { bookingTime, lockVendingShop, toSecond, type VendingShop } from './lock-shop.ts';
import { statisticDocument } from './statistic-document.ts';
import { sumBookings } from './sum-bookings.ts';

interface Refill {
  machineId: number;
  machineName: string;
  siteId: number | null;
  refilledAt: Date;
}

/**
 * A settled refill is a handover, once: of everything that was booked at its machine up to then and is not handed over yet, reversals
 * too. What is booked later goes to the next. A machine that was moved hands over at its old shop what is left there.
 */
export async function bookHandover(ledger: Ledger, trx: Trx, merchantId: number, refillId: number, cause: Cause): Promise<void> {
  const { rows } = await sql<Refill>`
    select m.id as "machineId", m.name as "machineName", m.site_id as "siteId", s.refilled_at as "refilledAt"
    from settlements s join machines m on m.merchant_id = s.merchant_id and m.id = s.machine_id
    where s.merchant_id = ${merchantId} and s.refill_id = ${refillId}`.execute(trx);
  const [refill] = rows;
  if (!refill) return;
  const { rows: shops } = await sql<{ id: number }>`
    select s.id from pos_shops s
    where s.merchant_id = ${merchantId} and s.open_day is not null and (s.site_id = ${refill.siteId} or exists (
      select from pos_bookings b where b.merchant_id = s.merchant_id and b.machine_id = ${refill.machineId} and b.shop_id = s.id
        and b.refill_id is null and b.at <= ${refill.refilledAt}))
    order by s.id`.execute(trx);
  for (const { id } of shops) {
    const shop = await lockVendingShop(trx, merchantId, { id });
    if (shop?.vendingSince && refill.refilledAt >= shop.vendingSince)
      await handOver(ledger, trx, shop, { ...refill, refillId }, cause);
  }
}

async function handOver(
  ledger: Ledger,
  trx: Trx,
  shop: VendingShop,
  { refillId, machineId, machineName, refilledAt }: Refill & { refillId: number },
  cause: Cause,
): Promise<void> {
  const { merchantId, id: shopId } = shop;
  const key = `refill ${refillId}`;
  const made = await trx
    .selectFrom('pos_records')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('shop_id', '=', shopId)
    .where('kind', '=', 'handover')
    .where('key', '=', key)
    .executeTakeFirst();
  if (made) return;
  await trx
    .updateTable('pos_bookings')
    .set({ refill_id: refillId })
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('shop_id', '=', shopId)
    .where('refill_id', 'is', null)
    .where('at', '<=', refilledAt)
    .execute();
  const sums = await sumBookings(trx, sql`b.merchant_id = ${merchantId} and b.shop_id = ${shopId} and b.refill_id = ${refillId}`);
  const at = await freeSecond(trx, shop, machineId, bookingTime(shop, refilledAt, ledger.clock.now()));
  const record: PosRecordDraft = {
    ...{ kind: 'handover', key, version: 0, at, createdOn: at, businessDay: null },
    ...{ staffId: machineId, staffName: machineName, doubts: [] },
    amountCents: sums.filter(({ part }) => part === 'payment').reduce((sum, { amountCents }) => sum + amountCents, 0),
    document: JSON.stringify(statisticDocument(sums)),
  };
  await putPosRecords(
    { ...ledger, db: trx },
    { merchantId, shopId, source: 'ledger', integrationId: null, records: [record] },
    cause,
  );
}

/** Who mirrors handovers tells them apart by who and when: of one machine no two are of one second. */
async function freeSecond(trx: Trx, { merchantId, id }: VendingShop, machineId: number, wanted: Date): Promise<Date> {
  const second = toSecond(wanted);
  const { rows } = await sql<{ at: Date }>`
    select max(at) as at from pos_records
    where merchant_id = ${merchantId} and shop_id = ${id} and kind = 'handover' and source = 'ledger' and staff_id = ${machineId}
      and at >= ${second}`.execute(trx);
  const last = rows[0]?.at;
  return last ? new Date(last.getTime() + 1000) : second;
}
