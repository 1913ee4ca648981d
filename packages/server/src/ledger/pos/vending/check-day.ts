import { sql } from 'kysely';
import type { Ledger, Trx } from '../../ledger.ts';
import { dayAfter, opensAt } from './business-day.ts';

/** Two that should say the same and do not. */
export interface Difference {
  between: 'bill' | 'day-end' | 'handover' | 'trades';
  /** What it is about: `order 12`, `refill 5`, `day 2025-06-01`. */
  subject: string;
  /** What is told, and what it should be, in cents; null: it is not there. */
  told: number | null;
  due: number | null;
  cause: string;
}

export interface DayCheck {
  businessDay: string;
  closed: boolean;
  /** What the day's bills made, reversals taken off, in cents; of that what is handed over already. */
  billsCents: number;
  handedOverCents: number;
  /** Null: it is not closed. */
  dayEndCents: number | null;
  /** Empty: all agree. */
  differences: Difference[];
  /** Orders that are no difference yet: they are still on their way into the books. */
  pending: { orderId: number; why: string }[];
}

interface Of {
  merchantId: number;
  shopId: number;
  /** `YYYY-MM-DD` */
  businessDay: string;
}

/**
 * Holds a business day's bills, its handovers, its day end and the trades of the sales against one another. What was told is read out of
 * the documents as third parties have them, and not out of the sums from which they were made. A day that is closed is held as of its
 * close: what changed later stands in the day in which it changed.
 */
export async function checkDay(ledger: Ledger, of: Of): Promise<DayCheck> {
  // All of one moment: what is booked meanwhile is no difference.
  return await ledger.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const bills = await readBills(trx, of);
      const sum = (of: (bill: BilledChange) => number | null) => bills.reduce((all, bill) => all + (of(bill) ?? 0), 0);
      const billsCents = sum(({ paid }) => paid);
      const [dayEnd] = await readDayEnd(trx, of);
      const { differences, pending } = await holdAgainstTrades(trx, of);
      return {
        businessDay: of.businessDay,
        closed: dayEnd !== undefined,
        billsCents,
        handedOverCents: sum(({ paid, refillId }) => (refillId === null ? 0 : paid)),
        dayEndCents: dayEnd?.paid ?? null,
        differences: [
          ...bills.flatMap(checkBill),
          ...checkDayEnd(of, bills, dayEnd),
          ...(await readHandovers(trx, of)).flatMap(checkHandover),
          ...differences,
        ],
        pending,
      };
    });
}

/** What a version of a bill changed, by its document and the one before it; and by the booking. In cents. */
interface BilledChange {
  orderId: number;
  undoIndex: number;
  refillId: number | null;
  /** Null: the bill is not there. */
  paid: number | null;
  goods: number | null;
  booked: number;
  bookedGoods: number;
  /** Of the document itself. */
  whole: number | null;
  byPayments: number | null;
  byParts: number | null;
}

const cents = (text: string) => sql.raw(`round((${text})::numeric * 100)::bigint`);

/** Bookings `b` with the document of their version `r` and the one before `p`. */
const billed = sql`pos_bookings b
  left join pos_records r on r.merchant_id = b.merchant_id and r.shop_id = b.shop_id and r.kind = 'bill'
    and r.key = b.order_id::text and r.version = b.undo_index
  left join pos_records p on p.merchant_id = b.merchant_id and p.shop_id = b.shop_id and p.kind = 'bill'
    and p.key = b.order_id::text and p.version = b.undo_index - 1`;

const change = (field: string) => sql`${cents(`r.document ->> '${field}'`)} - coalesce(${cents(`p.document ->> '${field}'`)}, 0)`;

const booked = (part: string) => sql`coalesce((
  select sum(l.amount_cents)::bigint from pos_booking_lines l
  where l.merchant_id = b.merchant_id and l.booking_id = b.id and l.part = ${part}), 0)`;

