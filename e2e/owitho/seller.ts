import type { MachineLayout, Slot } from '@polyvend/protocols/owitho';
import { createThirdParty, type ThirdParty, type ThirdPartyOptions } from '@polyvend/simulator';
import { integrationOf, newCredentials } from '../../packages/server/src/dialects/owitho/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { addProgram, type Program } from '../qianhub/steps.ts';
import { type RawAnswer, type TestHub, until } from '../support/index.ts';

/** A third party whose machines we sell, and a program of ours that sells them. */
export interface Seller {
  /** Of the integration. */
  id: number;
  appId: string;
  secretKey: string;
  third: ThirdParty;
  program: Program;
  /** Places an order; answers its view. */
  place(wanted: OrderBody, key?: string): Promise<OrderView>;
  pay(order: OrderView): Promise<OrderView>;
  show(id: number): Promise<OrderView>;
  /** Placed and paid, and told to the third party. */
  buy(wanted: OrderBody): Promise<OrderView>;
  /** Moves the clock on until the order has ended. */
  ended(id: number, step?: number): Promise<OrderView>;
}

export interface OrderBody {
  machine?: string;
  integration?: number;
  container?: string;
  items: { slot?: string; goods?: string; quantity: number }[];
  discount_cents?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: what came over a wire is looked at field by field
export type OrderView = any;

export const slot = (slotNum: string, skuCode: string, price: number, more: Partial<Slot> = {}): Slot => ({
  ...{ slotNum, skuCode, row: 1, col: Number(slotNum), skuName: `The ${skuCode}`, originalPrice: price, actualPrice: price },
  ...{ maxInventory: 10, currentInventory: 5, slotStatus: 0 },
  ...more,
});

/** Cola at 2.00 in slots 01 and 02, tea at 3.50 in slot 03, five each. */
export const machineOf = (machineCode: string): MachineLayout => ({
  machineCode,
  machineStatus: 10,
  slotList: [slot('01', 'cola', 200), slot('02', 'cola', 200), slot('03', 'tea', 350)],
});

export interface SellerOptions extends Partial<Omit<ThirdPartyOptions, 'appId' | 'secretKey' | 'platformUrl'>> {
  merchantId?: number;
  settings?: Record<string, unknown>;
  /** Where we call it, other than directly. */
  thirdUrl?: (baseUrl: string) => string | Promise<string>;
}

let keys = 0;
function newKey(): string {
  keys += 1;
  return `key-${keys}`;
}

export async function openSeller(hub: TestHub, options: SellerOptions = {}): Promise<Seller> {
  const { merchantId = hub.merchant.id, settings = {}, thirdUrl = (url) => url, machines = [machineOf('M1')], ...rest } = options;
  const credentials = newCredentials();
  const third = await createThirdParty({
    clock: { now: () => hub.clock.now() },
    ...rest,
    ...credentials,
    machines,
    platformUrl: hub.url,
  });
  const id = await createIntegration(hub.ledger, {
    merchantId,
    ...integrationOf(credentials, 'platform'),
    settings: { thirdUrl: await thirdUrl(third.baseUrl), ...settings },
  });
  const program = await addProgram(hub, merchantId);
  const good = ({ status, body, text }: RawAnswer): OrderView => {
    if (status !== 200) throw new Error(text);
    return body;
  };
  const show = async (order: number) => good(await program.call('GET', `/v1/orders/${order}`));
  /** The third party is asked for its stock, for 3 s at most: on a computer that stands still for longer in vain. */
  async function place(wanted: OrderBody, key = newKey(), tries = 5): Promise<OrderView> {
    const order = { machine: machines[0]?.machineCode, ...wanted, idempotency_key: key };
    const answer = await program.call('POST', '/v1/orders', order);
    const unheard = ['machine.unknown', 'stock.stale'].includes(answer.body?.error?.code);
    return unheard && tries > 1 ? await place(wanted, key, tries - 1) : good(answer);
  }
  const pay: Seller['pay'] = async (order) =>
    good(await program.call('POST', `/v1/orders/${order.id}/pay`, { pay_style: 'wechat', reference: `pay-${order.id}` }));
  return {
    ...{ id, ...credentials, third, program, pay, show },
    place: (wanted, key) => place(wanted, key),
    async buy(wanted) {
      const order = await pay(await place({ integration: id, ...wanted }));
      await hub.settle();
      return order;
    },
    ended: (order, step = 0) =>
      until(
        async () => {
          hub.clock.advance(step);
          await hub.settle();
          const view = await show(order);
          return ['done', 'cancelled'].includes(view.dispensing) && view;
        },
        `order ${order} to end`,
        60_000,
      ),
  };
}
