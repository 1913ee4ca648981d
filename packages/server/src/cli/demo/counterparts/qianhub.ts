import { generateKeyPairSync } from 'node:crypto';
import { headers } from '@polyvend/protocols/qianhub';
import { integrationOf, newAppId } from '../../../dialects/qianhub/index.ts';
import { createIntegration } from '../../../ledger/integrations/create-integration.ts';
import { showShop } from '../../../ledger/pos/show-shop.ts';
import { openVendingShop } from '../../../ledger/pos/vending/open-vending-shop.ts';
import type { DemoFile } from '../demo-file.ts';
import { demoSites } from '../machines.ts';
import type { Counterpart } from './counterpart.ts';

export interface QianHubFacts {
  integrationId: number;
  appId: string;
  /** PEM, for the commands; the hub itself keeps only the public half. */
  privateKey: string;
  shopIds: number[];
}

const byDemo = { by: 'demo' };

/** A third party that reads the sites' sales as those of cash registers. */
export const qianHubApp: Counterpart<QianHubFacts> = {
  async create(ledger, merchantId) {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const privateKey = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const appId = newAppId();
    const integrationId = await createIntegration(ledger, {
      merchantId,
      name: '演示财务',
      ...integrationOf({ appId, publicKey }),
    });
    const shopIds: number[] = [];
    for (const { number: siteNumber } of demoSites) {
      const shop = await openVendingShop(ledger, { merchantId, siteNumber, brandId: 1, brandName: '演示品牌' }, byDemo);
      await showShop(ledger, { merchantId, shopId: shop.id, integrationId, visible: true }, byDemo);
      shopIds.push(shop.id);
    }
    return { integrationId, appId, privateKey, shopIds };
  },

  run: ({ demo, facts }) => Promise.resolve({ facts, description: describe(demo, facts), stop: () => Promise.resolve() }),
};

function describe({ baseUrl }: DemoFile, { appId, privateKey, shopIds }: QianHubFacts): string {
  const call = (body: string) => `BODY=${body}
  SIGN=$(printf %s "$BODY" | openssl dgst -sha1 -sign "$KEY" -hex | sed 's/.* //')
  curl -sS ${baseUrl}/gateway -H '${headers.app}: ${appId}' -H "${headers.sign}: $SIGN" --data-binary "$BODY"; echo`;
  const list = JSON.stringify({ version: '1.0', action: 'qianhub.agent.list-shop' });
  return `
  # As a QianHub third party, AppID ${appId}; its key, for the shell:

  KEY=$(mktemp); cat > "$KEY" <<'PEM'
${privateKey.trim()}
PEM

  # The shops: the demo's sites
  ${call(`'${list}'`)}
  # The bills of today: sell something first, then ask
  ${call(
    `'{"version":"1.0","action":"qianhub.agent.query","body":{"shop_id":${shopIds[0] ?? 0},"boh_type":"cashier.finish","begin":"'$(TZ=Asia/Shanghai date +%F)' 00:00:00","end":"'$(TZ=Asia/Shanghai date +%F)' 23:59:59"}}'`,
  )}
  # Whether bills, handovers, day ends and sales agree
  npx polyvend exceptions
`;
}
