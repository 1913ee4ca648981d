import { FieldError, type Fields, PlaceOrderBody } from '@polyvend/protocols/active-order';
import { Compile } from 'typebox/compile';
import { fieldError } from './name-field.ts';

const schema = Compile(PlaceOrderBody);

/** Most lines of one order, and most units of one line: more than any machine holds. */
const most = { lines: 100, quantity: 1_000 };

/** Numbers must be JSON numbers here: the call is in the clear. @throws FieldError naming the first field that is wrong. */
export function checkPlaceOrder(params: Fields): PlaceOrderBody {
  if (!schema.Check(params)) {
    const [first] = schema.Errors(params);
    throw fieldError(first);
  }
  if (params.products.length > most.lines) throw new FieldError('products', `may have at most ${most.lines} entries`);
  for (const [n, { product_id, quantity }] of params.products.entries()) {
    if (!Number.isSafeInteger(product_id)) throw new FieldError(`products[${n}].product_id`, 'is too large');
    if (quantity > most.quantity) throw new FieldError(`products[${n}].quantity`, `may be at most ${most.quantity}`);
  }
  return params;
}
