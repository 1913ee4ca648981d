import {
  methods,
  optionalInteger,
  optionalText,
  parseTime,
  readOneOf,
  readText,
  stringForm,
  tradeIdPattern,
} from '@polyvend/protocols/active-order';
import { refuse } from '../../../ledger/errors.ts';
import { getOrder } from '../../../ledger/orders/get-order.ts';
import { createPickupCodes } from '../../../ledger/pickup-codes/create-pickup-codes.ts';
import { deletePickupCodes } from '../../../ledger/pickup-codes/delete-pickup-codes.ts';
import { listPickupCodes } from '../../../ledger/pickup-codes/list-pickup-codes.ts';
import { usePickupCode } from '../../../ledger/pickup-codes/use-pickup-code.ts';
import { orderOf, pickupCodeOf } from '../map.ts';
import type { Call, Handlers } from './call.ts';
import { readId } from './orders.ts';
import { readMachine, readNotifyUrl, readOfferedMachine, readPathId } from './read.ts';

export const pickupCodeCalls: Handlers<'createPickupCodes' | 'deletePickupCodes' | 'pickupCodes' | 'consume'> = {
  createPickupCodes: async (call) => {
    const { params } = call;
    const method = readOneOf(params, 'method', [methods.createProductCodes, methods.createAllCodes]);
    const expiresAt = readExpiry(call);
    const length = optionalInteger(params, 'code_length', { min: 6, max: 10 }) ?? 6;
    const product =
      method === methods.createAllCodes
        ? ('all' as const)
        : { productId: readId(call, 'product_id'), count: optionalInteger(params, 'count', { min: 1, max: 10_000 }) ?? 1 };
    const machine = await readOfferedMachine(call);
    const { ledger, merchantId, cause } = call;
    await createPickupCodes(ledger, { merchantId, machineId: machine.id, product, expiresAt, length, cause });
    return { data: {} };
  },

  deletePickupCodes: async (call) => {
    const method = readOneOf(call.params, 'method', [methods.deleteCode, methods.deleteAllCodes]);
    const id = method === methods.deleteAllCodes ? ('all' as const) : readId(call, 'id');
    const machine = await readMachine(call);
    await deletePickupCodes(call.ledger, { merchantId: call.merchantId, machineId: machine.id, id, cause: call.cause });
    return { data: {} };
  },

  pickupCodes: async (call) => {
    const productId = readPathId(call, 'product_id');
    const machine = await readMachine(call);
    const codes = await listPickupCodes(call.ledger, call.merchantId, machine.id, productId);
    return { data: codes.map((code) => pickupCodeOf(code, call.timeZone)) };
  },

  consume: async (call) => {
    const { params, ledger, merchantId } = call;
    readOneOf(params, 'method', [methods.consumeCode]);
    const code = readText(params, 'code', { max: 32 });
    const productId = readId(call, 'product_id');
    if (stringForm(params.trade_id)?.trim() === '') refuse('order.trade-id-missing');
    const tradeId = readText(params, 'trade_id', { pattern: tradeIdPattern, shape: '1 to 64 letters, digits, - or _' });
    const notifyUrl = readNotifyUrl(call);
    const machine = await readMachine(call);
    const orderId = await usePickupCode(ledger, {
      merchantId,
      integrationId: call.integration.id,
      machineId: machine.id,
      code,
      productId,
      tradeId,
      notifyUrl,
      cause: call.cause,
    });
    return { data: orderOf(await getOrder(ledger, merchantId, machine.id, orderId), call.timeZone) };
  },
};

/** In the merchant's time zone; empty means for ever. What is no time is a bad expiry, not a bad request. */
function readExpiry({ params, timeZone }: Call): Date | undefined {
  const text = optionalText(params, 'expired_at', { max: 32 });
  if (text === undefined) return undefined;
  return parseTime(text, timeZone) ?? refuse('pickup-code.bad-expiry', text);
}
