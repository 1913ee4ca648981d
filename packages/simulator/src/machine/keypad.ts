import { randomUUID } from 'node:crypto';
import type { ToMachineBody, TypedCodeRefusal } from '@polyvend/protocols/machine';

/** Why nothing came, or what the machine did for it. */
export type TypedResult = TypedCodeRefusal | 'dispensed' | 'failed';

export type Keypad = ReturnType<typeof createKeypad>;

/** Typings that wait for the hub's word, and for the unit that it promised. The word and the command come in any order. */
export function createKeypad(send: (code: string, serial: string) => void) {
  const waiting = new Map<string, (result: ToMachineBody<'client.pickup_code.result'>) => void>();
  const outcomes = new Map<number, PromiseWithResolvers<boolean>>();

  function outcomeOf(orderId: number): PromiseWithResolvers<boolean> {
    const known = outcomes.get(orderId) ?? Promise.withResolvers<boolean>();
    outcomes.set(orderId, known);
    return known;
  }

  return {
    /** @throws Error when neither a refusal nor a unit came within `timeoutMs`. */
    async type(code: string, { serial = randomUUID(), timeoutMs }: { serial?: string; timeoutMs: number }): Promise<TypedResult> {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`Nothing came of a typed code within ${timeoutMs} ms`)), timeoutMs);
      });
      const { promise, resolve } = Promise.withResolvers<ToMachineBody<'client.pickup_code.result'>>();
      waiting.set(serial, resolve);
      send(code, serial);
      try {
        const { accepted, order_id, reason } = await Promise.race([promise, late]);
        if (!accepted || order_id === undefined) return (reason ?? 'unknown') as TypedCodeRefusal;
        return (await Promise.race([outcomeOf(order_id).promise, late])) ? 'dispensed' : 'failed';
      } finally {
        clearTimeout(timer);
        waiting.delete(serial);
      }
    },
    hear(result: ToMachineBody<'client.pickup_code.result'>): void {
      waiting.get(result.serial)?.(result);
    },
    saw(orderId: number | undefined, dropped: boolean): void {
      // Nobody waits: a machine of months must not remember every order.
      if (orderId !== undefined && waiting.size > 0) outcomeOf(orderId).resolve(dropped);
      if (waiting.size === 0) outcomes.clear();
    },
  };
}
