import { FieldError, saleOutcomes } from '@polyvend/protocols/machine';
import { recordMachineOrders } from '../../ledger/orders/record-machine-orders.ts';
import { soldOut } from '../../ledger/sales/project-orders.ts';
import { type Handler, isAlive } from '../heard.ts';

/** What the machine sold by itself: a fact, booked once by the machine's own number of the sale. */
export const sale: Handler<'client.sale.put'> = async (heard, body) => {
  const { ledger, machine, saidAt, receivedAt, cause } = heard;
  const { trade_no, quantity, price, outcomes = Array.from({ length: quantity }, () => saleOutcomes.dropped) } = body;
  if (outcomes.length !== quantity) throw new FieldError('outcomes', 'must have one for each unit');
  const told = body.pay_time ?? saidAt;
  // A machine whose clock runs ahead has not sold tomorrow.
  const paidAt = told < receivedAt ? told : receivedAt;
  const units = outcomes.map((outcome) => ({
    dispensed: outcome === saleOutcomes.dropped,
    error: outcome === saleOutcomes.soldOut ? soldOut : (body.error_msg ?? ''),
  }));
  const order = {
    // A colon is in no merchant's trade id, and machines count alike.
    tradeId: `machine:${machine.id}:${trade_no}`,
    machineTradeNo: trade_no,
    state: 'paid' as const,
    amountCents: price * quantity,
    paymentReference: body.payment_id ?? '',
    payStyle: body.pay_style,
    createdAt: paidAt,
    paidAt,
    lines: [{ productId: body.product_id, priceCents: price, units }],
  };
  await recordMachineOrders(ledger, machine, [order], cause);
  await isAlive(heard);
};
