import type { FromMachineBody, FromMachineMethod } from '@polyvend/protocols/machine';
import type { Cause } from '../ledger/events/event.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { KnownMachine } from '../ledger/machines/find-machine-by-no.ts';
import { recordSignOfLife, type SignOfLife } from '../ledger/machines/record-sign-of-life.ts';

/** A verified message of a machine, and what is needed to act on it. */
export interface Heard {
  ledger: Ledger;
  machine: KnownMachine;
  receivedAt: Date;
  /** By the machine's clock, never later than received. */
  saidAt: Date;
  fields: Readonly<Record<string, unknown>>;
  /** Fields beyond those of the method. */
  extras: Readonly<Record<string, string>>;
  cause: Cause;
}

export type Handler<M extends FromMachineMethod> = (heard: Heard, body: FromMachineBody<M>) => Promise<void>;

/** Any message says that the machine is there; some say more of how it is. */
export async function isAlive({ ledger, machine, receivedAt, saidAt }: Heard, readings: Partial<SignOfLife> = {}): Promise<void> {
  await recordSignOfLife(ledger, { merchantId: machine.merchantId, machineId: machine.id, receivedAt, saidAt, ...readings });
}
