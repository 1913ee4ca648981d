import { integrationOf, newCredentials } from '../../dialects/active-order/index.ts';
import { putGoods } from '../../ledger/catalog/put-goods.ts';
import type { Cause } from '../../ledger/events/event.ts';
import { createIntegration } from '../../ledger/integrations/create-integration.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { addMachine } from '../../ledger/machines/add-machine.ts';
import { createMerchant } from '../../ledger/merchants/create-merchant.ts';
import { placeMachine } from '../../ledger/places/place-machine.ts';
import { putLine } from '../../ledger/places/put-line.ts';
import { putSite } from '../../ledger/places/put-site.ts';
import { catalogue } from './catalogue.ts';
import type { DemoFile } from './demo-file.ts';
import { demoLines, demoMachines, demoSites } from './machines.ts';

const name = '演示商户';
const byDemo: Cause = { by: 'demo' };

export type DemoFacts = Pick<DemoFile, 'merchant' | 'integrations' | 'machines'>;

/** A merchant with everything that a first sale needs. */
export async function createDemo(ledger: Ledger): Promise<DemoFacts> {
  const merchant = await createMerchant(ledger, { name, description: '一套账本，五种协议', pickupCodesEnabled: true });
  // The machines of a merchant sign with its AppId.
  const credentials = newCredentials(merchant.deviceKey);
  await createIntegration(ledger, { merchantId: merchant.id, name: '演示商城', ...integrationOf(credentials) });
  const goodsIds = await putGoods(ledger, merchant.id, catalogue, byDemo);
  const merchantId = merchant.id;
  for (const line of demoLines) await putLine(ledger, { merchantId, ...line });
  for (const site of demoSites) await putSite(ledger, { merchantId, ...site });
  const machines: DemoFacts['machines'] = [];
  for (const { kind, siteNumber, ...draft } of demoMachines(goodsIds)) {
    const { brokerPassword } = await addMachine(ledger, { ...draft, merchantId, cause: byDemo });
    await placeMachine(ledger, { merchantId, machineNo: draft.machineNo, siteNumber, cause: byDemo });
    const slots = draft.cabinets.reduce((sum, cabinet) => sum + cabinet.slots.length, 0);
    machines.push({ machineNo: draft.machineNo, kind, slots, mqtt: { username: draft.machineNo, password: brokerPassword } });
  }
  return { merchant: { id: merchant.id, name }, integrations: { 'active-order': credentials }, machines };
}
