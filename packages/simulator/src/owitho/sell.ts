import {
  type MachineLayout,
  machineStatuses,
  type OrderDetail,
  type OrderNotice,
  OwithoError,
  type OwithoThirdPartyClient,
  outStatuses,
  type PayMethod,
  payMethods,
  payStatuses,
  refundStatuses,
  type Slot,
  slotNormal,
  splitDiscount,
} from '@polyvend/protocols/owitho';
import { sleep, type Timers } from '../shared/clock.ts';
import { pick, type Random, randomStream, type Seed } from '../shared/random.ts';
import type { OwithoPlatformBehaviour } from './platform-behaviour.ts';
import type { createPlatformOrders, PlatformOrder } from './platform-orders.ts';

export interface SellOptions {
  readonly appId: string;
  readonly machineCode: string;
  /** By slot; what chance takes of what is there, unless told. */
  readonly lines?: readonly { readonly slotNum: string; readonly quantity: number }[];
  /** Fen off the whole (0). */
  readonly discount?: number;
  readonly payMethod?: PayMethod;
}

const longestPauseMs = 60_000;

/** Where the platform sells: machine/query → order/notice → callback, or order/query. */
export function createTill(options: {
  readonly clientOf: (appId: string) => OwithoThirdPartyClient;
  readonly orders: ReturnType<typeof createPlatformOrders>;
  readonly behaviour: () => OwithoPlatformBehaviour;
  readonly timers: Timers;
  readonly seed: Seed;
}) {
  const { clientOf, orders, behaviour, timers, seed } = options;
  let buyers = 0;
  let open = true;

  /** Whether the third party took it: notices are repeated as long as they may be. */
  async function notify(client: OwithoThirdPartyClient, notice: OrderNotice): Promise<boolean> {
    const { noticeMs, retryMs } = behaviour();
    const until = timers.now().getTime() + noticeMs;
    while (open) {
      const taken = await client.orderNotice(notice).then(
        () => true,
        () => false,
      );
      if (taken || timers.now().getTime() + retryMs > until) return taken;
      await sleep(timers, retryMs);
    }
    return false;
  }

  const within = (settled: Promise<void>, ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = timers.after(ms, resolve);
      void settled.then(() => {
        cancel();
        resolve();
      });
    });

  /** Asks until the outcome is final, or somebody else has told it. */
  async function ask(client: OwithoThirdPartyClient, order: PlatformOrder, taken: boolean): Promise<void> {
    const { queryMs, giveUpMs } = behaviour();
    const { orderViewId } = order.notice;
    const until = timers.now().getTime() + giveUpMs;
    for (let pause = queryMs; open && order.outcome === undefined; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        const outcome = await client.orderQuery(orderViewId);
        if (outcome.outStatus !== outStatuses.dispensing) orders.tell(order.appId, outcome, 'query');
      } catch (error) {
        // An answer that refuses is one; no answer is none, and says nothing of the order.
        if (!taken && error instanceof OwithoError && error.is('failed')) return orders.giveUp(orderViewId);
      }
      if (order.outcome !== undefined || timers.now().getTime() > until) return;
      await sleep(timers, pause);
    }
  }

  async function sell(wish: SellOptions): Promise<PlatformOrder> {
    const { appId, machineCode, discount = 0, payMethod = payMethods.wechat } = wish;
    const number = ++buyers;
    const buyer = randomStream(seed, 'buyer', number);
    const client = clientOf(appId);
    const layout = await client.machineQuery(machineCode);
    const lines = wish.lines ? linesOf(layout, wish.lines) : chosen(layout, buyer);
    const originAmount = lines.reduce((sum, { quantity, originalPrice }) => sum + quantity * originalPrice, 0);
    const now = timers.now();
    const order = orders.place(appId, {
      orderViewId: `XBL${String(number).padStart(14, '0')}`,
      machineCode,
      containerCode: layout.containerCode,
      discountMoney: discount,
      originAmount,
      actualAmount: originAmount - discount,
      payStatus: payStatuses.paid,
      refundStatus: refundStatuses.none,
      orderTime: now,
      payCompleteTime: now,
      payMethod,
      orderDetailList: splitDiscount(lines, originAmount - discount),
    });
    const taken = await notify(client, order.notice);
    if (taken) await within(order.settled, behaviour().callbackMs);
    await ask(client, order, taken);
    return order;
  }

  return {
    sell,
    async refund(orderViewId: string): Promise<void> {
      const order = orders.get(orderViewId);
      if (order === undefined) throw new Error(`There is no order ${orderViewId}`);
      orders.refund(orderViewId);
      await notify(clientOf(order.appId), { ...order.notice, refundStatus: refundStatuses.full });
    },
    close() {
      open = false;
    },
  };
}

type Line = Omit<OrderDetail, 'actualPrice'>;

// The machine's own price is the price before the discount: what it asks now, not what it once asked.
const lineOf = ({ slotNum, skuCode, actualPrice }: Slot, quantity: number): Line => ({
  slotNum,
  skuCode,
  quantity,
  originalPrice: actualPrice,
});

function linesOf({ slotList }: MachineLayout, wished: NonNullable<SellOptions['lines']>): Line[] {
  return wished.map(({ slotNum, quantity }) => {
    const slot = slotList.find((candidate) => candidate.slotNum === slotNum);
    if (slot === undefined) throw new Error(`The machine shows no slot ${slotNum}`);
    return lineOf(slot, quantity);
  });
}

/** One or two slots that have something, up to two of each. */
function chosen({ machineStatus, slotList }: MachineLayout, buyer: Random): Line[] {
  const full = slotList.filter((slot) => slot.slotStatus === slotNormal && slot.currentInventory > 0);
  const lines = new Map<string, Line>();
  for (let kinds = 1 + Math.floor(buyer() * 2); kinds > 0; kinds--) {
    const slot = pick(buyer, full);
    const quantity = 1 + Math.floor(buyer() * Math.min(2, slot?.currentInventory ?? 1));
    if (slot) lines.set(slot.slotNum, lineOf(slot, quantity));
  }
  if (machineStatus !== machineStatuses.normal || lines.size === 0) throw new Error('The machine has nothing for sale');
  return [...lines.values()];
}
