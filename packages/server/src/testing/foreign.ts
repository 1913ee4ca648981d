import { createIntegration } from '../ledger/integrations/create-integration.ts';
import { changeOrder } from '../ledger/orders/change-order.ts';
import { type BeginNotice, beginNotice } from '../ledger/remote-orders/begin-notice.ts';
import { type ForeignOrderDraft, placeForeignOrder } from '../ledger/remote-orders/place-foreign-order.ts';
import type { ForeignSlot } from '../ledger/upstream/put-foreign-cabinets.ts';
import { type ForeignLayout, putForeignLayout } from '../ledger/upstream/put-foreign-layout.ts';
import { byTest, type TestLedger, type TestShop } from './ledger.ts';

/** A merchant that sells from a machine of another platform. */
export interface ForeignShop extends TestShop {
  upstreamIntegrationId: number;
  /** The other platform's machine. */
  foreignNo: string;
}

let shops = 0;

/** So much of a good in a slot; a slot's number twice the same good is two slots of it. */
export function foreignSlot(code: string, goods: string, onHand: number, slot: Partial<ForeignSlot> = {}): ForeignSlot {
  return { code, goods: { number: goods, name: `The ${goods}` }, priceCents: 200, capacity: 10, faultCode: 1, onHand, ...slot };
}

/** Its cabinet `c1` has cola at 2.00 in slots 1 and 2, five each, and tea at 3.50 in slot 3. */
export async function foreignShop(ledger: TestLedger, shop: TestShop): Promise<ForeignShop> {
  shops += 1;
  const upstreamIntegrationId = await createIntegration(ledger, {
    merchantId: shop.merchantId,
    dialect: 'plain',
    role: 'third-party',
    wireId: `third-${shops}`,
  });
  const foreign = { ...shop, upstreamIntegrationId, foreignNo: `XH-${shops}` };
  await tellLayout(ledger, foreign);
  return foreign;
}

export function tellLayout(
  ledger: TestLedger,
  shop: ForeignShop,
  layout: Partial<ForeignLayout> = {},
): ReturnType<typeof putForeignLayout> {
  const { merchantId, upstreamIntegrationId, foreignNo: machineNo } = shop;
  return putForeignLayout(ledger, {
    ...{
      merchantId,
      upstreamIntegrationId,
      machineNo,
      cabinet: 'c1',
      status: 'normal',
      saidAt: ledger.clock.now(),
      cause: byTest,
    },
    slots: [foreignSlot('1', 'cola', 5), foreignSlot('2', 'cola', 5), foreignSlot('3', 'tea', 5, { priceCents: 350 })],
    ...layout,
  });
}

let trades = 0;

/** One cola, or what `draft` says. */
export function foreignDraft(shop: ForeignShop, draft: Partial<ForeignOrderDraft> = {}): ForeignOrderDraft {
  trades += 1;
  const { merchantId, integrationId, upstreamIntegrationId, foreignNo: machineNo } = shop;
  return {
    ...{
      merchantId,
      integrationId,
      upstreamIntegrationId,
      machineNo,
      tradeId: `foreign-${trades}`,
      freshWithin: 60,
      cause: byTest,
    },
    lines: [{ goods: 'cola', quantity: 1 }],
    ...draft,
  };
}

export interface ForeignTestOrder {
  id: number;
  machineId: number;
}

export async function payForeign(ledger: TestLedger, { merchantId }: ForeignShop, order: ForeignTestOrder): Promise<void> {
  const { id: orderId, machineId } = order;
  await changeOrder(ledger, { merchantId, machineId, orderId, to: 'paid', payStyle: 'wechat', cause: byTest });
}

/** An order that is paid, and of which the other platform is about to be told. */
export async function sendForeign(
  ledger: TestLedger,
  shop: ForeignShop,
  draft: Partial<ForeignOrderDraft> = {},
): Promise<ForeignTestOrder> {
  const order = await placeForeignOrder(ledger, foreignDraft(shop, draft));
  await payForeign(ledger, shop, order);
  await begin(ledger, shop, order);
  return order;
}

export function begin(ledger: TestLedger, { merchantId }: ForeignShop, order: { id: number }): Promise<boolean> {
  const notice: BeginNotice = { merchantId, orderId: order.id, cause: byTest };
  return beginNotice(ledger, notice);
}
