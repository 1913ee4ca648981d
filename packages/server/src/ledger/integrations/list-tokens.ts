import type { Ledger } from '../ledger.ts';

export interface ApiToken {
  id: number;
  name: string;
  status: 'active' | 'revoked';
  settings: Record<string, unknown>;
  createdAt: Date;
}

/** The merchant's tokens of the hub's own API, revoked ones too, the newest first. Never the tokens themselves. */
export async function listTokens(ledger: Ledger, merchantId: number): Promise<ApiToken[]> {
  const rows = await ledger.db
    .selectFrom('integrations')
    .select(['id', 'name', 'status', 'settings', 'created_at as createdAt'])
    .where('merchant_id', '=', merchantId)
    .where('dialect', '=', 'native')
    .where('role', '=', 'api')
    .orderBy('id', 'desc')
    .limit(1_000)
    .execute();
  return rows as unknown as ApiToken[];
}
