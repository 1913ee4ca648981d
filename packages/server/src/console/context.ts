import type { FastifyInstance } from 'fastify';
import type { Dialect, DialectContext } from '../http/dialect.ts';
import type { LiveEvents } from './live-events.ts';

/** What the console's API is given to serve with. */
export interface ConsoleContext extends DialectContext {
  /** Of every protocol that is spoken. */
  dialects: readonly Dialect[];
  /** For calls of the hub to itself, without a network. */
  app: FastifyInstance;
  live: LiveEvents;
  /** Without a slash at its end; empty where nobody told it. */
  publicUrl: string;
  /** Where machines sign in. */
  broker: { host: string; port: number; tls: boolean };
  /** Answers are held against their schemas: tests do. */
  checkAnswers: boolean;
  demo?: DemoMachines;
}

/** What the demo brings for its virtual machines to be seen and touched in the page. */
export interface DemoMachines {
  /** The virtual machine of this number, where one runs here. */
  find(machineNo: string): DemoMachine | undefined;
  /** Starts one for a machine that the ledger has. Rejects when the broker does not let it in. */
  connect(machine: { merchantId: number; machineId: number; machineNo: string; brokerPassword: string }): Promise<void>;
}

/** A slot as it is in steel: what the ledger believes of it is another matter. */
export interface DemoSlot {
  addr: number;
  code: string;
  stock: number;
  /** 1 normal. */
  status: number;
}

/** What passes at a virtual machine: a message, with the fields in it and its bytes (base64); a can that falls; how it is now. */
export type DemoHappening =
  | {
      kind: 'message';
      at: Date;
      direction: 'to-machine' | 'from-machine';
      method: string;
      fields: Readonly<Record<string, unknown>>;
      topic: string;
      payload: string;
    }
  | { kind: 'drop'; at: Date; addr: number; code: string; cause: string; orderId: number | null }
  | { kind: 'state'; at: Date; connected: boolean; slots: DemoSlot[] };

export interface DemoMachine {
  readonly connected: boolean;
  readonly slots: readonly DemoSlot[];
  /** Hears what happened last (messages alone), then all that happens. Answers how to stop. */
  listen(hear: (happening: DemoHappening) => void): () => void;
  /** Digits at the keypad. Answers `dispensed`, `failed`, or why they are refused; `no-answer` when nothing came of it. */
  type(digits: string): Promise<string>;
  /** A buyer: `phone` orders through a mall, `cash` pays at the machine, which tells of it afterwards. */
  buy(slot: Pick<DemoSlot, 'addr' | 'code'>, how: 'phone' | 'cash', priceCents: number): Promise<DemoPurchase>;
  /** Something gets stuck in the slot, or a person frees it. False when it has no such slot. */
  jam(slot: Pick<DemoSlot, 'addr' | 'code'>): boolean;
  mend(slot: Pick<DemoSlot, 'addr' | 'code'>): boolean;
  /** Pulls the plug, or puts it in. */
  power(on: boolean): Promise<void>;
}

export interface DemoPurchase {
  orderId: number | null;
  dropped: boolean;
  /** Why not; empty otherwise. */
  why: string;
}
