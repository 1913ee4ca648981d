import { randomBytes } from 'node:crypto';
import { createOwithoPlatform } from '@polyvend/simulator';
import { integrationOf } from '../../../dialects/owitho/index.ts';
import { changeIntegration } from '../../../ledger/integrations/change-integration.ts';
import { createIntegration } from '../../../ledger/integrations/create-integration.ts';
import { putListing } from '../../../ledger/listings/put-listing.ts';
import { catalogue } from '../catalogue.ts';
import type { DemoFile } from '../demo-file.ts';
import type { Counterpart } from './counterpart.ts';

export interface OwithoFacts {
  integrationId: number;
  appId: string;
  secretKey: string;
  /** Where the demo's platform is; '' before it first ran. */
  platformUrl: string;
}

/** A platform that sells the demo's first machine, a tenth of each slot's filling held back from it. */
export const owithoPlatform: Counterpart<OwithoFacts> = {
  async create(ledger, merchantId) {
    const [appId, secretKey] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    const draft = integrationOf({ appId, secretKey }, 'thirdParty');
    const integrationId = await createIntegration(ledger, { merchantId, name: '演示 owitho 平台', ...draft });
    return { integrationId, appId, secretKey, platformUrl: '' };
  },

  async run({ hub, demo, facts, logger }) {
    const { appId, secretKey, integrationId } = facts;
    const apps = [{ appId, secretKey, thirdUrl: hub.url }];
    // On the port of the last time, where calls may still be on their way to.
    const port = facts.platformUrl === '' ? 0 : Number(new URL(facts.platformUrl).port);
    const platform = await createOwithoPlatform({ apps, port }).catch(() => createOwithoPlatform({ apps }));
    const settings = { platformUrl: platform.baseUrl };
    await changeIntegration(hub.ledger, demo.merchant.id, integrationId, { settings });
    const machineNo = demo.machines[0]?.machineNo;
    if (machineNo !== undefined) {
      const listing = { merchantId: demo.merchant.id, integrationId, machineNo, heldBackPercent: 10 };
      await putListing(hub.ledger, { ...listing, cause: { by: 'demo' } });
    }
    const tell = (): void => {
      void platform
        .waitFor(() => true, 2 ** 31 - 1)
        .then(({ path, code, msg }) => {
          logger.info({ path, code, msg }, 'the owitho platform is called');
          tell();
        })
        .catch(() => undefined);
    };
    tell();
    const now = { ...facts, platformUrl: platform.baseUrl };
    return { facts: now, description: describe(demo, now), stop: () => platform.close() };
  },
};

function describe({ baseUrl, machines }: DemoFile, { appId, secretKey }: OwithoFacts): string {
  const machineCode = machines[0]?.machineNo ?? '';
  const post = (path: string, data: string) =>
    `curl -sS ${baseUrl}${path} -d "$(npx polyvend sign owitho --app ${appId} --key ${secretKey} ${data})"; echo`;
  // The first slot of the first machine holds the first good.
  const [{ number: skuCode = '', priceCents = 0 } = {}] = catalogue;
  const price = (priceCents / 100).toFixed(2);
  const money = `"discountMoney":"0.00","originAmount":"${price}","actualAmount":"${price}","payStatus":1,"refundStatus":0,"payMethod":2`;
  const row = `{"skuCode":"${skuCode}","slotNum":"A11","quantity":1,"originalPrice":"${price}","actualPrice":"${price}"}`;
  const notice = `{"orderViewId":"XBL1","machineCode":"${machineCode}","containerCode":"",${money},"orderTime":'$(date +%s)'000,"payCompleteTime":'$(date +%s)'000,"orderDetailList":[${row}]}`;
  return `
  # As an owitho platform that sells machine ${machineCode}, App Id ${appId}:

  # What it holds; an order that was paid there; what became of it
  ${post('/machine/query', `'{"machineCode":"${machineCode}"}'`)}
  ${post('/order/notice', `'${notice}'`)}
  ${post('/order/query', `'{"orderViewId":"XBL1"}'`)}
`;
}
