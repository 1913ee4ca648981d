import type { Ledger } from '../ledger.ts';
import type { Integration } from './integration.ts';
import { openIntegration } from './open-credentials.ts';

/** Every active integration of a dialect and role, of all merchants: for what the hub does by itself. */
export async function listIntegrations(ledger: Ledger, dialect: string, role: string): Promise<Integration[]> {
  const rows = await ledger.db
    .selectFrom('integrations')
    .selectAll()
    .where('dialect', '=', dialect)
    .where('role', '=', role)
    .where('status', '=', 'active')
    .orderBy('id')
    .execute();
  // One that cannot be opened (sealed under another key) must not hold up the others.
  const opened = await Promise.allSettled(rows.map((row) => openIntegration(ledger, row)));
  return opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}
