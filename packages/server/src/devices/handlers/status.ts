import type { FromMachineBody } from '@polyvend/protocols/machine';
import type { ConditionReport } from '../../ledger/machines/condition.ts';
import { recordMachineStatus } from '../../ledger/machines/record-machine-status.ts';
import { type Handler, isAlive } from '../heard.ts';

type StatusBody = FromMachineBody<'client.machine.status.put'>;

/** The condition of the machine as a whole. */
export const status: Handler<'client.machine.status.put'> = async (heard, body) => {
  const { ledger, machine, saidAt } = heard;
  const known = { merchantId: machine.merchantId, machineId: machine.id };
  await recordMachineStatus(ledger, { ...known, saidAt, condition: conditionOf(body) });
  await isAlive(heard);
};

function conditionOf(body: StatusBody): ConditionReport {
  const { net, phone, iccid, ip, longitude, latitude } = body;
  const hasModem = [net, phone, iccid, ip].some((one) => one !== undefined);
  return {
    vmcOnline: body.vmc_online,
    selling: body.selling,
    door: body.door,
    coins5Jiao: body.coins_5_jiao,
    coins1Yuan: body.coins_1_yuan,
    faultCodes: body.fault_codes,
    faults: body.faults?.map(({ cabinet = '', fault }) => ({ cabinet, fault })),
    temperatures: body.temperatures?.map(climateOf),
    versions: body.versions?.map(({ cabinet = '', of, version }) => ({ cabinet, of, version })),
    apps: body.apps,
    firmware: body.firmware,
    vcsVersion: body.vcs_version,
    modem: hasModem ? { net: net ?? '', phone: phone ?? '', iccid: iccid ?? '', ip: ip ?? '' } : undefined,
    region: longitude === undefined || latitude === undefined ? undefined : { longitude, latitude },
  };
}

function climateOf(told: NonNullable<StatusBody['temperatures']>[number]): NonNullable<ConditionReport['temperatures']>[number] {
  const { cabinet = '', left, right } = told;
  return {
    cabinet,
    energySavingOn: told.energy_saving_on,
    energySavingOff: told.energy_saving_off,
    lampOn: told.lamp_on,
    lampOff: told.lamp_off,
    coolingMax: told.cooling_max,
    coolingMin: told.cooling_min,
    heatingMax: told.heating_max,
    heatingMin: told.heating_min,
    left,
    right,
    leftCooling: told.left_cooling,
    rightCooling: told.right_cooling,
    leftHeating: told.left_heating,
    rightHeating: told.right_heating,
    lampAlwaysOn: told.lamp_always_on,
    lampAutomatic: told.lamp_automatic,
  };
}
