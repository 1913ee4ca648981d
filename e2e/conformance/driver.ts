import type { RawAnswer, RawRequest, TestHub, TestMachine, TestTenant } from '../support/index.ts';

// What a dialect implements to be put through the suite. It says nothing of what must hold: that is the suite's.

/** A request as it goes over the wire, made now and sent whenever, and as often as, a test likes. */
export interface Message extends RawRequest {
  url: string;
}

/** What is done at the machine, and not asked for over HTTP. Answers whether the machine was told yes. */
export interface Deed {
  at(keypad: Keypad): Promise<boolean>;
}

/** Of the machine that the sale is at, virtual or moved by hand. */
export interface Keypad {
  type(code: string): Promise<boolean>;
}

/** Units by the name of their slot. */
export type Wanted = Readonly<Record<string, number>>;

/** The steps of a sale that a dialect may have as something of its own: a request, or a deed at the machine. */
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
  /** Which steps follow the placing. Without `pay` a sale is paid by being placed, without `dispense` it is dispensed by being paid. */
  steps: readonly Step[];
  /** Most units of a sale; undefined where a sale has as many as are wanted. */
  unitsPerSale?: number;
  /** When stock is promised: with the placing, or only with the dispensing, which is then what is refused when there is none. */
  promisedWith: 'place' | 'dispense';
  /** Whether the same placing again is the same sale. */
  placesOnce: boolean;
  /** What is told of a unit whose outcome is unknown: that it failed, or nothing until it is known. */
  unknownIsTold: 'as failed' | 'when known';
  /** Whether a query shows what is, or what the hub has written up a moment later. */
  shows: 'at once' | 'later';
  /** Whether outcomes are told for each line, or once for the sale. */
  toldPer: 'line' | 'sale';
  /** What becomes of a sale that cannot be had whole: refused, or taken and told as failed, where the buyer has paid already. */
  shortage: 'refused' | 'failed';
  /** Seconds in which a sale must be paid; undefined where it is paid with the placing. */
  paymentWindow?: number;
  /** Seconds after which a request of a step is refused as stale; undefined where requests bear no time. */
  staleAfter?: number;
}

/** One seller of a fleet, with credentials of its own. */
export interface Driver<Sale> {
  /** `number` is the seller's own of the sale: the same again is the same sale. */
  place(machine: TestMachine, wanted: Wanted, number: string): Promise<Message>;
  /** The sale that an accepted answer to `place` speaks of; `number` as it was placed. */
  saleOf(machine: TestMachine, answer: RawAnswer, number: string): Promise<Sale>;
  /** What a step takes: for some dialects a request per line. */
  step(step: Step, sale: Sale): readonly (Message | Deed)[];
  query(sale: Sale): Message;
  /** Throws when the answer is not in the dialect's own form, whichever of the two it is. */
  isRefusal(answer: RawAnswer): boolean;
  /** What an accepted answer to `query` shows. */
  shownBy(answer: RawAnswer, sale: Sale): Shown | Promise<Shown>;
  /** What the other side was told so far, oldest first, repetitions too. */
  told(sale: Sale): readonly Outcome[] | Promise<readonly Outcome[]>;
  /** The same request in every form in which it does not come from this seller, or was changed on the way. */
  forgeries(message: Message): Readonly<Record<string, Message>>;
  /** Ends what it opened. */
  close?(): Promise<void>;
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