async function readBills(trx: Trx, { merchantId, shopId, businessDay }: Of): Promise<BilledChange[]> {
  const { rows } = await sql<BilledChange>`
    select b.order_id as "orderId", b.undo_index as "undoIndex", b.refill_id as "refillId", ${change('real_amount')} as paid,
      ${change('goods_amount')} as goods, ${booked('payment')} as booked, ${booked('goods')} as "bookedGoods",
      ${cents(`r.document ->> 'real_amount'`)} as whole,
      (select coalesce(sum(${cents(`y ->> 'value'`)}), 0)::bigint from json_array_elements(r.document -> 'payments') y) as "byPayments",
      ${cents(`r.document ->> 'goods_amount'`)} + ${cents(`r.document ->> 'surcharge'`)} + ${cents(`r.document ->> 'promotion'`)}
        as "byParts"
    from ${billed}
    where b.merchant_id = ${merchantId} and b.shop_id = ${shopId} and b.business_day = ${businessDay}
    order by b.id`.execute(trx);
  return rows;
}

function checkBill(bill: BilledChange): Difference[] {
  const of = (told: number | null, due: number | null, cause: string): Difference[] =>
    told === due
      ? []
      : [{ between: 'bill', subject: `order ${bill.orderId}`, told, due, cause: `version ${bill.undoIndex}: ${cause}` }];
  if (bill.whole === null) return of(null, bill.booked, 'it was booked, and there is no bill');
  return [
    ...of(bill.whole, bill.byPayments, 'its payments do not make its amount'),
    ...of(bill.whole, bill.byParts, 'its goods, surcharge and promotions do not make its amount'),
    ...of(bill.paid, bill.booked, 'it changed by another amount than was booked'),
    ...of(bill.goods, bill.bookedGoods, 'its goods changed by another amount than was booked'),
  ];
}

interface Totals {
  paid: number | null;
  goods: number | null;
}

const totalsOf = sql`
  (select ${cents(`y ->> 'amount'`)} from json_array_elements(r.document -> 'detail') y where y ->> 'key' = 'cashierSum') as paid,
  (select ${cents(`y ->> 'amount'`)} from json_array_elements(r.document -> 'goods') y where y ->> 'key' = 'expectValue') as goods`;

async function readDayEnd(trx: Trx, { merchantId, shopId, businessDay }: Of): Promise<Totals[]> {
  const { rows } = await sql<Totals>`
    select ${totalsOf} from pos_records r
    where r.merchant_id = ${merchantId} and r.shop_id = ${shopId} and r.kind = 'day-end' and r.key = ${businessDay} and r.latest`.execute(
    trx,
  );
  return rows;
}

function checkDayEnd({ businessDay }: Of, bills: readonly BilledChange[], dayEnd: Totals | undefined): Difference[] {
  if (!dayEnd) return [];
  const of = (told: number | null, due: number, cause: string): Difference[] =>
    told === due ? [] : [{ between: 'day-end', subject: `day ${businessDay}`, told, due, cause }];
  const sum = (read: (bill: BilledChange) => number | null) => bills.reduce((all, bill) => all + (read(bill) ?? 0), 0);
  return [
    ...of(
      dayEnd.paid,
      sum(({ paid }) => paid),
      'its payments are not those of the bills',
    ),
    ...of(
      dayEnd.goods,
      sum(({ goods }) => goods),
      'its goods are not those of the bills',
    ),
  ];
}

interface HandedOver extends Totals {
  refillId: number;
  found: boolean;
  billsPaid: number;
  billsGoods: number;
}

/** Of the refills at which something of the day was handed over: the handover, and all bills that are in it, whatever their day. */
async function readHandovers(trx: Trx, { merchantId, shopId, businessDay }: Of): Promise<HandedOver[]> {
  const { rows } = await sql<HandedOver>`
    select h.refill_id as "refillId", r.id is not null as found, ${totalsOf}, h.paid as "billsPaid", h.goods as "billsGoods"
    from (
      select b.merchant_id, b.shop_id, b.refill_id, sum(${change('real_amount')})::bigint as paid,
        sum(${change('goods_amount')})::bigint as goods
      from ${billed}
      where b.merchant_id = ${merchantId} and b.shop_id = ${shopId} and b.refill_id in (
        select d.refill_id from pos_bookings d
        where d.merchant_id = ${merchantId} and d.shop_id = ${shopId} and d.business_day = ${businessDay})
      group by b.merchant_id, b.shop_id, b.refill_id
    ) h
    left join pos_records r on r.merchant_id = h.merchant_id and r.shop_id = h.shop_id and r.kind = 'handover'
      and r.key = 'refill ' || h.refill_id and r.latest
    order by h.refill_id`.execute(trx);
  return rows;
}

