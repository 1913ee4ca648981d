import { refuse } from '../errors.ts';
import type { Db, Ledger } from '../ledger.ts';
import { isOfferedOn } from '../listings/is-offered-on.ts';
import { isOnline } from './is-online.ts';

export interface Machine {
  merchantId: number;
  id: number;
  machineNo: string;
  name: string;
  type: string;
  operational: boolean;
  address: string;
  longitude: number | null;
  latitude: number | null;
  contact: string;
  telephone: string;
  announcement: string;
  coverImageUrl: string;
  createdAt: Date;
  online: boolean;
}

function selectMachines(db: Db, merchantId: number, integrationId: number | undefined) {
  const query = db
    .selectFrom('machines as m')
    .leftJoin('machine_status as s', (join) =>
      join.onRef('s.merchant_id', '=', 'm.merchant_id').onRef('s.machine_id', '=', 'm.id'),
    )
    .select([
      'm.merchant_id as merchantId',
      'm.id',
      'm.machine_no as machineNo',
      'm.name',
      'm.type',
      'm.operational',
      'm.address',
      'm.longitude',
      'm.latitude',
      'm.contact',
      'm.telephone',
      'm.announcement',
      'm.cover_image_url as coverImageUrl',
      'm.created_at as createdAt',
      's.last_seen_at as lastSeenAt',
      's.offline_at as offlineAt',
    ])
    .where('m.merchant_id', '=', merchantId)
    .where('m.upstream_integration_id', 'is', null);
  return integrationId === undefined ? query : query.where(isOfferedOn(integrationId));
}

/**
 * A machine of our own. Refuses machine.unknown, for another merchant's or another platform's machine as well, and for one that is
 * not offered on the integration, where one is named.
 */
export async function findMachine(
  ledger: Ledger,
  merchantId: number,
  machineNo: string,
  integrationId?: number,
): Promise<Machine> {
  const row = await selectMachines(ledger.db, merchantId, integrationId).where('m.machine_no', '=', machineNo).executeTakeFirst();
  if (!row) refuse('machine.unknown', machineNo);
  return withOnline(ledger, row);
}

/** As findMachine, by the machine's id. */
export async function findMachineById(ledger: Ledger, merchantId: number, machineId: number): Promise<Machine> {
  const row = await selectMachines(ledger.db, merchantId, undefined).where('m.id', '=', machineId).executeTakeFirst();
  if (!row) refuse('machine.unknown', String(machineId));
  return withOnline(ledger, row);
}

/** All machines of a merchant's own, or those offered on an integration, oldest first; see list-machine-overviews for another platform's. */
export async function listMachines(ledger: Ledger, merchantId: number, integrationId?: number): Promise<Machine[]> {
  const rows = await selectMachines(ledger.db, merchantId, integrationId).orderBy('m.id').execute();
  return rows.map((row) => withOnline(ledger, row));
}

function withOnline<Row extends { lastSeenAt: Date | null; offlineAt: Date | null }>(ledger: Ledger, row: Row) {
  const { lastSeenAt, offlineAt, ...machine } = row;
  return { ...machine, online: isOnline({ lastSeenAt, offlineAt }, ledger.clock.now(), ledger.rules.silence) };
}
