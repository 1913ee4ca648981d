import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../ledger.ts';
import type { BookingLine } from './booking-lines.ts';

/** The sums of the bookings `b` for which `where` holds, line by line. */
export async function sumBookings(db: Db, where: RawBuilder<unknown>): Promise<BookingLine[]> {
  const { rows } = await sql<BookingLine>`
    select l.part, l.key, l.name, sum(l.count)::bigint as count, sum(l.amount_cents)::bigint as "amountCents"
    from pos_bookings b
    join pos_booking_lines l on l.merchant_id = b.merchant_id and l.booking_id = b.id
    where ${where}
    group by l.part, l.key, l.name
    having sum(l.count) <> 0 or sum(l.amount_cents) <> 0
    order by l.part, l.key, l.name`.execute(db);
  return rows;
}
