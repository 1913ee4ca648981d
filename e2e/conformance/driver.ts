import type { RawAnswer, RawRequest, TestHub, TestMachine, TestTenant } from '../support/index.ts';

// What a dialect implements to be put through the suite. It says nothing of what must hold: that is the suite's.

/** A request as it goes over the wire, made now and sent whenever, and as often as, a test likes. */
export interface Message extends RawRequest {
  url: string;
}

/** Units by the name of their slot. */
export type Wanted = Readonly<Record<string, number>>;

/** The steps of a sale that a dialect may have as a request of its own. */
export type Step = 'pay' | 'dispense' | 'refund';

/** What a query shows of a sale: `over` is whatever can neither be paid nor dispensed any more. */
export type Shown = 'open' | 'paid' | 'over';

/** What the other side was told became of a line, or of the whole sale. */
export interface Outcome {
  /** Every unit of it fell. */
  dropped: boolean;
  /** How many fell. */
  units: number;
}

/** Where the dialect has no such notion, the suite does not ask for it. */
export interface Capabilities {
  /** Which requests follow the placing. Without `pay` a sale is paid by being placed, without `dispense` it is dispensed by being paid. */
  steps: readonly Step[];
  /** Whether outcomes are told for each line, or once for the sale. */
  toldPer: 'line' | 'sale';
  /** Seconds in which a sale must be paid; undefined where it is paid with the placing. */
  paymentWindow?: number;
  /** Seconds after which a request of a step is refused as stale; undefined where requests bear no time. */
  staleAfter?: number;
}

/** One seller of a fleet, with credentials of its own. */
export interface Driver<Sale> {
  /** `number` is the seller's own of the sale: the same again is the same sale. */
  place(machine: TestMachine, wanted: Wanted, number: string): Promise<Message>;
  /** The sale that an accepted answer to `place` speaks of. */
  saleOf(machine: TestMachine, answer: RawAnswer): Promise<Sale>;
  /** What a step takes: for some dialects a request per line. */
  step(step: Step, sale: Sale): readonly Message[];
  query(sale: Sale): Message;
  /** Throws when the answer is not in the dialect's own form, whichever of the two it is. */
  isRefusal(answer: RawAnswer): boolean;
  /** What an accepted answer to `query` shows. */
  shownBy(answer: RawAnswer): Shown;
  /** What the other side was told so far, oldest first, repetitions too. */
  told(sale: Sale): readonly Outcome[];
  /** The same request in every form in which it does not come from this seller, or was changed on the way. */
  forgeries(message: Message): Readonly<Record<string, Message>>;
  /** Requests for another's sale, by all the ways there are, each with the same for what is nobody's. */
  pry(theirs: { sale: Sale; machine: TestMachine }, own: { sale: Sale; machine: TestMachine }): Promise<readonly Prying[]>;
}

export interface Prying {
  name: string;
  theirs: Message;
  nobodys: Message;
}

export interface Dialect<Sale> {
  name: string;
  capabilities: Capabilities;
  /** Another seller at each call, of the same merchant when it is called for the same. */
  open(hub: TestHub, tenant: TestTenant): Promise<Driver<Sale>>;
}
