import { FieldError, type Fields, optionalInteger, optionalText, readInteger, readText } from '@polyvend/protocols/shared';
import { Type } from 'typebox';
import { LedgerError, refuse } from '../../../ledger/errors.ts';
import { findOrderByTradeId } from '../../../ledger/remote-orders/find-order-by-trade-id.ts';
import { type ForeignOrder, getForeignOrder } from '../../../ledger/remote-orders/get-foreign-order.ts';
import { placeForeignOrder } from '../../../ledger/remote-orders/place-foreign-order.ts';
import { findForeignMachine } from '../../../ledger/upstream/find-foreign-machine.ts';
import type { Call, CallRoute } from './call.ts';
import { isSameOrder, OrderView, type OrderWish, orderView } from './order-view.ts';

/** Seconds that the other platform's word of its stock may be old; it is asked before each order. */
const freshWithin = 60;

const mostItems = 100;
const mostUnits = 1_000;

/**
 * Orders what lies in a machine of another platform, which is asked for its stock before; paid, it dispenses. The same key with the same order
 * answers the order that there is.
 */
export const placeOrder: CallRoute = {
  method: 'POST',
  path: '/orders',
  needs: 'sell',
  schema: {
    summary: 'Order from a machine of another platform, by goods or slots',
    description: 'The header Idempotency-Key, or the field idempotency_key, names the order: unique per merchant.',
    body: Type.Object({
      idempotency_key: Type.Optional(Type.String()),
      machine: Type.String({ description: 'By its number there' }),
      integration: Type.Optional(
        Type.Integer({ description: 'Through which the machine is known, where several have that number' }),
      ),
      container: Type.Optional(Type.String({ description: 'The cabinet; without it the first that can serve all of it' })),
      items: Type.Array(
        Type.Object({
          slot: Type.Optional(Type.String()),
          goods: Type.Optional(Type.String({ description: 'The good, by its number there; or the slot; or both' })),
          quantity: Type.Integer({ minimum: 1 }),
        }),
        { maxItems: mostItems },
      ),
      discount_cents: Type.Optional(Type.Integer({ minimum: 0, description: 'Off the whole, in fen' })),
    }),
    response: { 200: OrderView },
  },
  async handle(call) {
    const { wish, integration, key } = readWish(call);
    const { ledger, merchantId, cause } = call;
    const known = await findOrderByTradeId(ledger, merchantId, key);
    if (known !== undefined) return orderView(await sameOrder(call, known, wish));
    const machineNo = wish.machine;
    // One that nobody told of yet may be asked for where it is said whose it is.
    const upstreamIntegrationId = integration ?? (await findForeignMachine(ledger, { merchantId, machineNo }));
    const fresh = await call.freshStock({ merchantId, upstreamIntegrationId, machineNo }, cause);
    if (fresh === 'not-sold') refuse('machine.unknown', machineNo);
    try {
      const { id } = await placeForeignOrder(ledger, {
        ...{ merchantId, integrationId: call.integration.id, upstreamIntegrationId, machineNo, freshWithin, cause },
        ...{ cabinet: wish.container, lines: wish.items, discountCents: wish.discountCents, tradeId: key },
      });
      return orderView(await getForeignOrder(ledger, merchantId, id));
    } catch (error) {
      if (!(error instanceof LedgerError && error.code === 'order.duplicate')) throw error;
      return orderView(await sameOrder(call, Number(error.data.orderId), wish));
    }
  },
};

/** The order of this key. Refuses order.differs. */
async function sameOrder({ ledger, merchantId }: Call, orderId: number, wish: OrderWish): Promise<ForeignOrder> {
  const order = await getForeignOrder(ledger, merchantId, orderId).catch((error: unknown) => {
    if (error instanceof LedgerError && error.code === 'order.unknown') return undefined;
    throw error;
  });
  return order && isSameOrder(order, wish) ? order : refuse('order.differs', `order ${orderId}`);
}

/** @throws FieldError */
function readWish({ body, idempotencyKey }: Call): { wish: OrderWish; integration: number | undefined; key: string } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new FieldError('body', 'must be an object');
  const fields = body as Fields;
  const named = optionalText(fields, 'idempotency_key', { max: 128 });
  const headed = optionalText({ 'Idempotency-Key': idempotencyKey }, 'Idempotency-Key', { max: 128 });
  const key = named ?? headed ?? missing('idempotency_key', 'or the header Idempotency-Key is required');
  if (headed !== undefined && headed !== key)
    throw new FieldError('idempotency_key', 'is not what the header Idempotency-Key says');
  const items: unknown = fields.items;
  if (!Array.isArray(items) || items.length === 0) throw new FieldError('items', 'must be a list with at least one entry');
  if (items.length > mostItems) throw new FieldError('items', `may have at most ${mostItems} entries`);
  const wish: OrderWish = {
    machine: readText(fields, 'machine', { max: 128 }),
    container: optionalText(fields, 'container', { max: 128 }),
    items: items.map(readItem),
    discountCents: optionalInteger(fields, 'discount_cents', { min: 0 }) ?? 0,
  };
  const units = wish.items.reduce((sum, { quantity }) => sum + quantity, 0);
  if (units > mostUnits) throw new FieldError('items', `may have at most ${mostUnits} units`);
  return { wish, key, integration: optionalInteger(fields, 'integration', { min: 1 }) };
}

function readItem(value: unknown, index: number): OrderWish['items'][number] {
  const at = `items[${index}]`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FieldError(at, 'must be an object');
  try {
    const fields = value as Fields;
    const slot = optionalText(fields, 'slot', { max: 128 });
    const goods = optionalText(fields, 'goods', { max: 128 });
    if (slot === undefined && goods === undefined) missing('slot', 'or goods is required');
    return { slot, goods, quantity: readInteger(fields, 'quantity', { min: 1, max: mostUnits }) };
  } catch (error) {
    throw error instanceof FieldError ? new FieldError(`${at}.${error.field}`, error.reason) : error;
  }
}

function missing(field: string, reason: string): never {
  throw new FieldError(field, reason);
}
