import type { Selectable } from 'kysely';
import type { IntegrationsTable } from '../../database/tables.generated.ts';
import type { Ledger } from '../ledger.ts';
import { getMerchant } from '../merchants/get-merchant.ts';
import type { Integration } from './integration.ts';

/** An integration of this merchant, revoked ones too: what was ordered through it is still told to it. */
export async function getIntegration(ledger: Ledger, merchantId: number, id: number): Promise<Integration | undefined> {
  const row = await ledger.db
    .selectFrom('integrations')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && (await openIntegration(ledger, row));
}

/** From the row, with its secrets opened and its merchant. */
export async function openIntegration(ledger: Ledger, row: Selectable<IntegrationsTable>): Promise<Integration> {
  return {
    merchant: await getMerchant(ledger, row.merchant_id),
    id: row.id,
    dialect: row.dialect,
    role: row.role,
    wireId: row.wire_id,
    name: row.name,
    secretHash: row.secret_hash,
    secrets: ledger.vault.open(row.secrets),
    settings: row.settings as Record<string, unknown>,
  };
}
