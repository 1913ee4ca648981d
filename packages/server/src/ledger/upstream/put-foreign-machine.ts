import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { CabinetKind } from '../machines/add-machine.ts';
import { putLineIn } from '../places/put-line.ts';
import { putSiteIn } from '../places/put-site.ts';
import { type ForeignGoods, putForeignGoods } from './put-foreign-goods.ts';
import { type ReportedStock, setReportedStock } from './set-reported-stock.ts';

/** A machine of another platform, as that platform tells of it; what is not said stays as it is. */
export interface ForeignMachine {
  merchantId: number;
  upstreamIntegrationId: number;
  machineNo: string;
  name: string;
  vendor?: string | undefined;
  gatewayNo?: string | undefined;
  site?: ForeignSite | undefined;
  /** All of them where any is named: a slot that is no longer told of is off sale, and empty. */
  cabinets?: readonly ForeignCabinet[] | undefined;
  cause: Cause;
}

export interface ForeignSite {
  /** That platform's own. */
  number: string;
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
    const { merchantId, machineNo, name, cause } = draft;
    const { id, kind } = await putMachine(ledger, trx, draft);
    if (draft.cabinets) await putCabinets(ledger, trx, id, draft, draft.cabinets);
    if (kind) await recordEvent(ledger, trx, { merchantId, kind, machineId: id, data: { machineNo, name } }, cause);
    return id;
  });
}

async function putMachine(
  ledger: Ledger,
  trx: Trx,
  { merchantId, upstreamIntegrationId, machineNo, name, vendor, gatewayNo, site }: ForeignMachine,
): Promise<{ id: number; kind: 'machine.created' | 'machine.changed' | undefined }> {
  const siteId = site && (await putForeignSite(ledger, trx, merchantId, upstreamIntegrationId, site));
  const change = {
    name,
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
    return { id: added.id, kind: 'machine.created' };
  }
  const before = await trx
    .selectFrom('machines')
    .select(['id', 'name', 'vendor', 'gateway_no', 'site_id'])
    .where('merchant_id', '=', merchantId)
    .where('upstream_integration_id', '=', upstreamIntegrationId)
    .where('machine_no', '=', machineNo)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const differs = Object.entries(change).some(([field, value]) => before[field as keyof typeof before] !== value);
  if (!differs) return { id: before.id, kind: undefined };
  await trx.updateTable('machines').set(change).where('merchant_id', '=', merchantId).where('id', '=', before.id).execute();
  return { id: before.id, kind: 'machine.changed' };
}

async function putForeignSite(
  ledger: Ledger,
  trx: Trx,
  merchantId: number,
  upstreamIntegrationId: number,
  { area, ...site }: ForeignSite,
): Promise<number> {
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
  return await putSiteIn(ledger, trx, { merchantId, upstreamIntegrationId, ...site });
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
  const goodsIds = await putForeignGoods(
    ledger,
    trx,
    { merchantId, upstreamIntegrationId },
    slots.flatMap(({ goods }) => goods ?? []),
  );
  // Their order is that in which they are told; those that are no longer told of keep their numbers out of the way.
  await sql`
    insert into cabinets (merchant_id, machine_id, name, addr, drive, kind)
    select ${merchantId}, ${machineId}, c.name,
      (select coalesce(max(addr), 0) from cabinets where merchant_id = ${merchantId} and machine_id = ${machineId}) + c.n, 'other',
      coalesce(c.kind, 'spring')
    from jsonb_to_recordset(${JSON.stringify([...kinds].map(([name, kind], n) => ({ n: n + 1, name, kind })))}::jsonb)
      as c(n int, name text, kind text)
    order by c.n
    on conflict (merchant_id, machine_id, name) do update set kind = excluded.kind`.execute(trx);
  const rows = slots.map(({ cabinet, code, goods, y, priceCents, capacity, alertThreshold }) => ({
    ...{ cabinet, name: slotName(cabinet, code), code, y, goodsId: goods && goodsIds.get(goods.number) },
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
  const ids = gone.map(({ id }) => id);
  await trx.updateTable('slots').set({ on_sale: false }).where('merchant_id', '=', merchantId).where('id', 'in', ids).execute();
}

/** Slots of a machine are told apart by their names; another platform's may have the same number in each cabinet. */
export function slotName(cabinet: string, code: string): string {
  return `${cabinet}:${code}`;
}
