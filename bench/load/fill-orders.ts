import { sql } from 'kysely';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';

const atOnce = 50_000;

/** Months over which they are spread. */
const months = 12;

/**
 * So many orders of a merchant over the last year and all of its slots, of one unit each: paid and dispensed, but for one in fifty given
 * back and one in a thousand that failed and was not made good. Written straight into the tables, without a look at their references.
 */
export async function fillOrders(ledger: Ledger, merchantId: number, integrationId: number, count: number): Promise<void> {
  const { db } = ledger;
  const now = ledger.clock.now();
  const [last] = (await sql<{ id: number }>`select coalesce(max(id), 0) as id from orders`.execute(db)).rows;
  const before = last?.id ?? 0;
  // Told apart: as a column it would keep the join from being a hash.
  const { slots } = await db
    .selectFrom('slots')
    .select((eb) => eb.fn.countAll<number>().as('slots'))
    .where('merchant_id', '=', merchantId)
    .executeTakeFirstOrThrow();
  for (let done = 0; done < count; done += atOnce) {
    const last = Math.min(count, done + atOnce);
    await db.transaction().execute(async (trx) => {
      // The rows are right, and a check of a million of them takes minutes.
      await sql`set local session_replication_role = replica`.execute(trx);
      await sql`
        create temporary table placed on commit drop as
        with slot as (
          select id, machine_id, product_id, goods_id, price_cents, row_number() over (order by id) - 1 as n
          from slots where merchant_id = ${merchantId}
        )
        select ${before}::bigint + i as id, ${now}::timestamptz - make_interval(months => ${months}) * (1 - i / ${count}::float8) as at,
          i % 50 = 0 as refunded, i % 1000 = 1 as failed, slot.id as slot_id, slot.machine_id, slot.product_id, slot.goods_id, slot.price_cents
        from generate_series(${done + 1}::bigint, ${last}::bigint) as i join slot on slot.n = (i * 7919) % ${slots}::bigint`.execute(
        trx,
      );
      await sql`
        insert into orders (merchant_id, id, machine_id, integration_id, trade_id, state, amount_cents, created_at, paid_at, pay_style)
        select ${merchantId}, id, machine_id, ${integrationId}, 'bench-' || id, case when refunded then 'refunded' else 'paid' end, price_cents, at, at,
          (array['wechat', 'alipay', 'qrcode'])[1 + id % 3]
        from placed`.execute(trx);
      await sql`
        insert into order_lines (merchant_id, order_id, slot_id, product_id, goods_id, goods_name, quantity, price_cents)
        select ${merchantId}, id, slot_id, product_id, goods_id, 'Water', 1, price_cents from placed`.execute(trx);
      await sql`
        insert into dispenses (merchant_id, slot_id, order_id, line_id, state, changed_at)
        select ${merchantId}, p.slot_id, p.id, l.id, case when p.failed then 'failed' when p.refunded then 'returned' else 'dispensed' end, p.at
        from placed p join order_lines l on l.merchant_id = ${merchantId} and l.order_id = p.id`.execute(trx);
    });
  }
  await sql`select setval(pg_get_serial_sequence('orders', 'id'), (select max(id) from orders))`.execute(db);
  await sql`vacuum (analyze) orders, order_lines, dispenses`.execute(db);
}
