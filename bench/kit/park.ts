import { type Credentials, integrationOf, newCredentials } from '../../packages/server/src/dialects/active-order/index.ts';
import { putGoods } from '../../packages/server/src/ledger/catalog/put-goods.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { addMachine } from '../../packages/server/src/ledger/machines/add-machine.ts';
import { createMerchant } from '../../packages/server/src/ledger/merchants/create-merchant.ts';

export interface ParkedMachine {
  machineNo: string;
  password: string;
  slots: { productId: number; code: string; addr: number }[];
}

export interface Park {
  merchantId: number;
  integrationId: number;
  credentials: Credentials;
  machines: ParkedMachine[];
}

const firstNo = 20_000_000;
const addedAtOnce = 4;

/** One merchant with machines whose slots never run empty. */
export async function createPark(
  ledger: Ledger,
  { machines: count, slots, stock = 1_000_000 }: { machines: number; slots: number; stock?: number },
): Promise<Park> {
  const merchant = await createMerchant(ledger, { name: 'Bench' });
  const credentials = newCredentials(merchant.deviceKey);
  const integrationId = await createIntegration(ledger, { merchantId: merchant.id, ...integrationOf(credentials) });
  const [goodsId] = (
    await putGoods(ledger, merchant.id, [{ number: '1', name: 'Water', priceCents: 200 }], { by: 'bench' })
  ).values();
  const machines: ParkedMachine[] = [];
  const drafts = Array.from({ length: slots }, (_, y) => ({
    name: `A1${y + 1}`,
    code: `01${y}`,
    x: 1,
    y,
    ...(goodsId !== undefined && { goodsId }),
    priceCents: 200,
    capacity: stock,
    onHand: stock,
  }));
  const nos = Array.from({ length: count }, (_, n) => String(firstNo + n));
  async function addSome(): Promise<void> {
    for (let no = nos.pop(); no !== undefined; no = nos.pop()) {
      const cabinets = [{ name: 'A', addr: 1, drive: 'spring' as const, slots: drafts }];
      const { id, brokerPassword } = await addMachine(ledger, { merchantId: merchant.id, machineNo: no, name: no, cabinets });
      const products = await ledger.db
        .selectFrom('slots')
        .select(['product_id as productId', 'code'])
        .where('merchant_id', '=', merchant.id)
        .where('machine_id', '=', id)
        .orderBy('id')
        .execute();
      machines.push({ machineNo: no, password: brokerPassword, slots: products.map((product) => ({ ...product, addr: 1 })) });
    }
  }
  await Promise.all(Array.from({ length: addedAtOnce }, addSome));
  return { merchantId: merchant.id, integrationId, credentials, machines };
}
