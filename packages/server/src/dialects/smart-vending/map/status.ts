import {
  doorStates,
  faultCodeLength,
  mainCabinet,
  onlineStates,
  type PushFields,
  shelfStates,
  type Temperatures,
  toSeconds,
  versionTypes,
  yesNo,
} from '@polyvend/protocols/smart-vending';
import type { CabinetClimate } from '../../../ledger/machines/condition.ts';
import type { MachineOverview } from '../../../ledger/machines/list-machine-overviews.ts';
import type { PlatformSettings } from '../integration.ts';
import { cabinetsOf, faultWords } from './machine.ts';

const yes = (value: boolean): number => (value ? yesNo.yes : yesNo.no);
/** Degrees without decimals; 0 where a machine does not say. */
const degrees = (value: number | undefined): number => Math.round(value ?? 0);
const flag = (value: boolean | undefined): number => yes(value ?? false);

/** §4.1: all of the machine's state, whichever part of it changed. */
export function statusPush(machine: MachineOverview, settings: PlatformSettings): PushFields<'status'> {
  const { condition, online, operational, site, machineNo } = machine;
  const cabinets = cabinetsOf(machine);
  const mainName = machine.cabinets[0]?.name ?? '';
  const cidOfNamed = (name: string): string => (name === '' || name === mainName ? machineNo : name);
  const masterOrNamed = (name: string): string => (name === '' || name === mainName ? mainCabinet : name);
  return {
    assetId: machineNo,
    siteName: site?.name ?? '',
    lineName: site?.lineName ?? '',
    vmcOnline: yes(condition.vmcOnline ?? online),
    online: online ? onlineStates.online : onlineStates.offline,
    doorState: doorState(condition.door ?? 'shut', settings),
    isSale: yes((condition.selling ?? true) && operational && online),
    coin5Count: condition.coins5Jiao ?? 0,
    coin10Count: condition.coins1Yuan ?? 0,
    faultCode: Array.from({ length: faultCodeLength }, (_, n) => condition.faultCodes?.[n] ?? 0),
    vendingFault: condition.faults.map(({ cabinet, fault }) => {
      const { group, text } = faultWords(fault);
      return { cid: cidOfNamed(cabinet), pcode: group, ccode: text };
    }),
    shelvesState: cabinets.flatMap(({ cid, slots }) =>
      slots.map(({ locationId, slot }) => ({
        cid,
        shelvesId: locationId,
        ...shelf(slot.soldOutAt, settings),
      })),
    ),
    temperState: (condition.temperatures ?? []).map((climate) => ({
      cid: masterOrNamed(climate.cabinet),
      temperDetail: temperatures(climate),
    })),
    versions: (condition.versions ?? []).map(({ cabinet, of, version }) => ({
      name: masterOrNamed(cabinet),
      type: of === 'main' ? versionTypes.control : versionTypes.drive,
      value: version,
    })),
    apps: (condition.apps ?? []).map(({ name, version }) => ({ name, version })),
    fireware: condition.firmware ?? '',
  };
}

/** The vendor's own code has it the other way round than its document: a switch. */
function doorState(door: 'open' | 'shut', { invertDoor }: PlatformSettings): number {
  return doorStates[invertDoor ? (door === 'open' ? 'shut' : 'open') : door];
}

/** A text as in the table, or the number of the example. */
function shelf(soldOutAt: Date | null, { numberShelfState }: PlatformSettings): { state: string; soldoutTime?: string } {
  const state = soldOutAt ? shelfStates.soldOut : shelfStates.normal;
  return {
    state: (numberShelfState ? Number(state) : state) as string,
    ...(soldOutAt && { soldoutTime: String(toSeconds(soldOutAt)) }),
  };
}

function temperatures(climate: CabinetClimate): Temperatures {
  return {
    engyOnT: climate.energySavingOn ?? '',
    engyOffT: climate.energySavingOff ?? '',
    lampOnT: climate.lampOn ?? '',
    lampOffT: climate.lampOff ?? '',
    cryTemUL: degrees(climate.coolingMax),
    cryTemDL: degrees(climate.coolingMin),
    heatTemUL: degrees(climate.heatingMax),
    heatTemDL: degrees(climate.heatingMin),
    leftRmTem: degrees(climate.left),
    rightRmTem: degrees(climate.right),
    leftRmRef: flag(climate.leftCooling),
    rightRmRef: flag(climate.rightCooling),
    leftRmHeat: flag(climate.leftHeating),
    rightRmHeat: flag(climate.rightHeating),
    lampNorOp: flag(climate.lampAlwaysOn),
    lampAut: flag(climate.lampAutomatic),
  };
}
