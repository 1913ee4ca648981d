import {
  doorStates,
  type FaultName,
  type Fields,
  faultGroups,
  faultOf,
  faults,
  fromSeconds,
  mainCabinet,
  onlineStates,
  optionalInteger,
  optionalText,
  type ReceivedStatus,
  versionTypes,
  yesNo,
} from '@polyvend/protocols/smart-vending';
import type { CabinetClimate, ConditionReport } from '../../../ledger/machines/condition.ts';
import type { FaultCode } from '../../../ledger/machines/fault.ts';
import type { ForeignStatus } from '../../../ledger/upstream/record-foreign-status.ts';
import { toldText } from './told-machine.ts';
import { faultNames } from './values.ts';

const faultCodes = new Map(
  (Object.entries(faultNames) as [FaultCode, FaultName][])
    .filter(([code]) => code !== 'system.other')
    .map(([code, name]) => [name, code]),
);

/** What is in no table is a fault all the same. */
const codeOf = (name: FaultName | undefined): FaultCode => (name && faultCodes.get(name)) ?? 'system.other';

/** faultInfo of router/status: the name alone, or with its group before it. */
export function faultOfText(text: string): FaultCode {
  const bare = text.replace(/\s+/g, '');
  const named = (Object.keys(faults) as FaultName[]).find((name) => {
    const words = faults[name].text.replace(/\s+/g, '');
    return bare === words || bare === faultGroups[faults[name].group] + words;
  });
  return codeOf(named);
}

/** §4.1. A field that does not come says nothing. */
export function toldStatus(
  status: ReceivedStatus,
  { invertDoor }: { invertDoor: boolean },
): Pick<ForeignStatus, 'online' | 'condition' | 'slots'> {
  const nameOf = (cid: string): string => (cid === status.assetId || cid === mainCabinet ? '' : cid);
  const yes = (value: number | undefined): boolean | undefined => (value === undefined ? undefined : value === yesNo.yes);
  const shut = status.doorState === undefined ? undefined : (status.doorState === doorStates.shut) !== invertDoor;
  const condition: ConditionReport = {
    vmcOnline: yes(status.vmcOnline),
    selling: yes(status.isSale),
    door: shut === undefined ? undefined : shut ? 'shut' : 'open',
    coins5Jiao: status.coin5Count,
    coins1Yuan: status.coin10Count,
    faultCodes: status.faultCode,
    faults: status.vendingFault?.map(({ cid, pcode, ccode }) => ({ cabinet: nameOf(cid), fault: codeOf(faultOf(pcode, ccode)) })),
    temperatures: status.temperState?.map(({ cid, temperDetail }) => ({ cabinet: nameOf(cid), ...climateOf(temperDetail) })),
    versions: status.versions?.map(({ name, type, value }) => ({
      cabinet: nameOf(name),
      of: type === versionTypes.drive ? 'drive' : 'main',
      version: value,
    })),
    apps: status.apps,
    firmware: status.fireware,
  };
  return {
    online: status.online === undefined ? undefined : status.online === onlineStates.online,
    condition,
    slots: status.shelvesState?.map(({ cid, shelvesId, soldOut, soldoutTime }) => ({
      cabinet: cid,
      code: shelvesId,
      soldOut,
      soldOutAt: soldoutTime === undefined ? undefined : fromSeconds(soldoutTime),
    })),
  };
}

function climateOf(detail: Fields): Omit<CabinetClimate, 'cabinet'> {
  const text = (field: string) => toldText(optionalText(detail, field, { max: 32 }) ?? '');
  const degrees = (field: string) => optionalInteger(detail, field);
  const flag = (field: string) => {
    const value = optionalInteger(detail, field);
    return value === undefined ? undefined : value === yesNo.yes;
  };
  return {
    energySavingOn: text('engyOnT'),
    energySavingOff: text('engyOffT'),
    lampOn: text('lampOnT'),
    lampOff: text('lampOffT'),
    coolingMax: degrees('cryTemUL'),
    coolingMin: degrees('cryTemDL'),
    heatingMax: degrees('heatTemUL'),
    heatingMin: degrees('heatTemDL'),
    left: degrees('leftRmTem'),
    right: degrees('rightRmTem'),
    leftCooling: flag('leftRmRef'),
    rightCooling: flag('rightRmRef'),
    leftHeating: flag('leftRmHeat'),
    rightHeating: flag('rightRmHeat'),
    lampAlwaysOn: flag('lampNorOp'),
    lampAutomatic: flag('lampAut'),
  };
}
