import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { CabinetKind } from '../machines/add-machine.ts';
import { putLineIn } from '../places/put-line.ts';
import { putSiteIn } from '../places/put-site.ts';
import { type ForeignGoods, putForeignGoodsIn } from './put-foreign-goods.ts';
import { type ReportedStock, setReportedStock } from './set-reported-stock.ts';

/** A machine of another platform, as that platform tells of it; what is not said stays as it is. */
export interface ForeignMachine {
  merchantId: number;
  upstreamIntegrationId: number;
  machineNo: string;
  /** Where it is not told, a new machine has its number for a name. */
  name?: string | undefined;
  vendor?: string | undefined;
  gatewayNo?: string | undefined;
  site?: ForeignSite | undefined;
  /** All of them where any is named: a slot that is no longer told of is off sale, and empty. */
  cabinets?: readonly ForeignCabinet[] | undefined;
  /** When it was said what lies in it, where it was not just now. */
  saidAt?: Date | undefined;
  cause: Cause;
}

export interface ForeignSite {
  /** That platform's own; where it is not told, the site of this name is meant. */
  number?: string | undefined;
  name: string;
  line?: string | undefined;
  area?: string | undefined;
  address?: string | undefined;
  longitude?: number | undefined;
  latitude?: number | undefined;
}

export interface ForeignCabinet {
  /** That platform's id of it. */
  name: string;
  kind?: CabinetKind | undefined;
  slots: readonly ForeignSlot[];
}

export interface ForeignSlot {
  /** That platform's number of it, within its cabinet. */
  code: string;
  goods?: ForeignGoods | undefined;
  priceCents?: number | undefined;
  capacity?: number | undefined;
  alertThreshold?: number | undefined;
  /** Where it is told. */
  onHand?: number | undefined;
}

/**
 * Adds or changes it with its site, cabinets and slots; told again nothing changes. Answers its id. It is known and shown, and nothing
 * is ordered from it. Tells machine.created, or machine.changed when its name, maker or site is another.
 */
export async function putForeignMachine(ledger: Ledger, draft: ForeignMachine): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    return (await putForeignMachineIn(ledger, trx, draft)).id;
  });
}

/** `current`: what it says of cabinets and stock is the newest of what is known, and was taken. */
export async function putForeignMachineIn(
  ledger: Ledger,
  trx: Trx,
  draft: ForeignMachine,
): Promise<{ id: number; current: boolean }> {
  const { merchantId, machineNo, cabinets, cause, saidAt = ledger.clock.now() } = draft;
  const { id, kind, name, stockSaidAt } = await putMachine(ledger, trx, draft);
  const current = stockSaidAt === null || saidAt >= stockSaidAt;
  if (cabinets && current) {
    await putCabinets(ledger, trx, id, draft, cabinets);
    if (cabinets.some(({ slots }) => slots.some(({ onHand }) => onHand !== undefined))) {
      await trx
        .updateTable('machines')
        .set({ stock_said_at: saidAt })
        .where('merchant_id', '=', merchantId)
        .where('id', '=', id)
        .execute();
    }
  }
  if (kind) await recordEvent(ledger, trx, { merchantId, kind, machineId: id, data: { machineNo, name } }, cause);
  return { id, current };
}

interface PutMachine {
  id: number;
  name: string;
  stockSaidAt: Date | null;
  kind: 'machine.created' | 'machine.changed' | undefined;
}

