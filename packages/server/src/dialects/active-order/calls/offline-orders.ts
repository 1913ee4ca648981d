import {
  FieldError,
  type OfflineOrder,
  orderStatusOf,
  parseTime,
  parseYuan,
  readInteger,
  readText,
  stringForm,
  tradeIdPattern,
} from '@polyvend/protocols/active-order';
import type { OrderState } from '../../../ledger/orders/order-state.ts';
import type { MachineOrder, MachineOrderLine } from '../../../ledger/orders/record-machine-orders.ts';
import { within } from './name-field.ts';

const states = new Map<string, OrderState>(
  Object.entries({
    SUCCESS: 'paid',
    REFUND: 'refunded',
    CLOSED: 'closed',
    REVOKED: 'revoked',
    USERPAYING: 'closed',
    PAYERROR: 'payment_failed',
    PICKUPCODE: 'fetched',
  } as const),
);

/** What a drop is called in a delivery log. */
const dropped = new Set(['1', 'true', 'success', 'SUCCESS', '出货成功', '出货完成']);

/** An uploaded order in the ledger's words. @throws FieldError naming the field below `at`. */
export function machineOrderOf(order: OfflineOrder, at: string, timeZone: string, now: Date): MachineOrder {
  const status = stringForm(order.status) ?? '';
  const state = states.get(orderStatusOf[Number(status) as keyof typeof orderStatusOf] ?? status);
  if (!state) throw new FieldError(`${at}.status`, 'is none that orders have');
  const paid = state === 'paid' || state === 'refunded';
  const createdAt = timeOf(order.created_at, `${at}.created_at`, timeZone) ?? now;
  const paymentReference = stringForm(order.payment_id) ?? '';
  return {
    tradeId: within(at, () => readText(order, 'trade_id', { pattern: tradeIdPattern, shape: '1 to 64 letters, digits, - or _' })),
    state,
    amountCents: amountOf(order.amount, `${at}.amount`),
    paymentReference,
    // The upload does not say how: coins leave no payment number, and what leaves one was paid with a telephone.
    payStyle: state === 'fetched' ? 'pickup-code' : paymentReference === '' ? 'cash' : 'qrcode',
    createdAt,
    paidAt: paid ? (timeOf(order.pay_time, `${at}.pay_time`, timeZone) ?? createdAt) : null,
    lines: order.records.map((record, n) => lineOf(record, `${at}.records[${n}]`, paid || state === 'fetched')),
  };
}

/** Without logs, what was paid is taken as dropped: the machine tells of it because it sold it. */
function lineOf(record: OfflineOrder['records'][number], at: string, sold: boolean): MachineOrderLine {
  const quantity = within(at, () => readInteger(record, 'quantity', { min: 1, max: 1_000 }));
  const logs = record.delivery_logs ?? [];
  return {
    productId: within(at, () => readInteger(record, 'product_id', { min: 0 })),
    slotCode: stringForm(logs[0]?.code),
    priceCents: amountOf(record.price, `${at}.price`),
    units: Array.from({ length: quantity }, (_, n) => {
      const log = logs[n];
      if (!log) return { dispensed: sold && logs.length === 0, error: '' };
      return { dispensed: dropped.has(stringForm(log.status) ?? ''), error: stringForm(log.fail_reason) ?? '' };
    }),
  };
}

function amountOf(value: unknown, field: string): number {
  const cents = parseYuan(value, field);
  if (cents < 0) throw new FieldError(field, 'must not be negative');
  return cents;
}

function timeOf(value: unknown, field: string, timeZone: string): Date | undefined {
  const text = stringForm(value) ?? '';
  if (text === '') return undefined;
  const time = parseTime(text, timeZone);
  if (!time) throw new FieldError(field, 'is no time of the form YYYY-MM-DD HH:mm:ss');
  return time;
}
