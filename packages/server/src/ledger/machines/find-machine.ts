import { refuse } from '../errors.ts';
import type { Db, Ledger } from '../ledger.ts';
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

function selectMachines(db: Db, merchantId: number) {
  return db
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
}

/** A machine of our own. Refuses machine.unknown, for another merchant's or another platform's machine as well. */
export async function findMachine(ledger: Ledger, merchantId: number, machineNo: string): Promise<Machine> {
  const row = await selectMachines(ledger.db, merchantId).where('m.machine_no', '=', machineNo).executeTakeFirst();
  if (!row) refuse('machine.unknown', machineNo);
  return withOnline(ledger, row);
}

/** All machines of a merchant's own, oldest first; see list-machine-overviews for another platform's. */
export async function listMachines(ledger: Ledger, merchantId: number): Promise<Machine[]> {
  const rows = await selectMachines(ledger.db, merchantId).orderBy('m.id').execute();
  return rows.map((row) => withOnline(ledger, row));
}

function withOnline<Row extends { lastSeenAt: Date | null; offlineAt: Date | null }>(ledger: Ledger, row: Row) {
  const { lastSeenAt, offlineAt, ...machine } = row;
  return { ...machine, online: isOnline({ lastSeenAt, offlineAt }, ledger.clock.now(), ledger.rules.silence) };
}
