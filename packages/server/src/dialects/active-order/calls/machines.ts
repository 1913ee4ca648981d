import { FieldError, optionalInteger, optionalText } from '@polyvend/protocols/active-order';
import { listCategories } from '../../../ledger/catalog/list-categories.ts';
import { findMachine, listMachines } from '../../../ledger/machines/find-machine.ts';
import { listProducts } from '../../../ledger/machines/list-products.ts';
import { expireOrders } from '../../../ledger/orders/expire-orders.ts';
import { Refusal } from '../errors.ts';
import { categoryOf, floorOf, machineDetailOf, machineOf, productOf } from '../map.ts';
import type { Call, Handlers } from './call.ts';
import { readOfferedMachine } from './read.ts';

/** Most products of one page. */
const mostPerPage = 500;

type Names = 'ping' | 'machines' | 'machine' | 'products' | 'floors' | 'categories' | 'banners';

export const machineCalls: Handlers<Names> = {
  ping: async () => ({ data: 'pong' }),

  machines: async ({ ledger, merchantId, integration }) => {
    const machines = await listMachines(ledger, merchantId, integration.id);
    if (machines.length === 0) throw new Refusal('noMachines');
    return { data: machines.map((machine) => machineOf(machine, integration.merchant)) };
  },

  machine: async ({ ledger, merchantId, integration, path }) => {
    const machine = await findMachine(ledger, merchantId, path.machine_no ?? '', integration.id);
    const filter = { merchantId, integrationId: integration.id, machineId: machine.id, withEmptySlots: true };
    const { products } = await listProducts(ledger, filter);
    const cabinetNames = [...new Set(products.map(({ cabinetName }) => cabinetName))];
    const categories = await listCategories(ledger, merchantId, machine.id);
    return { data: machineDetailOf(machine, integration.merchant, cabinetNames, categories) };
  },

  products: async (call) => {
    const { ledger, merchantId, params } = call;
    const machine = await readOfferedMachine(call);
    const everything = optionalInteger(params, 'select_all', { min: 0, max: 1 }) === 1;
    const page = optionalInteger(params, 'page', { min: 1, max: 1_000_000 }) ?? 1;
    const perPage = optionalInteger(params, 'per_page', { min: 1, max: mostPerPage }) ?? 10;
    await expireOrders(ledger, { merchantId, machineId: machine.id });
    const filter = {
      merchantId,
      integrationId: call.integration.id,
      machineId: machine.id,
      categoryId: optionalInteger(params, 'category_id', { min: 0 }) || undefined,
      ...readCabinet(call),
    };
    const { products, total } = await listProducts(
      ledger,
      filter,
      everything ? undefined : { offset: (page - 1) * perPage, limit: perPage },
    );
    return {
      data: {
        data: products.map(productOf),
        total,
        current_page: everything ? 1 : page,
        last_page: everything ? 1 : Math.max(1, Math.ceil(total / perPage)),
        per_page: everything ? total : perPage,
      },
    };
  },

  floors: async (call) => {
    const machine = await readOfferedMachine(call);
    const { ledger, merchantId, integration } = call;
    await expireOrders(ledger, { merchantId, machineId: machine.id });
    const filter = { merchantId, integrationId: integration.id, machineId: machine.id, withEmptySlots: true };
    const { products } = await listProducts(ledger, filter);
    return { data: products.map(floorOf) };
  },

  categories: async (call) => {
    const machine = await readOfferedMachine(call);
    const categories = await listCategories(call.ledger, call.merchantId, machine.id);
    return { data: categories.map(categoryOf) };
  },

  // The hub keeps no advertisements; a machine without any is a legal answer.
  banners: async (call) => {
    await readOfferedMachine(call);
    return { data: [] };
  },
};

/** A cabinet by name or by address, not by both. */
export function readCabinet({ params }: Call): { cabinetName?: string | undefined; cabinetAddr?: number | undefined } {
  const cabinetName = optionalText(params, 'cabinet_name', { max: 16 });
  const cabinetAddr = optionalInteger(params, 'addr', { min: 0, max: 1_000_000 });
  if (cabinetName !== undefined && cabinetAddr !== undefined) throw new FieldError('addr', 'excludes cabinet_name');
  return { cabinetName, cabinetAddr };
}
