import { createThirdParty } from '@polyvend/simulator';
import { newToken, integrationOf as programOf, tokenText } from '../../../dialects/native/index.ts';
import { integrationOf, newCredentials } from '../../../dialects/owitho/index.ts';
import { changeIntegration } from '../../../ledger/integrations/change-integration.ts';
import { createIntegration } from '../../../ledger/integrations/create-integration.ts';
import type { DemoFile } from '../demo-file.ts';
import type { Counterpart } from './counterpart.ts';

export interface OwithoThirdPartyFacts {
  integrationId: number;
  appId: string;
  secretKey: string;
  /** Of the program that sells, at /v1. */
  token: string;
  /** Where the third party is; '' before it first ran. */
  thirdUrl: string;
}

const machineCode = 'XHJSH-DEMO-1';

/** Two slots of a machine that is none of ours. Money in fen. */
const layout = {
  machineCode,
  containerCode: '01',
  machineStatus: 10,
  slotList: [
    { slotNum: '01', row: 1, col: 1, skuCode: '30001', skuName: '乌龙茶', originalPrice: 600, actualPrice: 500 },
    { slotNum: '02', row: 1, col: 2, skuCode: '30002', skuName: '海盐饼干', originalPrice: 800, actualPrice: 800 },
  ].map((slot) => ({ ...slot, skuDesc: undefined, maxInventory: 20, currentInventory: 20, slotStatus: 0 })),
} as const;

/** A third party whose machine we sell, and a program that sells it. */
export const owithoThirdParty: Counterpart<OwithoThirdPartyFacts> = {
  async create(ledger, merchantId) {
    const [credentials, token] = [newCredentials(), newToken()];
    const draft = integrationOf(credentials, 'platform');
    const integrationId = await createIntegration(ledger, { merchantId, name: '演示第三方', ...draft });
    await createIntegration(ledger, { merchantId, name: '演示程序', ...programOf(token) });
    return { integrationId, ...credentials, token: tokenText(token), thirdUrl: '' };
  },

  async run({ hub, demo, facts, logger }) {
    const { appId, secretKey, integrationId } = facts;
    const options = { appId, secretKey, platformUrl: hub.url, machines: [layout] };
    // On the port of the last time, where calls may still be on their way to.
    const port = facts.thirdUrl === '' ? 0 : Number(new URL(facts.thirdUrl).port);
    const third = await createThirdParty({ ...options, port }).catch(() => createThirdParty(options));
    await changeIntegration(hub.ledger, demo.merchant.id, integrationId, { settings: { thirdUrl: third.baseUrl } });
    const sync = async (): Promise<void> => {
      await third.syncSkus();
      await third.syncMachines();
    };
    await sync().catch((error: unknown) => logger.warn({ err: error }, 'the third party could not tell its machine'));
    const tell = (): void => {
      void third
        .waitForCallback(() => true, 2 ** 31 - 1)
        .then(({ outcome, accepted }) => {
          logger.info({ orderViewId: outcome.orderViewId, outStatus: outcome.outStatus, accepted }, 'the third party calls back');
          tell();
        })
        .catch(() => undefined);
    };
    tell();
    const now = { ...facts, thirdUrl: third.baseUrl };
    return { facts: now, description: describe(demo, now), stop: () => third.close() };
  },
};

function describe({ baseUrl }: DemoFile, { token }: OwithoThirdPartyFacts): string {
  const call = (method: string, path: string, body = '') =>
    `curl -sS -X ${method} ${baseUrl}/v1${path} -H 'Authorization: Bearer ${token}'${body === '' ? '' : ` -d '${body}'`}`;
  const order = { idempotency_key: 'first', machine: machineCode, items: [{ goods: '30001', quantity: 3 }], discount_cents: 100 };
  return `
  # As a program that sells the third party's machine ${machineCode} (owitho), through the hub's own API:

  # Three cans with 1.00 off, split to the cent; paid, the third party dispenses; what became of each
  REMOTE=$(${call('POST', '/orders', JSON.stringify(order))} | tee /dev/stderr | sed 's/[^0-9]*\\([0-9]*\\).*/\\1/'); echo
  ${call('POST', '/orders/$REMOTE/pay')}; echo
  sleep 5; ${call('GET', '/orders/$REMOTE')}; echo
`;
}
