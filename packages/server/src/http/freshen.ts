import type { Cause } from '../ledger/events/event.ts';
import { getIntegration } from '../ledger/integrations/get-integration.ts';
import type { Integration } from '../ledger/integrations/integration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { GuardedHttp } from '../notifications/index.ts';

export interface FreshenContext {
  ledger: Ledger;
  http: Pick<GuardedHttp, 'request'>;
  cause: Cause;
}

/**
 * Asks another platform what lies in a machine of its own just now, and tells the ledger. False: nothing of its machines is sold by us.
 * Throws where no answer is to be had.
 */
export type Freshen = (context: FreshenContext, integration: Integration, machineNo: string) => Promise<boolean>;

/** What is to be sold from, by the integration through which the machine is known. */
export interface ForeignMachineRef {
  merchantId: number;
  upstreamIntegrationId: number;
  machineNo: string;
}

/** `silent`: it gave no answer, so that what was told before is all that is known. `not-sold`: nothing is sold there. */
export type FreshStock = (machine: ForeignMachineRef, cause: Cause) => Promise<'fresh' | 'silent' | 'not-sold'>;

interface Freshener {
  ledger: Ledger;
  http: Pick<GuardedHttp, 'request'>;
  logger: { warn(details: object, message: string): void };
  dialects: readonly { readonly name: string; readonly freshen?: Freshen }[];
}

/** Asks in whichever dialect the other platform speaks. */
export function freshStock({ ledger, http, logger, dialects }: Freshener): FreshStock {
  return async ({ merchantId, upstreamIntegrationId, machineNo }, cause) => {
    const integration = await getIntegration(ledger, merchantId, upstreamIntegrationId);
    const freshen = dialects.find(({ name }) => name === integration?.dialect)?.freshen;
    if (!integration || !freshen) return 'not-sold';
    try {
      return (await freshen({ ledger, http, cause }, integration, machineNo)) ? 'fresh' : 'not-sold';
    } catch (error) {
      logger.warn({ err: error, merchantId, integrationId: upstreamIntegrationId, machineNo }, 'no stock could be had');
      return 'silent';
    }
  };
}
