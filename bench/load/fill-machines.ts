import { sql } from 'kysely';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';

/** Of each machine. */
export const slotsEach = 60;

/** Machines whose slots are written in one statement. */
const atOnce = 1_000;

/**
 * So many machines of a merchant, numbered from `firstNo` on, at sites on lines in areas, as they are on a morning: one in twenty is silent, one in two hundred
 * slots is faulty, one in ten sold out, one machine in a hundred has a fault. Written straight into the tables, since adding them one by
 * one takes minutes.
 */
export async function fillMachines(ledger: Ledger, merchantId: number, count: number, firstNo: number): Promise<void> {
  const { db } = ledger;
  const now = ledger.clock.now();
  await sql`
    insert into areas (merchant_id, name, created_at)
    select ${merchantId}, 'Area ' || i, ${now} from generate_series(1, 10) as i`.execute(db);
  await sql`
    insert into lines (merchant_id, name, area_id, created_at)
    select ${merchantId}, 'Line ' || row_number() over (order by i, a.id), a.id, ${now}
    from generate_series(1, 20) as i cross join areas a where a.merchant_id = ${merchantId}`.execute(db);
  await sql`
    insert into sites (merchant_id, number, name, line_id, address, created_at)
    select ${merchantId}, 'S' || row_number() over (order by i, l.id), 'Site ' || row_number() over (order by i, l.id), l.id, i || ' Road', ${now}
    from generate_series(1, 20) as i cross join lines l where l.merchant_id = ${merchantId}`.execute(db);
  await sql`
    with spot as (select id, row_number() over (order by id) - 1 as n, count(*) over () as of from sites where merchant_id = ${merchantId})
    insert into machines (merchant_id, machine_no, name, address, site_id, created_at)
    select ${merchantId}, (${firstNo}::bigint + i)::text, 'Machine ' || i, spot.n || ' Road', spot.id, ${now}
    from generate_series(1, ${count}::bigint) as i join spot on spot.n = i % spot.of`.execute(db);
  await sql`
    insert into machine_locks (merchant_id, machine_id) select merchant_id, id from machines where merchant_id = ${merchantId}`.execute(
    db,
  );
  await sql`
    insert into machine_status (merchant_id, machine_id, last_seen_at, network_type, network_rssi)
    select merchant_id, id, ${now}::timestamptz - case when id % 20 = 0 then interval '1 hour' else interval '0' end, '4G', -70
    from machines where merchant_id = ${merchantId}`.execute(db);
  await sql`
    insert into machine_conditions (merchant_id, machine_id, said_at, condition)
    select merchant_id, id, ${now}, jsonb_build_object('door', 'shut', 'faults', case when id % 100 = 0
      then jsonb_build_array(jsonb_build_object('cabinet', '', 'fault', 'system.clock', 'since', ${now}::timestamptz)) else '[]' end)
    from machines where merchant_id = ${merchantId}`.execute(db);
  await sql`
    insert into cabinets (merchant_id, machine_id, name, addr, drive, kind)
    select merchant_id, id, 'A', 1, 'spring', 'spring' from machines where merchant_id = ${merchantId}`.execute(db);
  await sql`
    insert into goods (merchant_id, number, name, price_cents, created_at, updated_at)
    select ${merchantId}, i::text, 'Good ' || i, 100 + i * 10, ${now}, ${now} from generate_series(1, 40) as i`.execute(db);
  const ids = await db.selectFrom('machines').select('id').where('merchant_id', '=', merchantId).orderBy('id').execute();
  for (let done = 0; done < ids.length; done += atOnce) {
    const some = ids.slice(done, done + atOnce).map(({ id }) => id);
    await sql`
      with good as (
        select id, price_cents, row_number() over (order by id) - 1 as n, count(*) over () as of from goods where merchant_id = ${merchantId}
      )
      insert into slots (merchant_id, machine_id, cabinet_id, name, code, x, y, goods_id, price_cents, capacity, on_hand, fault_code, sold_out_at)
      select b.merchant_id, b.machine_id, b.id, 'A' || i, lpad(i::text, 3, '0'), 1 + (i - 1) / 10, (i - 1) % 10, good.id, good.price_cents, 10,
        case when (b.machine_id * 7 + i * 3) % 10 = 0 then 0 else 1 + (b.machine_id + i) % 10 end,
        case when (b.machine_id * 31 + i * 7) % 200 = 0 then 2 else 1 end,
        case when (b.machine_id * 7 + i * 3) % 10 = 0 then ${now}::timestamptz end
      from cabinets b cross join generate_series(1, ${slotsEach}::int) as i join good on good.n = i % good.of
      where b.merchant_id = ${merchantId} and b.machine_id = any(${some}::bigint[])`.execute(db);
  }
  await sql`vacuum (analyze) machines, machine_status, machine_conditions, cabinets, slots, sites, lines, areas`.execute(db);
}
