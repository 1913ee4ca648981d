import type { Park } from '../kit/park.ts';

export interface SuppliedOrder {
  machineNo: string;
  productId: number;
  tradeId: string;
}

/** Orders without end: over all machines and slots in turn, each trade id new. */
export function orderSupply({ machines }: Park, name: string): () => SuppliedOrder {
  let n = 0;
  // A stride that is no divisor of the count: neighbours in time are not neighbours in the table.
  const stride = 37;
  const all = machines.flatMap(({ machineNo, slots }) => slots.map(({ productId }) => ({ machineNo, productId })));
  return () => {
    n += 1;
    const { machineNo = '', productId = 0 } = all[(n * stride) % all.length] ?? {};
    return { machineNo, productId, tradeId: `${name}-${process.pid}-${Date.now().toString(36)}-${n}` };
  };
}
