import {
  type DeliverStatus,
  type FaultName,
  machineTypes,
  otherPayStyles,
  type PayStyleWords,
  payStyleOf,
  refundStatuses,
} from '@polyvend/protocols/smart-vending';
import type { FaultCode } from '../../../ledger/machines/fault.ts';
import type { MachineOverview } from '../../../ledger/machines/list-machine-overviews.ts';
import { type PayStyle, payStyles } from '../../../ledger/sales/pay-style.ts';
import type { DeliverState, RefundState } from '../../../ledger/sales/trade.ts';
import type { PayNumbers } from '../integration.ts';

type CabinetKind = MachineOverview['cabinets'][number]['kind'];

/** Those of the ledger's styles that have no number of the vendor's. */
const unnumbered = { 'custom-1': 'customPayOne', 'custom-2': 'customPayTwo', other: 'other' } as const;
type Unnumbered = keyof typeof unnumbered;
const isUnnumbered = (style: PayStyle): style is Unnumbered => Object.hasOwn(unnumbered, style);

/** The ledger has its styles in the order of the vendor's numbers. */
export function payNumberOf(style: PayStyle, numbers: PayNumbers): number {
  return isUnnumbered(style) ? numbers[unnumbered[style]] : payStyles.indexOf(style) + 1;
}

/** A number that neither the vendor nor the integration knows is a style of another kind. */
export function payStyleOfNumber(number: number, numbers: PayNumbers): PayStyle {
  const own = (Object.keys(unnumbered) as Unnumbered[]).find((style) => numbers[unnumbered[style]] === number);
  if (own) return own;
  return (payStyleOf(number) && payStyles[number - 1]) || 'other';
}

export function payWordsOf(style: PayStyle): PayStyleWords {
  if (isUnnumbered(style)) return otherPayStyles[unnumbered[style]];
  return payStyleOf(payStyles.indexOf(style) + 1) ?? otherPayStyles.other;
}

export const deliverStatusNames: Record<DeliverState, DeliverStatus> = {
  pending: 'pending',
  dispensed: 'dispensed',
  'sold-out': 'soldOut',
  failed: 'failed',
};

export const refundNumbers: Record<RefundState, number> = refundStatuses;

export const kindNumbers: Record<CabinetKind, number> = machineTypes;

/** The vendor's fault for each of the ledger's; one that has none there is told as a fault of the drive board. */
export const faultNames: Record<FaultCode, FaultName> = {
  'system.driver-board': 'driveBoard',
  'system.clock': 'clock',
  'system.left-sensor': 'leftSensor',
  'system.right-sensor': 'rightSensor',
  'system.infrared': 'infrared',
  'system.card-reader': 'cardReader',
  'system.other': 'driveBoard',
  'bill-validator.connection': 'billConnection',
  'bill-validator.motor': 'billMotor',
  'bill-validator.cash-box-removed': 'billBoxRemoved',
  'bill-validator.cash-box-full': 'billBoxFull',
  'bill-validator.rom-checksum': 'billRom',
  'bill-validator.sensor': 'billSensor',
  'bill-validator.jam': 'billJam',
  'bill-validator.disabled': 'billDisabled',
  'coin-changer.low-voltage': 'coinVoltage',
  'coin-changer.acceptor-jam': 'coinInJam',
  'coin-changer.payout-jam': 'coinOutJam',
  'coin-changer.low-5-jiao': 'coinLacks5',
  'coin-changer.low-1-yuan': 'coinLacks10',
  'coin-changer.removed': 'coinRemoved',
  'communication.cabinet-1': 'cabinet1',
  'communication.cabinet-2': 'cabinet2',
  'communication.cabinet-3': 'cabinet3',
  'communication.cabinet-4': 'cabinet4',
  'communication.cabinet-5': 'cabinet5',
  'communication.cabinet-6': 'cabinet6',
  'communication.cabinet-7': 'cabinet7',
  'communication.cabinet-8': 'cabinet8',
};

/** The main cabinet's cid is the machine's number; the others have their names. */
export function cidOf(machineNo: string, cabinetName: string, isMain: boolean): string {
  return isMain || cabinetName === '' ? machineNo : cabinetName;
}

/** 货道: the slot's name; of another platform's machine its number there, without the cabinet before it. */
export function locationOf(cabinetName: string, slotName: string): string {
  const prefix = `${cabinetName}:`;
  return slotName.startsWith(prefix) ? slotName.slice(prefix.length) : slotName;
}
