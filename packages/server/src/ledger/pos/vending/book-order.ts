import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Cause } from '../../events/event.ts';
import type { Ledger, Trx } from '../../ledger.ts';
import type { PosRecordDraft } from '../pos-record.ts';
import { putPosRecords } from '../put-pos-records.ts';
import { billContent } from './bill-document.ts';
import { type BookingLine, difference, linesOf } from './booking-lines.ts';
import { stampTimes } from './business-day.ts';
import { bookingTime, lockVendingShop, toSecond, type VendingShop } from './lock-shop.ts';
import { readSale } from './read-sale.ts';
import { amountsOf, type Sale, type SaleAmounts } from './sale.ts';
import { isCancelled, takeOutDocument } from './take-out-document.ts';

interface Booked {
  shop_id: number;
  undo_index: number;
  content: Buffer;
}

/**
 * Brings the bill of an order, and its take-out order where an outside channel sold it, up to what the order is now. However often it is
 * asked, each version is made once.
 *
 * A bill is made when no unit is under way any more and at least one that dropped stands: an order of which nothing dropped, or that was
 * given back before, has none. Whatever changes it later is a new version.
 */
export async function bookOrder(ledger: Ledger, trx: Trx, merchantId: number, orderId: number, cause: Cause): Promise<void> {
  const last = await lastBooking(trx, merchantId, orderId);
  const sale = await readSale(trx, merchantId, orderId);
  if (!sale) return;
  const shop = await lockVendingShop(trx, merchantId, last ? { id: last.shop_id } : { siteId: sale.siteId });
  if (!shop || shop.vendingSince === null) return;
  const settledAt = new Date(Math.max(...sale.lines.map((line) => line.settledAt.getTime())));
  if (!last && settledAt < shop.vendingSince) return;
  const underWay = sale.lines.some((line) => line.open > 0);
  if (underWay && !sale.lines.some((line) => line.refunded)) return;
  const amounts = amountsOf(sale);
  const stands = sale.lines.some((line) => line.standing > 0);
  const records: PosRecordDraft[] = [];
  if (last || (stands && !underWay)) records.push(...(await bookBill(ledger, trx, { shop, sale, amounts, settledAt, last })));
  if (sale.channel !== null && (last || stands || isCancelled(sale))) records.push(await takeOut(trx, shop, sale, amounts));
  const told = { merchantId, shopId: shop.id, source: 'ledger', integrationId: null, records } as const;
  await putPosRecords({ ...ledger, db: trx }, told, cause);
}

async function lastBooking(trx: Trx, merchantId: number, orderId: number): Promise<Booked | undefined> {
  return await trx
    .selectFrom('pos_bookings')
    .select(['shop_id', 'undo_index', 'content'])
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .orderBy('undo_index', 'desc')
    .limit(1)
    .executeTakeFirst();
}

interface Booking {
  shop: VendingShop;
  sale: Sale;
  amounts: SaleAmounts;
  settledAt: Date;
  last: Booked | undefined;
}

/** The next version of the bill, booked; none where it is as it was. */
async function bookBill(ledger: Ledger, trx: Trx, { shop, sale, amounts, settledAt, last }: Booking): Promise<PosRecordDraft[]> {
  const { merchantId, orderId } = sale;
  const content = billContent(shop, sale, amounts);
  const now = linesOf(shop, sale, amounts);
  const hash = createHash('sha256')
    .update(JSON.stringify([now, content.orders, content.payments, content.promotions]))
    .digest();
  if (last?.content.equals(hash)) return [];
  const at = bookingTime(shop, settledAt, ledger.clock.now());
  const undoIndex = last ? last.undo_index + 1 : 0;
  const { businessDay, faces } = await stampTimes(trx, { merchantId, shopId: shop.id }, at, sale.createdAt);
  const { id } = await trx
    .insertInto('pos_bookings')
    .values({
      merchant_id: merchantId,
      shop_id: shop.id,
      order_id: orderId,
      machine_id: sale.machineId,
      undo_index: undoIndex,
      at,
      // A day that is closed stays as it was, whatever became of its hours since.
      business_day: businessDay > shop.openDay ? businessDay : shop.openDay,
      content: hash,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const lines = difference(now, await linesBefore(trx, merchantId, orderId));
  if (lines.length > 0) {
    await trx
      .insertInto('pos_booking_lines')
      .values(
        lines.map(({ part, key, name, count, amountCents }) => ({
          merchant_id: merchantId,
          booking_id: id,
          part,
          key,
          name,
          count,
          amount_cents: amountCents,
        })),
      )
      .execute();
  }
  const document = { ...content, undo_index: undoIndex, create_on: faces[1], cashier_on: faces[0] };
  return [
    {
      ...{ kind: 'bill', key: String(orderId), version: undoIndex, at: toSecond(at), createdOn: null, businessDay: null },
      ...{ staffId: sale.machineId, staffName: sale.machineName, doubts: [] },
      amountCents: amounts.paidCents,
      document: JSON.stringify(document),
    },
  ];
}

async function linesBefore(trx: Trx, merchantId: number, orderId: number): Promise<BookingLine[]> {
  const { rows } = await sql<BookingLine>`
    select l.part, l.key, l.name, sum(l.count)::bigint as count, sum(l.amount_cents)::bigint as "amountCents"
    from pos_bookings b
    join pos_booking_lines l on l.merchant_id = b.merchant_id and l.booking_id = b.id
    where b.merchant_id = ${merchantId} and b.order_id = ${orderId}
    group by l.part, l.key, l.name`.execute(trx);
  return rows;
}

async function takeOut(trx: Trx, shop: VendingShop, sale: Sale, amounts: SaleAmounts): Promise<PosRecordDraft> {
  const { faces } = await stampTimes(trx, { merchantId: sale.merchantId, shopId: shop.id }, sale.createdAt);
  const document = takeOutDocument(sale, amounts, faces[0] ?? '');
  return {
    ...{ kind: 'take-out', key: String(sale.orderId), at: toSecond(sale.createdAt), createdOn: null, businessDay: null },
    version: isCancelled(sale) ? 1 : 0,
    ...{ staffId: sale.machineId, staffName: sale.machineName, doubts: [] },
    amountCents: Math.round(document.amount * 100),
    document: JSON.stringify(document),
  };
}
