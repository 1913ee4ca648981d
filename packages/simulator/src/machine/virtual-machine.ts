import type { FromMachineBody, Header, MachineFault, SalePayStyle, ToMachine, ToMachineBody } from '@polyvend/protocols/machine';
import type { MachineBehaviour } from './behaviour.ts';
import type { VirtualMachineCondition } from './condition.ts';
import type { MachineCounts } from './counts.ts';
import type { Drop } from './drop-sensor.ts';
import type { ScriptStep } from './fate.ts';
import type { TypedResult } from './keypad.ts';
import type { KnownCode } from './pickup-codes.ts';
import type { PhysicalSlot, SlotOptions } from './slots.ts';

export interface ReceivedMessage {
  readonly at: Date;
  readonly header: Header;
  readonly message: ToMachine;
  /** As it came: base64. */
  readonly payload: string;
}

export interface SentMessage {
  readonly at: Date;
  readonly method: string;
  readonly topic: string;
  /** As it went: base64. */
  readonly payload: string;
}

export type KeypadResult = 'dispensed' | 'failed' | 'unknown' | 'used' | 'expired';

/** What is not told is one unit for 3 yuan, in coins. */
export interface OwnSale {
  readonly quantity?: number;
  /** Of one. */
  readonly priceCents?: number;
  readonly payStyle?: SalePayStyle;
  readonly paymentId?: string;
}

export type ToldSale = FromMachineBody<'client.sale.put'>;

/** A machine that exists in memory alone and speaks over real MQTT. */
export interface VirtualMachine {
  readonly machineNo: string;
  /** Resolves when the broker has taken the greeting. @throws Error when it refuses, or is not there in `connectTimeoutMs`. */
  connect(): Promise<void>;
  /** `clean: false` pulls the cable: the last will fires. Work in hand goes on; its answers wait for the next connection. */
  disconnect(how?: { readonly clean?: boolean }): Promise<void>;
  readonly connected: boolean;
  /** Ends it for good: no timer, no connection, and work that has not begun is not done. */
  stop(): Promise<void>;

  readonly behaviour: MachineBehaviour;
  /** Changes how it behaves from the next unit on. */
  behave(changes: Partial<MachineBehaviour>): void;
  /** Adds to what the next units do, a step each, whichever command they belong to; then chance takes over again. */
  script(steps: readonly ScriptStep[]): void;
  /** Steps not yet used. */
  readonly scripted: number;

  /** Everything that really fell, oldest first. */
  readonly drops: readonly Drop[];
  /** Resolves once `count` units in all have fallen. */
  waitForDrops(count: number, timeoutMs?: number): Promise<readonly Drop[]>;
  /** What is really in the slots now. */
  readonly slots: readonly Readonly<PhysicalSlot>[];
  readonly counts: Readonly<MachineCounts>;
  /** Messages that were good, oldest first; the newest `remember`. */
  readonly received: readonly ReceivedMessage[];
  readonly sent: readonly SentMessage[];
  /** The oldest message of this method, come or to come, that no earlier call was given (15 000 ms of real time). */
  waitFor<M extends ToMachine['method']>(method: M, timeoutMs?: number): Promise<ToMachineBody<M>>;
  /** As waitFor, for what the machine sends. */
  waitForSent(method: string, timeoutMs?: number): Promise<SentMessage>;
  /** Resolves when all that it was told so far is done. */
  idle(): Promise<void>;

  /** Tells every outcome that was lost, as on reconnecting. @returns how many. */
  report(): number;
  /** A heartbeat out of its turn. */
  heartbeat(): void;
  /** What it tells of itself as a whole, on connecting and at each change. */
  readonly condition: Readonly<VirtualMachineCondition>;
  /** A person opens its door (`{ door: 'open' }`), fills its coins, sets its lamp … */
  changeCondition(changes: Partial<VirtualMachineCondition>): void;
  /** Something breaks, and is mended; of the main cabinet unless another is named. */
  raiseFault(fault: MachineFault, cabinet?: string): void;
  endFault(fault: MachineFault, cabinet?: string): void;
  /** A person opens the machine and frees the slot; it tells that the slot is well. */
  clearFault(code: string): void;
  /** Something gets stuck in a slot, until somebody frees it; nobody knows before it is turned. False when there is no such slot. */
  jam(addr: number, code: string): boolean;
  /** A person frees a slot, and the machine tells that it is well. False when there is no such slot. */
  mend(addr: number, code: string): boolean;
  /** A person lays goods in, and pulls out what was there: the machine itself knows of nothing. Slots that it has not got are added. */
  load(slots: readonly SlotOptions[]): void;
  /** A person fills a slot (by its code) to so many units, counts, and the machine tells. */
  restock(code: string, stock: number): void;
  /**
   * A buyer at the keypad of a machine that asks the hub what the code is worth, and does what it is told then. The same serial again
   * is the same typing. @throws Error when nothing came of it in time (15 000 ms of real time).
   */
  type(code: string, how?: { readonly serial?: string; readonly timeoutMs?: number }): Promise<TypedResult>;
  /** A buyer at the keypad of a machine that knows its codes. */
  typeCode(code: string): Promise<KeypadResult>;
  readonly pickupCodes: ReadonlyMap<string, KnownCode>;
  /** A buyer with coins: one unit, sold without the hub, which learns of it from the stock that the machine then tells. */
  sellAlone(code: string): Promise<boolean>;
  /** A buyer at the machine's own till: sold without the hub, which is told of it as a sale. @returns the sale as it was told. */
  sell(code: string, sale?: OwnSale): Promise<ToldSale>;
  /** Tells a sale once more, as machines do that did not hear that it was taken. */
  tellSaleAgain(sale: ToldSale): void;
}
