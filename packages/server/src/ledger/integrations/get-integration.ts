import type { Ledger } from '../ledger.ts';
import type { Integration } from './integration.ts';
import { openIntegration } from './open-credentials.ts';

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
