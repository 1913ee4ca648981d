import type { Selectable } from 'kysely';
import type { IntegrationsTable } from '../../database/tables.generated.ts';
import type { Ledger } from '../ledger.ts';
import { getMerchant } from '../merchants/get-merchant.ts';
import type { Integration } from './integration.ts';

type Row = Selectable<IntegrationsTable>;

/**
 * An integration with each set of credentials that counts now: the new ones first, and beside them, while their overlap lasts, those that
 * they took the place of. Its secrets are opened.
 */
export async function openCredentials(ledger: Ledger, row: Row): Promise<[Integration, ...Integration[]]> {
  const merchant = await getMerchant(ledger, row.merchant_id);
  const { id, dialect, role, name } = row;
  const settings = row.settings as Record<string, unknown>;
  const current: Integration = {
    ...{ merchant, id, dialect, role, wireId: row.wire_id, name, settings },
    secretHash: row.secret_hash,
    secrets: ledger.vault.open(row.secrets),
  };
  if (!overlaps(ledger, row)) return [current];
  const { previous_until: until, previous_wire_id: wireId, previous_secrets: sealed } = row;
  const previous: Integration = {
    ...{ merchant, id, dialect, role, wireId, name },
    settings: { ...settings, ...(row.previous_settings as Record<string, unknown> | null) },
    secretHash: row.previous_secret_hash,
    secrets: sealed ? ledger.vault.open(sealed) : {},
    overlap: { until, isOld: true, secrets: current.secrets },
  };
  return [{ ...current, overlap: { until, isOld: false, secrets: previous.secrets } }, previous];
}

/** As we meet the other side with it: with the old credentials, while it may not know the new ones. */
export async function openIntegration(ledger: Ledger, row: Row): Promise<Integration> {
  const [current, previous] = await openCredentials(ledger, row);
  return row.previous_signs && previous ? previous : current;
}

function overlaps(ledger: Ledger, row: Row): row is Row & { previous_until: Date; previous_wire_id: string } {
  return row.previous_until !== null && row.previous_wire_id !== null && row.previous_until > ledger.clock.now();
}
