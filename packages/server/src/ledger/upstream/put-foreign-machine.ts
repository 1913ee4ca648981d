import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { putLineIn } from '../places/put-line.ts';
import { putSiteIn } from '../places/put-site.ts';
import { type ForeignCabinet, putForeignCabinets } from './put-foreign-cabinets.ts';

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

/**
 * Adds or changes it with its site, cabinets and slots; told again nothing changes. Answers its id. It is known and shown; what
 * lies in it is ordered by placeForeignOrder. Tells machine.created, or machine.changed when its name, maker or site is another.
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
    await putForeignCabinets(ledger, trx, { ...draft, machineId: id, cabinets, catalogue: 'ours' });
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

type ForeignMachineDraft = Omit<ForeignMachine, 'cabinets' | 'saidAt' | 'cause'> & {
  /** False: that platform says that it does not work. */
  operational?: boolean | undefined;
};

interface PutMachine {
  id: number;
  name: string;
  stockSaidAt: Date | null;
  kind: 'machine.created' | 'machine.changed' | undefined;
}

/** The machine alone, held by the caller's transaction from then on. */
export async function putMachine(
  ledger: Ledger,
  trx: Trx,
  { merchantId, upstreamIntegrationId, machineNo, name, vendor, gatewayNo, site, operational }: ForeignMachineDraft,
): Promise<PutMachine> {
  const siteId = site && (await putForeignSite(ledger, trx, { merchantId, upstreamIntegrationId, machineNo }, site));
  const change = {
    ...(name !== undefined && { name }),
    ...(operational !== undefined && { operational }),
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
    .select(['id', 'name', 'operational', 'vendor', 'gateway_no', 'site_id', 'stock_said_at'])
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