async function putMachine(
  ledger: Ledger,
  trx: Trx,
  { merchantId, upstreamIntegrationId, machineNo, name, vendor, gatewayNo, site }: ForeignMachine,
): Promise<PutMachine> {
  const siteId = site && (await putForeignSite(ledger, trx, { merchantId, upstreamIntegrationId, machineNo }, site));
  const change = {
    ...(name !== undefined && { name }),
    ...(vendor !== undefined && { vendor }),
    ...(gatewayNo !== undefined && { gateway_no: gatewayNo }),
    ...(siteId !== undefined && { site_id: siteId }),
  };
  const added = await trx
    .insertInto('machines')
    .values({
      merchant_id: merchantId,
      upstream_integration_id: upstreamIntegrationId,
      machine_no: machineNo,
      name: machineNo,
      created_at: ledger.clock.now(),
      ...change,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['merchant_id', 'upstream_integration_id', 'machine_no'])
        .where('upstream_integration_id', 'is not', null)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  if (added) {
    await trx.insertInto('machine_status').values({ merchant_id: merchantId, machine_id: added.id }).execute();
    return { id: added.id, name: name ?? machineNo, stockSaidAt: null, kind: 'machine.created' };
  }
  const before = await trx
    .selectFrom('machines')
    .select(['id', 'name', 'vendor', 'gateway_no', 'site_id', 'stock_said_at'])
    .where('merchant_id', '=', merchantId)
    .where('upstream_integration_id', '=', upstreamIntegrationId)
    .where('machine_no', '=', machineNo)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const put = { id: before.id, name: name ?? before.name, stockSaidAt: before.stock_said_at };
  const differs = Object.entries(change).some(([field, value]) => before[field as keyof typeof before] !== value);
  if (!differs) return { ...put, kind: undefined };
  await trx.updateTable('machines').set(change).where('merchant_id', '=', merchantId).where('id', '=', before.id).execute();
  return { ...put, kind: 'machine.changed' };
}

async function putForeignSite(
  ledger: Ledger,
  trx: Trx,
  of: Pick<ForeignMachine, 'merchantId' | 'upstreamIntegrationId' | 'machineNo'>,
  { area, number, ...site }: ForeignSite,
): Promise<number> {
  const { merchantId, upstreamIntegrationId } = of;
  // A line of ours of that name stays in the area where it is.
  if (site.line !== undefined) {
    const known = await trx
      .selectFrom('lines')
      .select('area_id')
      .where('merchant_id', '=', merchantId)
      .where('name', '=', site.line)
      .executeTakeFirst();
    await putLineIn(ledger, trx, { merchantId, name: site.line, ...(!known?.area_id && { area }) });
  }
  const told = number ?? (await numberOfSite(trx, of, site.name));
  if (number !== undefined) {
    // Before its number was told it was known by its name.
    await sql`
      update sites s set number = ${number}
      where s.merchant_id = ${merchantId} and s.upstream_integration_id = ${upstreamIntegrationId} and s.number = ${site.name} and s.name = s.number
        and not exists (select from sites o where o.merchant_id = s.merchant_id and o.upstream_integration_id = s.upstream_integration_id
          and o.number = ${number})`.execute(trx);
  }
  return await putSiteIn(ledger, trx, { merchantId, upstreamIntegrationId, ...site, number: told });
}

/** Of the site of this name where the machine stands, else of any of that platform. */
async function numberOfSite(
  trx: Trx,
  { merchantId, upstreamIntegrationId, machineNo }: Pick<ForeignMachine, 'merchantId' | 'upstreamIntegrationId' | 'machineNo'>,
  name: string,
): Promise<string> {
  const { rows } = await sql<{ number: string }>`
    select s.number from sites s
    left join machines m on m.merchant_id = s.merchant_id and m.site_id = s.id and m.upstream_integration_id = s.upstream_integration_id
      and m.machine_no = ${machineNo}
    where s.merchant_id = ${merchantId} and s.upstream_integration_id = ${upstreamIntegrationId} and s.name = ${name}
    order by m.id is null, s.id limit 1`.execute(trx);
  return rows[0]?.number ?? name;
}

async function putCabinets(
  ledger: Ledger,
  trx: Trx,
  machineId: number,
  { merchantId, upstreamIntegrationId }: ForeignMachine,
  cabinets: readonly ForeignCabinet[],
): Promise<void> {
  // Of what is told twice the last word counts.
  const slots = [
    ...new Map(
      cabinets.flatMap((cabinet) =>
        cabinet.slots.map((slot, y) => [slotName(cabinet.name, slot.code), { ...slot, cabinet: cabinet.name, y }] as const),
      ),
    ).values(),
  ];
  const kinds = new Map(cabinets.map(({ name, kind }) => [name, kind]));
  const goods = slots.flatMap(({ goods }) => goods ?? []);
  const ids = await putForeignGoodsIn(ledger, trx, { merchantId, upstreamIntegrationId }, goods);
  const goodsIds = new Map(goods.map((good, n) => [good, ids[n]]));
  // Their order is that in which they are told; those that are no longer told of keep their numbers out of the way.
  await sql`
    insert into cabinets (merchant_id, machine_id, name, addr, drive, kind)
    select ${merchantId}, ${machineId}, c.name,
      (select coalesce(max(addr), 0) from cabinets where merchant_id = ${merchantId} and machine_id = ${machineId}) + c.n, 'other',
      coalesce(c.kind, (select o.kind from cabinets o where o.merchant_id = ${merchantId} and o.machine_id = ${machineId} and o.name = c.name),
        'spring')
    from jsonb_to_recordset(${JSON.stringify([...kinds].map(([name, kind], n) => ({ n: n + 1, name, kind })))}::jsonb)
      as c(n int, name text, kind text)
    order by c.n
    on conflict (merchant_id, machine_id, name) do update set kind = excluded.kind`.execute(trx);
  const rows = slots.map(({ cabinet, code, goods, y, priceCents, capacity, alertThreshold }) => ({
    ...{ cabinet, name: slotName(cabinet, code), code, y, goodsId: goods && goodsIds.get(goods) },
    ...{ priceCents, capacity, alertThreshold },
  }));
  await sql`
    with told as (
      select b.id as cabinet_id, t.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(cabinet text, name text, code text,
        y int, "goodsId" bigint, "priceCents" bigint, capacity int, "alertThreshold" int)
      join cabinets b on b.merchant_id = ${merchantId} and b.machine_id = ${machineId} and b.name = t.cabinet
    )
    insert into slots (merchant_id, machine_id, cabinet_id, name, code, x, y, goods_id, price_cents, capacity, alert_threshold)
    select ${merchantId}, ${machineId}, cabinet_id, name, code, 1, y, "goodsId", coalesce("priceCents", 0), coalesce(capacity, 0),
      coalesce("alertThreshold", 0)
    from told order by cabinet_id, y
    on conflict (merchant_id, machine_id, name) do update set on_sale = true, y = excluded.y,
      goods_id = coalesce(excluded.goods_id, slots.goods_id),
      -- Another good has another number.
      product_id = case when excluded.goods_id <> slots.goods_id then nextval('product_numbers') else slots.product_id end,
      price_cents = coalesce((select "priceCents" from told where told.name = excluded.name), slots.price_cents),
      capacity = coalesce((select capacity from told where told.name = excluded.name), slots.capacity),
      alert_threshold = coalesce((select "alertThreshold" from told where told.name = excluded.name), slots.alert_threshold)`.execute(
    trx,
  );
  const named = new Set(rows.map(({ name }) => name));
  const known = await trx
    .selectFrom('slots')
    .select(['id', 'name', 'on_sale as onSale'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .execute();
  const gone = known.filter(({ name, onSale }) => onSale && !named.has(name));
  const onHand = new Map(slots.map((slot) => [slotName(slot.cabinet, slot.code), slot.onHand]));
  const stock: ReportedStock[] = known.flatMap(({ id, name }) => {
    const told = named.has(name) ? onHand.get(name) : 0;
    return told === undefined ? [] : [{ slotId: id, onHand: told }];
  });
  await setReportedStock(ledger, trx, merchantId, stock);
  if (gone.length === 0) return;
  const goneIds = gone.map(({ id }) => id);
  await trx
    .updateTable('slots')
    .set({ on_sale: false })
    .where('merchant_id', '=', merchantId)
    .where('id', 'in', goneIds)
    .execute();
}

/** Slots of a machine are told apart by their names; another platform's may have the same number in each cabinet. */
export function slotName(cabinet: string, code: string): string {
  return `${cabinet}:${code}`;
}
