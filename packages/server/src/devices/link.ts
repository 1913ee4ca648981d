import type { Publication } from '@polyvend/protocols/machine';
import type { KnownMachine } from '../ledger/machines/find-machine-by-no.ts';

/** A message as the broker hands it over. */
export interface Arrival {
  topic: string;
  payload: Uint8Array;
  /** The machine that is connected, where the broker is our own and knows; else the message is judged by itself. */
  machine?: KnownMachine | undefined;
  /** Its connection was replaced by a newer one of the same machine: a last will of it means nothing any more. */
  replaced?: boolean;
}

/** Resolves when the message is in the ledger or dropped for good; rejects when it should be sent again. */
export type Receive = (arrival: Arrival) => Promise<void>;

/** The way to the machines: our own broker, or a connection to one. */
export interface MachineLink {
  /** Where machines connect. */
  readonly url: string;
  /** Resolves when the broker has taken it; rejects when it does not within seconds, and then it is not sent later. */
  publish(publication: Publication): Promise<void>;
  isReady(): boolean;
  /** Whether a machine would hear what is published to it now; undefined where the broker is another's, and nobody knows. */
  reaches(machineId: number): boolean | undefined;
  connections(): number;
  close(): Promise<void>;
}
