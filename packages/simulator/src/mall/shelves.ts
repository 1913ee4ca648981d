import type { ActiveOrderClient, PlaceOrderBody, Product } from '@polyvend/protocols/active-order';
import { pick, type Random } from '../shared/random.ts';

const pageSize = 100;
/** A list this old is asked for anew: others buy and staff refill. */
const freshMs = 30_000;

/** What the mall believes to be for sale, from lists asked for now and then: as stale as a real mall's. */
export function createShelves(client: ActiveOrderClient) {
  const lists = new Map<string, { readonly asked: number; readonly products: Promise<Product[]> }>();

  async function fetchAll(machine_no: string): Promise<Product[]> {
    const products: Product[] = [];
    for (let page = 1, last = 1; page <= last; page++) {
      const answer = await client.products({ machine_no, page: String(page), per_page: String(pageSize) });
      products.push(...answer.data);
      last = answer.last_page ?? 1;
    }
    return products;
  }

  function listOf(machineNo: string): Promise<Product[]> {
    const known = lists.get(machineNo);
    if (known && performance.now() - known.asked < freshMs) return known.products;
    const products = fetchAll(machineNo);
    lists.set(machineNo, { asked: performance.now(), products });
    return products;
  }

  return {
    /** What a buyer wants of what is there; empty when the machine is sold out. */
    async choose(machineNo: string, buyer: Random, mostProducts: number, mostOfEach: number) {
      const products = (await listOf(machineNo)).filter(({ current_inventory = 0 }) => current_inventory > 0);
      const kinds = 1 + Math.floor(buyer() * mostProducts);
      const chosen = new Map<number, PlaceOrderBody['products'][number]>();
      for (let count = 0; count < kinds; count++) {
        const product = pick(buyer, products);
        const quantity = 1 + Math.floor(buyer() * Math.min(mostOfEach, product?.current_inventory ?? 1));
        if (product) chosen.set(product.id, { product_id: product.id, quantity });
      }
      return [...chosen.values()];
    },
    /** Its list proved wrong, or could not be read. */
    forget: (machineNo: string) => lists.delete(machineNo),
  };
}
