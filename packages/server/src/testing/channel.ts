import { createIntegration } from '../ledger/integrations/create-integration.ts';
import type { ChannelOrderDraft } from '../ledger/orders/place-channel-order.ts';
import { byTest, type TestLedger, type TestShop } from './ledger.ts';

let channels = 0;
let orders = 0;

/** Another integration of the shop's merchant. */
export function testChannel(ledger: TestLedger, shop: TestShop): Promise<number> {
  channels += 1;
  return createIntegration(ledger, {
    merchantId: shop.merchantId,
    dialect: 'plain',
    role: 'channel',
    wireId: `channel-${channels}`,
  });
}

/** One can of the first slot, taken and paid for at another platform, or what `draft` says. */
export function channelDraft(
  ledger: TestLedger,
  shop: TestShop,
  integrationId: number,
  draft: Partial<ChannelOrderDraft> = {},
): ChannelOrderDraft {
  orders += 1;
  const now = ledger.clock.now();
  const lines = draft.lines ?? [{ slotName: 'A1', goodsNumber: 'cola', quantity: 1, priceCents: 300 }];
  return {
    merchantId: shop.merchantId,
    integrationId,
    channelNo: `C-${orders}`,
    machineNo: shop.machineNo,
    lines,
    amountCents: lines.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0),
    payStyle: 'wechat',
    paymentReference: 'pay-1',
    orderedAt: now,
    paidAt: now,
    cause: byTest,
    ...draft,
  };
}
