import { FieldError, methods, optionalInteger, readOneOf, slotsNotFilled } from '@polyvend/protocols/active-order';
import { refuse } from '../../../ledger/errors.ts';
import { listProducts, type ProductFilter } from '../../../ledger/machines/list-products.ts';
import { refillSlots } from '../../../ledger/refills/refill-slots.ts';
import type { Call, Handlers } from './call.ts';
import { readCabinet } from './machines.ts';
import { readId } from './orders.ts';
import { readMachine } from './read.ts';

export const restockingCalls: Handlers<'replenish'> = {
  replenish: async (call) => {
    const { ledger, merchantId, params, cause } = call;
    const method = readOneOf(params, 'method', [methods.restockProduct, methods.restockCategory, methods.restockMachine]);
    const quantity = method === methods.restockMachine ? ('full' as const) : readAddition(call);
    const which =
      method === methods.restockProduct
        ? { productIds: [readId(call, 'product_id')] }
        : { ...readCabinet(call), ...(method === methods.restockCategory && { categoryId: readId(call, 'category_id') }) };
    const machine = await readMachine(call);
    const filter: ProductFilter = { merchantId, machineId: machine.id, ...which };
    const { products } = await listProducts(ledger, filter);
    if (products.length === 0) refuse(nothingFound[method]);
    const { overCapacity } = await refillSlots(ledger, {
      merchantId,
      machineId: machine.id,
      slots: products.map(({ slotId }) => ({ slotId, quantity })),
      source: 'call',
      cause,
    });
    if (overCapacity.length === 0) return { data: {} };
    return { data: {}, message: `${slotsNotFilled(overCapacity.length)}: ${overCapacity.map(({ name }) => name).join(', ')}` };
  },
};

const nothingFound = {
  [methods.restockProduct]: 'product.unknown',
  [methods.restockCategory]: 'category.unknown',
  [methods.restockMachine]: 'cabinet.unknown',
} as const;

/** How many are added; `max_total` is the field's older name. */
function readAddition({ params }: Call): number {
  const rule = { min: 0, max: 100_000 };
  const added = optionalInteger(params, 'current_inventory', rule) ?? optionalInteger(params, 'max_total', rule);
  if (added === undefined) throw new FieldError('current_inventory', 'is required');
  return added;
}
