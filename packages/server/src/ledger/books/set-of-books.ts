import type { Selectable } from 'kysely';
import type { SetsOfBooksTable } from '../../database/tables.generated.ts';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';

/** The kind of source that is the ledger itself: orders of our machines come by themselves, right behind the sales. */
export const ownSource = 'ledger';

/** One set of books of an ERP: whence its orders come, and whither their bills go. */
export interface SetOfBooks {
  merchantId: number;
  id: number;
  integrationId: number;
  /** The ERP's own number of it (账套号). */
  number: string;
  timeZone: string;
  /** Which adapter, at which address, with which key. */
  erp: { kind: string; url: string; key: string };
  source: { kind: string; url: string; userName: string; key: string };
  sourceToken: { token: string; createdAt: Date; expiresAt: Date } | undefined;
  autoImport: boolean;
  updatedAt: Date;
  updatedBy: string;
}

/** Refuses set-of-books.unknown. */
export async function getSetOfBooks(ledger: Ledger, merchantId: number, id: number): Promise<SetOfBooks> {
  const row = await ledger.db
    .selectFrom('sets_of_books')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? openSet(ledger, row) : refuse('set-of-books.unknown');
}

/** From the row, its secrets opened. */
export function openSet(ledger: Ledger, row: Selectable<SetsOfBooksTable>): SetOfBooks {
  const secrets = ledger.vault.open(row.secrets);
  const token = row.source_token && ledger.vault.open(row.source_token).token;
  const { source_token_created_at: createdAt, source_token_expires_at: expiresAt } = row;
  return {
    merchantId: row.merchant_id,
    id: row.id,
    integrationId: row.integration_id,
    number: row.number,
    timeZone: row.time_zone,
    erp: { kind: row.erp_kind, url: row.erp_url, key: secrets.erpKey ?? '' },
    source: { kind: row.source_kind, url: row.source_url, userName: row.source_user, key: secrets.sourceKey ?? '' },
    sourceToken: token && createdAt && expiresAt ? { token, createdAt, expiresAt } : undefined,
    autoImport: row.auto_import,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

/** Every set of one merchant, or of all. */
export async function listSetsOfBooks(ledger: Ledger, merchantId?: number): Promise<SetOfBooks[]> {
  let query = ledger.db.selectFrom('sets_of_books').selectAll();
  if (merchantId !== undefined) query = query.where('merchant_id', '=', merchantId);
  return (await query.orderBy('merchant_id').orderBy('id').execute()).map((row) => openSet(ledger, row));
}

/** More of one number would be an attack, not a customer. */
const mostCandidates = 20;

/** Sets of this number in the books of anyone whose credentials count; of one integration alone where it is named. */
export async function findSetsOfBooks(ledger: Ledger, number: string, integrationId?: number): Promise<SetOfBooks[]> {
  let query = ledger.db
    .selectFrom('sets_of_books as s')
    .innerJoin('integrations as i', (join) =>
      join.onRef('i.merchant_id', '=', 's.merchant_id').onRef('i.id', '=', 's.integration_id'),
    )
    .innerJoin('merchants as m', 'm.id', 's.merchant_id')
    .where('i.status', '=', 'active')
    .where('m.status', '=', 'active')
    .where('s.number', '=', number)
    .selectAll('s');
  if (integrationId !== undefined) query = query.where('i.id', '=', integrationId);
  return (await query.orderBy('s.id').limit(mostCandidates).execute()).map((row) => openSet(ledger, row));
}
