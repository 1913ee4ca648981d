/** Virtual machines and counterparts for a hub: a demo, a test bed and a load generator in one. */

export { createFleet, type Fleet, type FleetMachine, type FleetOptions, type FleetStats } from './fleet/create-fleet.ts';
export { type FloodOptions, type FloodResult, type FloodSender, floodMessages } from './fleet/flood-messages.ts';
export { everyday, type MachineBehaviour, rough, steady } from './machine/behaviour.ts';
export type { MachineCounts } from './machine/counts.ts';
export { createVirtualMachine } from './machine/create-virtual-machine.ts';
export type { Drop } from './machine/drop-sensor.ts';
export type { ScriptStep } from './machine/fate.ts';
export type { MachineKind, VirtualMachineOptions } from './machine/options.ts';
export type { KnownCode } from './machine/pickup-codes.ts';
export type { PhysicalSlot, SlotOptions } from './machine/slots.ts';
export type { KeypadResult, ReceivedMessage, SentMessage, VirtualMachine } from './machine/virtual-machine.ts';
export type { MallBehaviour } from './mall/behaviour.ts';
export type { BuyOptions, Purchase } from './mall/buy.ts';
export { createMall, type Mall, type MallOptions, type ReceivedCallback } from './mall/create-mall.ts';
export { type MallTally, type RunMallOptions, runMall, type Sale } from './mall/run-mall.ts';
export { type Cancel, type Clock, realClock, type Timers } from './shared/clock.ts';
export { type ManualClock, manualClock } from './shared/manual-clock.ts';
export type { Seed } from './shared/random.ts';
