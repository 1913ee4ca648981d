import { decodePayload, formatTime, yuan } from '@polyvend/protocols/active-order';
import type { OrderTrace, Step } from '../ledger/orders/trace-order.ts';

const gap = '  ';

/** An order's life on one screen, its times in the given zone. */
export function describeOrder(order: OrderTrace, timeZone: string): string {
  const head = [
    `order ${order.id}  trade_id ${order.tradeId}  ${order.state}  ${yuan(order.amountCents)} ${order.currency}  machine ${order.machineNo}`,
    ...order.lines.map(
      (line) =>
        `  record ${line.id}  ${line.slot}  ${line.goods} × ${line.quantity} at ${yuan(line.priceCents)}  (product ${line.productId})  ` +
        `units: ${line.units.join(', ')}`,
    ),
    '',
  ];
  const start = order.steps[0]?.at ?? new Date(0);
  return [...head, ...order.steps.flatMap((step) => describeStep(step, start, timeZone)), ''].join('\n');
}

function describeStep(step: Step, start: Date, timeZone: string): string[] {
  const time = `${formatTime(step.at, timeZone)}.${String(step.at.getMilliseconds()).padStart(3, '0')}`;
  const since = `+${((step.at.getTime() - start.getTime()) / 1000).toFixed(3)}s`.padStart(10);
  const line = `${time} ${since}${gap}${step.what.padEnd(12)} ${step.title.padEnd(26)} ${brief(step.detail)}`;
  const { cause } = step;
  if (!cause) return step.raw === null ? [line.trimEnd()] : [line.trimEnd(), `${' '.repeat(36)}${readable(step.raw)}`];
  const source = [cause.by, cause.call, cause.requestId && `request ${cause.requestId}`].filter(Boolean).join(' ');
  const raw = cause.raw ? `: ${readable(cause.raw)}` : '';
  return [line.trimEnd(), `${' '.repeat(36)}by ${source}${raw}`];
}

function brief(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

/** A payload as the object that it holds; anything else as it came. */
function readable(raw: string): string {
  try {
    const { payload } = JSON.parse(raw) as { payload?: unknown };
    const decoded = payload === undefined ? undefined : decodePayload(payload);
    return decoded?.ok ? JSON.stringify(decoded.value) : raw;
  } catch {
    return raw;
  }
}
