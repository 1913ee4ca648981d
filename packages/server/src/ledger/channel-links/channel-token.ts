import type { Db, Ledger } from '../ledger.ts';

/** A token that is signed with between another platform and us. */
export interface ChannelToken {
  id: number;
  token: string;
  madeAt: Date;
  /** It may be signed with until here, */
  validUntil: Date;
  /** and what the other side signs with it is taken until here. */
  acceptedUntil: Date;
  /** The other side would not have it. */
  refused: boolean;
}

/** So many at most: more would be an attack, or a fault, and each is tried with each signature. */
const most = 12;

/** The tokens that an integration's other side may sign with now, the newest first. */
export async function listChannelTokens(
  ledger: Ledger,
  merchantId: number,
  integrationId: number,
  db: Db = ledger.db,
): Promise<ChannelToken[]> {
  const rows = await db
    .selectFrom('channel_tokens')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('integration_id', '=', integrationId)
    .where('accepted_until', '>', ledger.clock.now())
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    token: ledger.vault.open(row.token).token ?? '',
    madeAt: row.made_at,
    validUntil: row.valid_until,
    acceptedUntil: row.accepted_until,
    refused: row.refused,
  }));
}
