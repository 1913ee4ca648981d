import { ConfigError } from '../config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { listVisibleShops } from '../ledger/pos/list-visible-shops.ts';
import { getMirrorState } from '../ledger/pos/mirror-state.ts';
import { showShop } from '../ledger/pos/show-shop.ts';
import { merchantNamed, person, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

const everyShopOf = (ledger: Ledger, merchantId: number) =>
  listVisibleShops(ledger, { merchantId, integrationId: 0, everyShop: true });

export async function listShops({ merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    for (const { id, sn, name, upstream, mirroredUntil } of await everyShopOf(ledger, merchantId)) {
      const state = upstream && (await getMirrorState(ledger, merchantId, upstream.integrationId));
      const from = upstream
        ? `  from integration ${upstream.integrationId}, up to ${mirroredUntil?.toISOString() ?? 'nothing yet'}  ${state?.lastError ?? ''}`
        : '';
      say(`${id}  ${sn}  ${name}${from}`.trimEnd());
    }
  });
}

export async function changeShopView(
  sn: string,
  visible: boolean,
  options: { merchant: string; integration: string },
): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, options.merchant);
    const integrationId = wholeNumber(options.integration, 'integration');
    const shops = (await everyShopOf(ledger, merchantId)).filter((shop) => shop.sn === sn);
    if (shops.length === 0) throw new ConfigError(`Merchant ${merchantId} has no shop ${sn}.`);
    for (const { id: shopId } of shops) await showShop(ledger, { merchantId, shopId, integrationId, visible }, person);
    say(visible ? 'Shown.' : 'Hidden.');
  });
}
