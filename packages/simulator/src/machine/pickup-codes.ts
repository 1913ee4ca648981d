import type { ToMachineBody } from '@polyvend/protocols/machine';

export interface KnownCode {
  readonly id: number;
  readonly productId: number;
  readonly quantity: number;
  readonly expiresAt: Date | undefined;
  used: boolean;
}

export type KnownCodes = ReturnType<typeof createKnownCodes>;

/** The codes that the hub told the machine, so that it can honour them without asking. */
export function createKnownCodes() {
  const byCode = new Map<string, KnownCode>();
  return {
    byCode: byCode as ReadonlyMap<string, KnownCode>,
    learn({ id, product_id, code, quantity, expired_at, used }: ToMachineBody<'client.pickup_codes.create'>): void {
      byCode.set(code, { id, productId: product_id, quantity, expiresAt: expired_at, used: used ?? false });
    },
    forget(id: number): void {
      for (const [code, known] of byCode) if (known.id === id) byCode.delete(code);
    },
    forgetAll: () => byCode.clear(),
  };
}

/** Why the keypad shows an error. */
export function refusalOf(known: KnownCode | undefined, now: Date): 'unknown' | 'used' | 'expired' | undefined {
  if (known === undefined) return 'unknown';
  if (known.used) return 'used';
  return known.expiresAt !== undefined && known.expiresAt <= now ? 'expired' : undefined;
}
