import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkConservation, startTestHub, type TestHub } from '../support/index.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub?.stop());

test.each(['spring', 'belt', 'lock', 'other'] as const)(
  'a sale at a %s machine, from the order to the callback',
  async (kind) => {
    const machine = await hub.machine(kind);
    const [product] = await machine.products();
    const sale = await hub.mall.buy({
      client: hub.client,
      machineNo: machine.machineNo,
      products: [{ product_id: product?.productId ?? 0, quantity: 2 }],
      timeoutMs: 30_000,
    });
    expect(sale.callbacks).toMatchObject([{ deliver_status: '1', delivered_quantity: 2 }]);
    expect(machine.virtual.drops).toHaveLength(2);
    await checkConservation(hub.ledger, [machine]);
  },
);
