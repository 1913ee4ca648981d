import type { Errand } from '../../../http/errand.ts';
import { eachApart } from '../../../ledger/apart.ts';
import { tellCatalogue } from '../../../ledger/channel-links/tell-catalogue.ts';
import { listIntegrations } from '../../../ledger/integrations/list-integrations.ts';
import { dialect, roles, thirdPartySettings } from '../integration.ts';

/** Seconds. */
const day = 86_400;

/** Once a day, and at first, the platform is told of all products: what it lost is there again. */
export const tellProducts: Errand = async ({ ledger }) => {
  await eachApart(await listIntegrations(ledger, dialect, roles.thirdParty), async (integration) => {
    if (thirdPartySettings(integration).platformUrl !== '') {
      await tellCatalogue(ledger, integration.merchant.id, integration.id, day);
    }
  });
};
