import type { Ledger, Trx } from '../ledger.ts';
import { tellMachine } from '../machines/tell-machine.ts';

/** Why a machine is told that a typed code fetches nothing. */
export type TypedRefusal =
  | 'unknown'
  | 'used'
  | 'expired'
  | 'not-yet'
  /** Nothing that it could fetch lies in this machine. */
  | 'sold-out'
  | 'out-of-operation'
  | 'disabled'
  /** It came too late: whoever typed it is gone. */
  | 'late'
  /** Too many wrong codes lately. */
  | 'too-many'
  /** The mall could not say in time. */
  | 'try-again';

/** Those that say something of a code, and so help who guesses. */
export const wrongCodeReasons = ['unknown', 'used', 'expired', 'not-yet'] as const satisfies readonly TypedRefusal[];

/** `asked`: the mall of the code is, and the machine hears of it later. */
export type TypedOutcome =
  | { state: 'accepted'; orderId: number }
  | { state: 'refused'; reason: TypedRefusal }
  | { state: 'asked' };

/** One typing at one machine's keypad, by the machine's own name of it. */
export interface Typing {
  merchantId: number;
  machineId: number;
  serial: string;
}

/** Keeps what came of it, for when it is asked again, and tells the machine. */
export async function settleTyping(ledger: Ledger, trx: Trx, typing: Typing, outcome: TypedOutcome): Promise<void> {
  const { merchantId, machineId, serial } = typing;
  const told = {
    state: outcome.state,
    reason: outcome.state === 'refused' ? outcome.reason : '',
    order_id: outcome.state === 'accepted' ? outcome.orderId : null,
  };
  await trx
    .insertInto('typed_codes')
    .values({ merchant_id: merchantId, machine_id: machineId, serial, at: ledger.clock.now(), ...told })
    .onConflict((conflict) => conflict.columns(['merchant_id', 'machine_id', 'serial']).doUpdateSet(told))
    .execute();
  await tellTyping(ledger, trx, typing, outcome);
}

export async function tellTyping(ledger: Ledger, trx: Trx, { serial, ...machine }: Typing, outcome: TypedOutcome): Promise<void> {
  if (outcome.state === 'asked') return;
  const fields = outcome.state === 'accepted' ? { orderId: outcome.orderId } : { reason: outcome.reason };
  await tellMachine(ledger, trx, { ...machine, method: 'pickup-code.answered', fields: { serial, ...fields } });
}
