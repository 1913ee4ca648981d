import { isTimeZone, type QianHubClient, qianHubClient } from '@polyvend/protocols/qianhub';
import pLimit from 'p-limit';
import type { Errand, ErrandContext } from '../../../http/errand.ts';
import { secondsAfter } from '../../../ledger/clock.ts';
import type { Cause } from '../../../ledger/events/event.ts';
import { exclusively } from '../../../ledger/exclusively.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import { listIntegrations } from '../../../ledger/integrations/list-integrations.ts';
import { getMirrorState, recordMirrorLook } from '../../../ledger/pos/mirror-state.ts';
import { putShop } from '../../../ledger/pos/put-shop.ts';
import type { Shop } from '../../../ledger/pos/shop.ts';
import { dialect, mirrorRole, mirrorSettingsOf } from '../integration.ts';
import { shopDraftOf } from '../map.ts';
import { mirrorRecords } from './mirror-records.ts';

/**
 * Fetches the shops and records of other gateways, each of them by one process at a time. Where it was is kept with each shop, so that
 * a look that is ended anywhere goes on from there; what is fetched twice is one.
 */
export const mirror: Errand = async (context) => {
  const together = pLimit(atOnce);
  const integrations = await listIntegrations(context.ledger, dialect, mirrorRole);
  await Promise.all(integrations.map((integration) => together(() => lookAt(context, integration))));
};

/** Gateways that are looked at together: each holds a connection to the database meanwhile. */
const atOnce = 3;

/** Milliseconds of one look. What is left over, as at the first of a large shop, goes on at the next, in a few seconds. */
const longestLook = 60_000;

async function lookAt(context: ErrandContext, integration: Integration): Promise<void> {
  if (!(await isDue(context, integration))) return;
  await exclusively(context.ledger, `mirror ${integration.id}`, async () => {
    // Another process may have been at it a moment ago.
    if (await isDue(context, integration)) await look(context, integration);
  });
}

async function isDue({ ledger, signal }: ErrandContext, integration: Integration): Promise<boolean> {
  if (signal.aborted || integration.merchant.status !== 'active') return false;
  const state = await getMirrorState(ledger, integration.merchant.id, integration.id);
  return !state || secondsAfter(state.lookedAt, mirrorSettingsOf(integration).every) <= ledger.clock.now();
}

async function look(context: ErrandContext, integration: Integration): Promise<void> {
  const { ledger, logger, signal } = context;
  const merchantId = integration.merchant.id;
  const failures: string[] = [];
  const failed = (where: string, error: unknown): void => {
    if (signal.aborted) return;
    failures.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
    logger.warn({ err: error, merchantId, integrationId: integration.id, where }, 'another gateway could not be mirrored');
  };
  let complete = true;
  try {
    complete = await mirrorShops(context, integration, failed);
  } catch (error) {
    failed('shops', error);
  }
  if (complete && !signal.aborted)
    await recordMirrorLook(ledger, merchantId, integration.id, failures.join('; ').slice(0, 1_000));
}

/** Answers whether it came to the end. */
async function mirrorShops(
  context: ErrandContext,
  integration: Integration,
  failed: (where: string, error: unknown) => void,
): Promise<boolean> {
  const { ledger } = context;
  const client = clientOf(context, integration);
  const mirrored = { merchantId: integration.merchant.id, integrationId: integration.id, ...mirrorSettingsOf(integration) };
  const cause: Cause = { by: 'mirror', call: mirrored.url };
  const end = performance.now() + longestLook;
  const mayGoOn = (): boolean => !context.signal.aborted && performance.now() < end;
  const shops: Shop[] = [];
  for (const wire of await client.listShop()) shops.push(await putShop(ledger, shopDraftOf(wire, mirrored), cause));
  // The one furthest behind first: a look that is too short for all still brings every shop forward.
  shops.sort((one, other) => (one.mirroredUntil?.getTime() ?? 0) - (other.mirroredUntil?.getTime() ?? 0));
  for (const shop of shops) {
    if (!mayGoOn()) return false;
    // One shop that fails keeps no other from its turn.
    try {
      const { unreadable, complete } = await mirrorRecords({ ledger, integration, client, shop, cause, mayGoOn });
      if (unreadable.length > 0) failed(`shop ${shop.sn}`, new Error(`${unreadable.length} records are none: ${unreadable[0]}`));
      if (!complete) return false;
    } catch (error) {
      failed(`shop ${shop.sn}`, error);
    }
  }
  return true;
}

function clientOf({ http, signal }: ErrandContext, integration: Integration): QianHubClient {
  const { url, privateKey, timeZone } = mirrorSettingsOf(integration);
  if (!isTimeZone(timeZone)) throw new Error(`timeZone ${timeZone} is none: use a name such as Asia/Shanghai`);
  return qianHubClient({
    url,
    appId: integration.wireId,
    privateKey,
    send: (url, { headers, body, signal: given }) =>
      http.open('POST', url, { headers, body, signal: AbortSignal.any([given, signal]) }),
  });
}
