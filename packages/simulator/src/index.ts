/** Virtual machines and counterparts for a hub: a demo, a test bed and a load generator in one. */

export type { C8Behaviour } from './books/c8-behaviour.ts';
export { type C8, type C8Bill, type C8Options, createC8 } from './books/create-c8.ts';
export { createGobox, type Gobox, type GoboxBehaviour, type GoboxOptions } from './books/create-gobox.ts';
export {
  type CashRegister,
  type CashRegisterOptions,
  createCashRegister,
  type Result as CashRegisterResult,
  type SentRecord as CashRegisterRecord,
} from './cash-register/create-cash-register.ts';
export { createFleet, type Fleet, type FleetMachine, type FleetOptions, type FleetStats } from './fleet/create-fleet.ts';
export { type FloodOptions, type FloodResult, type FloodSender, floodMessages } from './fleet/flood-messages.ts';
export { everyday, type MachineBehaviour, rough, steady } from './machine/behaviour.ts';
export type { VirtualMachineCondition } from './machine/condition.ts';
export type { MachineCounts } from './machine/counts.ts';
export { createVirtualMachine } from './machine/create-virtual-machine.ts';
export type { Drop } from './machine/drop-sensor.ts';
export type { ScriptStep } from './machine/fate.ts';
export type { TypedResult } from './machine/keypad.ts';
export type { MachineKind, VirtualMachineOptions } from './machine/options.ts';
export type { KnownCode } from './machine/pickup-codes.ts';
export type { PhysicalSlot, SlotOptions } from './machine/slots.ts';
export type { KeypadResult, ReceivedMessage, SentMessage, VirtualMachine } from './machine/virtual-machine.ts';
export type { MallBehaviour } from './mall/behaviour.ts';
export type { BuyOptions, Purchase } from './mall/buy.ts';
export { createMall, type Mall, type MallOptions, type ReceivedCallback } from './mall/create-mall.ts';
export { type MallTally, type RunMallOptions, runMall, type Sale } from './mall/run-mall.ts';
export {
  createOwithoPlatform,
  type OwithoPlatform,
  type OwithoPlatformOptions,
} from './owitho/create-platform.ts';
export {
  createThirdParty,
  type SentCallback,
  type ThirdParty,
  type ThirdPartyOptions,
} from './owitho/create-third-party.ts';
export type { OwithoApp, TokenRules } from './owitho/platform-apps.ts';
export type { OwithoPlatformBehaviour } from './owitho/platform-behaviour.ts';
export type { PlatformOrder as OwithoOrder } from './owitho/platform-orders.ts';
export type { SellOptions as OwithoSellOptions } from './owitho/sell.ts';
export type { ReceivedCall as ReceivedOwithoCall } from './owitho/signed-server.ts';
export type { CallbackFate, OrderStep, ThirdPartyBehaviour, UnitFate } from './owitho/third-party-behaviour.ts';
export type { ThirdPartyDrop } from './owitho/third-party-machines.ts';
export { type Cancel, type Clock, realClock, type Timers } from './shared/clock.ts';
export { createLossyProxy, type LossyProxy, type LossyProxyOptions, type ProxiedRequest } from './shared/lossy-proxy.ts';
export { type ManualClock, manualClock } from './shared/manual-clock.ts';
export type { Seed } from './shared/random.ts';
export { soundWire, type WireFate, type WireFaults } from './shared/wire-faults.ts';
export {
  type Customer,
  type CustomerBehaviour,
  type CustomerOptions,
  type CustomerPath,
  createCustomer,
  type ReceivedPush,
  type ReceivedQuestion,
} from './smart-vending/create-customer.ts';
export type { CodeFate, HeldCode } from './smart-vending/held-codes.ts';
export type { SellOptions } from './smart-vending/upstream/create-life.ts';
export {
  createUpstreamPlatform,
  type UpstreamPlatform,
  type UpstreamPlatformOptions,
} from './smart-vending/upstream/create-upstream-platform.ts';
export type { PushResult, PushTrouble } from './smart-vending/upstream/push-queue.ts';
export type {
  MachineCondition,
  UpstreamGoods,
  UpstreamLine,
  UpstreamMachine,
  UpstreamShelf,
  UpstreamTrade,
} from './smart-vending/upstream/state.ts';
export type { TypeCodeOptions, TypedCode } from './smart-vending/upstream/type-code.ts';