function checkHandover({ refillId, found, paid, goods, billsPaid, billsGoods }: HandedOver): Difference[] {
  const of = (told: number | null, due: number, cause: string): Difference[] =>
    told === due ? [] : [{ between: 'handover', subject: `refill ${refillId}`, told, due, cause }];
  if (!found) return of(null, billsPaid, 'bills were handed over, and there is no handover');
  return [
    ...of(paid, billsPaid, 'its payments are not those of its bills'),
    ...of(goods, billsGoods, 'its goods are not those of its bills'),
  ];
}

interface Sold {
  orderId: number;
  /** Of the latest bill; null: there is none. */
  billed: number | null;
  sold: number;
  underWay: boolean;
  due: boolean;
  failures: number;
}

/** Orders of which something was booked that day, or dropped that day without being booked at all: their bill, and their trades. */
async function holdAgainstTrades(trx: Trx, of: Of): Promise<Pick<DayCheck, 'differences' | 'pending'>> {
  const { merchantId, shopId, businessDay } = of;
  const day = sql`${businessDay}::text`;
  const { rows } = await sql<Sold>`
    with wanted as (
      select b.order_id from pos_bookings b
      where b.merchant_id = ${merchantId} and b.shop_id = ${shopId} and b.business_day = ${businessDay}
      union
      select t.order_id from pos_shops s
      join trades t on t.merchant_id = s.merchant_id and t.site_id = s.site_id and t.order_id is not null and t.counts
      where s.merchant_id = ${merchantId} and s.id = ${shopId} and t.created_at >= ${opensAt(day)} - interval '2 days'
        and t.created_at < ${opensAt(dayAfter(day))} and t.executed_at >= ${opensAt(day)} and t.executed_at < ${opensAt(dayAfter(day))}
        and t.executed_at >= s.vending_since
        and not exists (select from pos_bookings b where b.merchant_id = t.merchant_id and b.order_id = t.order_id)
    )
    select w.order_id as "orderId",
      (select ${cents(`r.document ->> 'goods_amount'`)} from pos_records r
        where r.merchant_id = ${merchantId} and r.shop_id = ${shopId} and r.kind = 'bill' and r.key = w.order_id::text and r.latest) as billed,
      coalesce(sum(t.quantity * t.price_cents) filter (where t.counts), 0)::bigint as sold,
      bool_or(t.deliver_state = 'pending') as "underWay",
      exists (select from pos_due d where d.merchant_id = ${merchantId} and d.order_id = w.order_id)
        or exists (select from sales_due d where d.merchant_id = ${merchantId} and d.order_id = w.order_id) as due,
      coalesce((select max(d.failures) from pos_due d where d.merchant_id = ${merchantId} and d.order_id = w.order_id), 0) as failures
    from wanted w
    join dispenses u on u.merchant_id = ${merchantId} and u.order_id = w.order_id
    join trades t on t.merchant_id = u.merchant_id and t.dispense_id = u.id
    group by w.order_id
    order by w.order_id`.execute(trx);
  const differences: Difference[] = [];
  const pending: DayCheck['pending'] = [];
  for (const { orderId, billed, sold, underWay, due, failures } of rows) {
    if ((billed ?? 0) === sold) continue;
    if (failures === 0 && (due || underWay))
      pending.push({ orderId, why: due ? 'it is still to be booked' : 'a unit of it is under way' });
    else {
      const cause =
        failures > 0
          ? 'it could not be booked'
          : billed === null
            ? 'it was sold, and there is no bill'
            : 'its trades say otherwise';
      differences.push({ between: 'trades', subject: `order ${orderId}`, told: billed, due: sold, cause });
    }
  }
  return { differences, pending };
}
