import { createCustomer } from '@polyvend/simulator';
import { integrationOf, newCredentials } from '../../../dialects/smart-vending/index.ts';
import { changeIntegration } from '../../../ledger/integrations/change-integration.ts';
import { createIntegration } from '../../../ledger/integrations/create-integration.ts';
import type { DemoFile } from '../demo-file.ts';
import type { Counterpart } from './counterpart.ts';

export interface SmartVendingFacts {
  integrationId: number;
  clientId: string;
  key: string;
  /** Where the demo's customer takes pushes; '' before it first ran. */
  pushUrl: string;
}

/** A customer of our platform: pushed to, and a mall with pickup codes. */
export const smartVendingCustomer: Counterpart<SmartVendingFacts> = {
  async create(ledger, merchantId) {
    const credentials = newCredentials();
    const integrationId = await createIntegration(ledger, { merchantId, name: '演示客户', ...integrationOf(credentials) });
    return { integrationId, ...credentials, pushUrl: '' };
  },

  async run({ hub, demo, facts, logger }) {
    const credentials = { clientId: facts.clientId, key: facts.key };
    // On the port of the last time, where pushes may still be on their way to.
    const port = facts.pushUrl === '' ? 0 : Number(new URL(facts.pushUrl).port);
    const customer = await createCustomer({ ...credentials, port }).catch(() => createCustomer(credentials));
    const { machine, trade, prize, status, refill } = customer.pushUrls;
    const settings = {
      ...{ machineUrl: machine, tradeUrl: trade, prizeUrl: prize, statusUrl: status, refillUrl: refill },
      ...{ mallUrl: customer.url, pickupCodeLengths: [] },
    };
    await changeIntegration(hub.ledger, demo.merchant.id, facts.integrationId, { settings });
    const tell = (): void => {
      void customer
        .next(() => true, 2 ** 31 - 1)
        .then(({ push, params }) => {
          logger.info({ push, assetId: params.assetId, orderNo: params.orderNo }, 'the customer is pushed to');
          tell();
        })
        .catch(() => undefined);
    };
    tell();
    const now = { ...facts, pushUrl: customer.url };
    return { facts: now, description: describe(demo, now), stop: () => customer.close() };
  },
};

function describe({ baseUrl, machines }: DemoFile, { clientId, key }: SmartVendingFacts): string {
  const assetId = machines[0]?.machineNo ?? '';
  const post = (path: string, fields: string) =>
    `curl -sX POST ${baseUrl}/osapi/${path} -d "$(npx polyvend sign smart-vending --key ${key} clientId=${clientId} ${fields})"; echo`;
  return `
  # As a Smart Vending customer, clientId ${clientId}:

  # What was sold, one machine's state, the sales of today by way of paying
  ${post('trade/list', 'limit=5')}
  ${post('router/status', `assetId=${assetId}`)}
  curl -s "${baseUrl}/osapi/trade/statistic?$(npx polyvend sign smart-vending --query --key ${key} clientId=${clientId} assetIds=${assetId} startTime=$(date -d 0:00 +%s) endTime=$(date +%s))"; echo
  # A pickup code for any good of that machine
  ${post('code/create', `assetId=${assetId}`)}
`;
}
