import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';

/** A site (点位) by its number; what is not said stays as it is. */
export interface SiteDraft {
  merchantId: number;
  number: string;
  name: string;
  /** The name of a line that is there. */
  line?: string | undefined;
  address?: string | undefined;
  /** Degrees. */
  longitude?: number | undefined;
  latitude?: number | undefined;
  /** Of another platform, whose numbers are its own. */
  upstreamIntegrationId?: number | undefined;
  cause?: Cause | undefined;
}

/** Adds or changes a site; answers its id. Refuses place.unknown for the line. */
export async function putSite(ledger: Ledger, draft: SiteDraft): Promise<number> {
  const { merchantId, number, name, cause = { by: 'person' } } = draft;
  return await inTransaction(ledger.db, async (trx) => {
    const siteId = await putSiteIn(ledger, trx, draft);
    await recordEvent(ledger, trx, { merchantId, kind: 'site.changed', data: { siteId, number, name } }, cause);
    return siteId;
  });
}

export async function putSiteIn(ledger: Ledger, trx: Trx, draft: SiteDraft): Promise<number> {
  const { merchantId, number, name, line, address, longitude, latitude, upstreamIntegrationId } = draft;
  const change = {
    name,
    ...(line !== undefined && { line_id: await lineNamed(trx, merchantId, line) }),
    ...(address !== undefined && { address }),
    ...(longitude !== undefined && { longitude }),
    ...(latitude !== undefined && { latitude }),
  };
  const { id } = await trx
    .insertInto('sites')
    .values({
      merchant_id: merchantId,
      upstream_integration_id: upstreamIntegrationId ?? null,
      number,
      created_at: ledger.clock.now(),
      ...change,
    })
    .onConflict((conflict) => conflict.columns(['merchant_id', 'upstream_integration_id', 'number']).doUpdateSet(change))
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function lineNamed(trx: Trx, merchantId: number, name: string): Promise<number> {
  const line = await trx
    .selectFrom('lines')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('name', '=', name)
    .executeTakeFirst();
  return line?.id ?? refuse('place.unknown', `line ${name}`);
}
