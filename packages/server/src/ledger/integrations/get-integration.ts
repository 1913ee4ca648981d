import type { Selectable } from 'kysely';
import type { IntegrationsTable } from '../../database/tables.generated.ts';
import type { Ledger } from '../ledger.ts';
import { getMerchant } from '../merchants/get-merchant.ts';
import type { Integration } from './integration.ts';

const underWay = new WeakMap<Ledger, Map<string, Promise<Integration | undefined>>>();

/**
 * An integration of this merchant, revoked ones too: what was ordered through it is still told to it. Those who ask while it is
 * being read, as for each of a batch of events, share the answer.
 */
export function getIntegration(ledger: Ledger, merchantId: number, id: number): Promise<Integration | undefined> {
  const asked = underWay.get(ledger) ?? new Map<string, Promise<Integration | undefined>>();
  underWay.set(ledger, asked);
  const key = `${merchantId}/${id}`;
  const known = asked.get(key);
  if (known) return known;
  const reading = readIntegration(ledger, merchantId, id).finally(() => asked.delete(key));
  asked.set(key, reading);
  return reading;
}

async function readIntegration(ledger: Ledger, merchantId: number, id: number): Promise<Integration | undefined> {
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
