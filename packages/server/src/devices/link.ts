import type { Publication } from '@polyvend/protocols/machine';
import type { KnownMachine } from '../ledger/machines/find-machine-by-no.ts';

/** A message as the broker hands it over. */
export interface Arrival {
  topic: string;
  payload: Uint8Array;
  /** The machine that is connected, where the broker is our own and knows; else the message is judged by itself. */
  machine?: KnownMachine | undefined;
  /** A last will whose connection was replaced by a newer one. */
  staleWill?: boolean;
}

/** Resolves when the message is in the ledger or dropped for good; rejects when it should be sent again. */
export type Receive = (arrival: Arrival) => Promise<void>;

/** The way to the machines: our own broker, or a connection to one. */
export interface MachineLink {
  /** Where machines connect. */
  readonly url: string;
  /** Resolves when the broker has taken it. */
  publish(publication: Publication): Promise<void>;
  isReady(): boolean;
  connections(): number;
  close(): Promise<void>;
}
