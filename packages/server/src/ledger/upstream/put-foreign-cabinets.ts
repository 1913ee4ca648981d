import { sql } from 'kysely';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { CabinetKind } from '../machines/add-machine.ts';
import { setSlotFault } from '../machines/set-slot-fault.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { type ForeignGoods, type GoodsCatalogue, putForeignGoodsIn } from './put-foreign-goods.ts';
import { type ReportedStock, setReportedStock } from './set-reported-stock.ts';

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
  /** Where it is, from 1; else its place among those told. */
  row?: number | undefined;
  column?: number | undefined;
  priceCents?: number | undefined;
  /** Before any price cut. */
  originalPriceCents?: number | undefined;
  capacity?: number | undefined;
  alertThreshold?: number | undefined;
  /** Where it is told. */
  onHand?: number | undefined;
  /** 1 works; any other takes it off sale. */
  faultCode?: number | undefined;
}

export interface ForeignCabinets {
  merchantId: number;
  upstreamIntegrationId: number;
  machineId: number;
  cabinets: readonly ForeignCabinet[];
  catalogue: GoodsCatalogue;
  /** These cabinets are told of, and others are left as they are. Else they are all that the machine has. */
  alone?: boolean;
  cause: Cause;
}

/**
 * What another platform says is in these cabinets replaces what was known: what is no longer told of is off sale, and empty. Holds all slots
 * of the machine from the beginning, in the order of their ids.
 */
export async function putForeignCabinets(
  ledger: Ledger,
  trx: Trx,
  { merchantId, upstreamIntegrationId, machineId, cabinets, catalogue, alone = false, cause }: ForeignCabinets,
): Promise<void> {
  await trx
    .selectFrom('slots')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  // Of what is told twice the last word counts.
  const slots = [
    ...new Map(
      cabinets.flatMap((cabinet) =>
        cabinet.slots.map(
          (slot, y) =>
            [
              slotName(cabinet.name, slot.code),
              { ...slot, cabinet: cabinet.name, x: slot.row ?? 1, y: slot.column ?? y },
            ] as const,
        ),
      ),
    ).values(),
  ];
  const kinds = new Map(cabinets.map(({ name, kind }) => [name, kind]));
  const goods = slots.flatMap((slot) => slot.goods ?? []);
  const goodsIds = await putForeignGoodsIn(ledger, trx, { merchantId, upstreamIntegrationId, catalogue }, goods);
  const idOf = new Map(goods.map((good, n) => [good, goodsIds[n]]));
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
  const rows = slots.map(({ cabinet, code, goods, x, y, priceCents, originalPriceCents, capacity, alertThreshold }) => ({
    ...{ cabinet, name: slotName(cabinet, code), code, x, y, goodsId: goods && idOf.get(goods) },
    ...{ priceCents, originalPriceCents, capacity, alertThreshold },
  }));
  await sql`
    with told as (
      select b.id as cabinet_id, t.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(cabinet text, name text, code text,
        x int, y int, "goodsId" bigint, "priceCents" bigint, "originalPriceCents" bigint, capacity int, "alertThreshold" int)
      join cabinets b on b.merchant_id = ${merchantId} and b.machine_id = ${machineId} and b.name = t.cabinet
    )
    insert into slots (merchant_id, machine_id, cabinet_id, name, code, x, y, goods_id, price_cents, original_price_cents, capacity,
      alert_threshold)
    select ${merchantId}, ${machineId}, cabinet_id, name, code, x, y, "goodsId", coalesce("priceCents", 0), "originalPriceCents",
      coalesce(capacity, 0), coalesce("alertThreshold", 0)
    from told order by cabinet_id, x, y, name
    on conflict (merchant_id, machine_id, name) do update set on_sale = true, x = excluded.x, y = excluded.y,
      goods_id = coalesce(excluded.goods_id, slots.goods_id),
      -- Another good has another number.
      product_id = case when excluded.goods_id <> slots.goods_id then nextval('product_numbers') else slots.product_id end,
      price_cents = coalesce((select "priceCents" from told where told.name = excluded.name), slots.price_cents),
      original_price_cents = coalesce(excluded.original_price_cents, slots.original_price_cents),
      capacity = coalesce((select capacity from told where told.name = excluded.name), slots.capacity),
      alert_threshold = coalesce((select "alertThreshold" from told where told.name = excluded.name), slots.alert_threshold)`.execute(
    trx,
  );
  const named = new Set(rows.map(({ name }) => name));
  const known = await trx
    .selectFrom('slots as s')
    .innerJoin('cabinets as b', (join) => join.onRef('b.merchant_id', '=', 's.merchant_id').onRef('b.id', '=', 's.cabinet_id'))
    .select(['s.id', 's.name', 's.on_sale as onSale'])
    .where('s.merchant_id', '=', merchantId)
    .where('s.machine_id', '=', machineId)
    .$if(alone, (query) => query.where('b.name', 'in', [...kinds.keys()]))
    .execute();
  const gone = known.filter(({ name, onSale }) => onSale && !named.has(name));
  const onHand = new Map(slots.map((slot) => [slotName(slot.cabinet, slot.code), slot.onHand]));
  const stock: ReportedStock[] = known.flatMap(({ id, name }) => {
    const told = named.has(name) ? onHand.get(name) : 0;
    return told === undefined ? [] : [{ slotId: id, onHand: told }];
  });
  await setReportedStock(ledger, trx, merchantId, stock);
  const ids = new Map(known.map(({ id, name }) => [name, id]));
  const faults = slots.flatMap(({ cabinet, code, faultCode }) => {
    const slotId = ids.get(slotName(cabinet, code));
    return slotId === undefined || faultCode === undefined ? [] : [{ slotId, faultCode }];
  });
  await setFaults(ledger, trx, merchantId, faults, cause);
  if (gone.length === 0) return;
  await trx
    .updateTable('slots')
    .set({ on_sale: false })
    .where('merchant_id', '=', merchantId)
    .where(
      'id',
      'in',
      gone.map(({ id }) => id),
    )
    .execute();
}

async function setFaults(
  ledger: Ledger,
  trx: Trx,
  merchantId: number,
  faults: readonly { slotId: number; faultCode: number }[],
  cause: Cause,
): Promise<void> {
  const slots = await lockSlots(
    trx,
    merchantId,
    faults.map(({ slotId }) => slotId),
  );
  for (const { slotId, faultCode } of faults) {
    const slot = slots.get(slotId);
    if (!slot || slot.faultCode === faultCode) continue;
    await setSlotFault(ledger, trx, { merchantId, slot, faultCode, saidAt: ledger.clock.now(), cause });
  }
}

/** Slots of a machine are told apart by their names; another platform's may have the same number in each cabinet. */
export function slotName(cabinet: string, code: string): string {
  return `${cabinet}:${code}`;
}
