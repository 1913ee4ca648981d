import { type MadeGood, makeGood } from '../ledger/making-good/make-good.ts';
import { changeOrder } from '../ledger/orders/change-order.ts';
import { typePickupCode } from '../ledger/pickup-codes/type-pickup-code.ts';
import type { TypedOutcome } from '../ledger/pickup-codes/typed-code.ts';
import { usePickupCode } from '../ledger/pickup-codes/use-pickup-code.ts';
import { answer, byTest, elsewhere, orderDraft, sendOut, type TestLedger, type TestOrder, type TestShop } from './ledger.ts';

let serial = 0;

/** What people, buyers and sellers do about an order whose goods did not drop, each from a process of its own; the ledger is made later. */
export function makingGood(of: () => TestLedger) {
  return {
    give(shop: TestShop, order: { id: number }, kind: MadeGood['kind'], more: object = {}): Promise<MadeGood> {
      return makeGood(elsewhere(of()), {
        merchantId: shop.merchantId,
        orderId: order.id,
        kind,
        by: 'Ann',
        cause: byTest,
        ...more,
      });
    },

    mallRefunds({ merchantId, machineId }: TestShop, { id: orderId }: { id: number }): Promise<void> {
      return changeOrder(elsewhere(of()), { merchantId, machineId, orderId, to: 'refunded', cause: byTest });
    },

    async type({ merchantId, machineId }: TestShop, code: string | null | undefined): Promise<TypedOutcome> {
      serial += 1;
      const typed = { merchantId, machineId, serial: `s${serial}`, code: code ?? '', typedAt: of().clock.now(), cause: byTest };
      return await typePickupCode(elsewhere(of()), typed);
    },

    /** The seller uses a code by a call; answers the order that it makes. */
    async useByCall(shop: TestShop, code: string | null | undefined): Promise<TestOrder> {
      const { merchantId, machineId, integrationId } = shop;
      const [made] = await of().rows<{ productId: number }>(
        'select product_id as "productId" from pickup_codes where merchant_id = $1 and code = $2 order by id desc',
        [merchantId, code],
      );
      const { tradeId, notifyUrl } = orderDraft(shop);
      const call = { merchantId, machineId, integrationId, tradeId, notifyUrl, cause: byTest };
      const id = await usePickupCode(elsewhere(of()), { ...call, code: code ?? '', productId: made?.productId ?? 0 });
      const lines = await of().rows<{ id: number }>('select id from order_lines where order_id = $1', [id]);
      return { id, lineIds: lines.map((line) => line.id) };
    },

    /** Paid, sent, and jammed: of so many the first `dropped` fell. */
    async jam(shop: TestShop, quantity = 1, dropped = 0): Promise<TestOrder> {
      const { order, command } = await sendOut(of(), shop, quantity);
      for (let index = 0; index < quantity; index += 1) {
        await answer(of(), shop, command, { index, dispensed: index < dropped, faultCode: index < dropped ? 1 : 2 });
      }
      return order;
    },

    /** The refunds that are written down of an order, in cents. */
    async paidBack(order: { id: number }): Promise<number[]> {
      const rows = await of().rows<{ amount_cents: number }>(
        `select amount_cents from payments where order_id = $1 and kind = 'refund' order by id`,
        [order.id],
      );
      return rows.map(({ amount_cents }) => amount_cents);
    },
  };
}
