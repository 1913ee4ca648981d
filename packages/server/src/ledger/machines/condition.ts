import type { FaultCode } from './fault.ts';

/** What a machine says of its condition, whole: what it leaves out is not known. A cabinet is named; '' is the main one. */
export interface ConditionReport {
  /** The box reaches the vending machine's own controller (VMC). */
  vmcOnline?: boolean | undefined;
  /** It may sell (售卖状态). */
  selling?: boolean | undefined;
  door?: 'open' | 'shut' | undefined;
  /** Coins in the changer, in pieces. */
  coins5Jiao?: number | undefined;
  coins1Yuan?: number | undefined;
  /** The controller's own six numbers; 0 none. */
  faultCodes?: readonly number[] | undefined;
  faults?: readonly CabinetFault[] | undefined;
  temperatures?: readonly CabinetClimate[] | undefined;
  versions?: readonly CabinetVersion[] | undefined;
  apps?: readonly { name: string; version: string }[] | undefined;
  firmware?: string | undefined;
  vcsVersion?: string | undefined;
  modem?: { net: string; phone: string; iccid: string; ip: string } | undefined;
  /** Where the box believes to be, in degrees. */
  region?: { longitude: number; latitude: number } | undefined;
}

export interface CabinetFault {
  cabinet: string;
  fault: FaultCode;
}

/** Times of day as `H:MM`, temperatures in °C; rooms are the left and the right one. */
export interface CabinetClimate {
  cabinet: string;
  energySavingOn?: string | undefined;
  energySavingOff?: string | undefined;
  lampOn?: string | undefined;
  lampOff?: string | undefined;
  /** Cooling and heating keep between these. */
  coolingMax?: number | undefined;
  coolingMin?: number | undefined;
  heatingMax?: number | undefined;
  heatingMin?: number | undefined;
  left?: number | undefined;
  right?: number | undefined;
  leftCooling?: boolean | undefined;
  rightCooling?: boolean | undefined;
  leftHeating?: boolean | undefined;
  rightHeating?: boolean | undefined;
  lampAlwaysOn?: boolean | undefined;
  lampAutomatic?: boolean | undefined;
}

export interface CabinetVersion {
  cabinet: string;
  /** Of the main board or of the drive board. */
  of: 'main' | 'drive';
  version: string;
}

/** As it is kept: each fault with the time since when it has been there without a break. */
export interface MachineCondition extends Omit<ConditionReport, 'faults'> {
  faults: readonly (CabinetFault & { since: Date })[];
}

/** As JSON has it: times are texts there. */
export interface StoredCondition extends Omit<ConditionReport, 'faults'> {
  faults?: readonly (CabinetFault & { since: string })[];
}

export function readCondition(stored: unknown): MachineCondition {
  const { faults = [], ...rest } = (stored ?? {}) as StoredCondition;
  return { ...rest, faults: faults.map((fault) => ({ ...fault, since: new Date(fault.since) })) };
}
