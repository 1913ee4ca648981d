import type { FromMachineBody, MachineFault } from '@polyvend/protocols/machine';

/** What a machine is like as a whole, in the fields of its status message. */
export type VirtualMachineCondition = FromMachineBody<'client.machine.status.put'>;

/** A machine that is well, with coins to give change. */
export const sound: VirtualMachineCondition = {
  vmc_online: true,
  selling: true,
  door: 'shut',
  coins_5_jiao: 53,
  coins_1_yuan: 42,
  fault_codes: [0, 0, 0, 0, 0, 0],
  faults: [],
  temperatures: [
    {
      energy_saving_on: '0:0',
      energy_saving_off: '0:0',
      lamp_on: '0:0',
      lamp_off: '0:0',
      cooling_max: 10,
      cooling_min: 6,
      heating_max: 60,
      heating_min: 50,
      left: 5,
      right: 5,
      left_cooling: true,
      right_cooling: false,
      left_heating: false,
      right_heating: false,
      lamp_always_on: true,
      lamp_automatic: false,
    },
  ],
  versions: [
    { of: 'main', version: '339' },
    { of: 'drive', version: '35' },
  ],
  apps: [{ name: 'vending', version: '2.4.0' }],
  firmware: '3.0.16',
  vcs_version: '2.0',
  net: '4G',
  phone: '13800000000',
  iccid: '89860000000000000000',
  ip: '10.0.0.2',
};

/** Degrees that a room must have drifted before it is told again. */
const drift = 2;

/** Keeps it, and tells it whenever something of it changed. */
export function createCondition(initial: Partial<VirtualMachineCondition>, tell: (condition: VirtualMachineCondition) => void) {
  let condition: VirtualMachineCondition = { ...sound, ...initial };

  function change(changes: Partial<VirtualMachineCondition>): void {
    condition = { ...condition, ...changes };
    tell(condition);
  }

  const without = (fault: MachineFault, cabinet: string) =>
    (condition.faults ?? []).filter((one) => one.fault !== fault || (one.cabinet ?? '') !== cabinet);

  return {
    get now() {
      return condition;
    },
    tell: () => tell(condition),
    change,
    raise(fault: MachineFault, cabinet = '') {
      change({ faults: [...without(fault, cabinet), { fault, ...(cabinet !== '' && { cabinet }) }] });
    },
    end(fault: MachineFault, cabinet = '') {
      change({ faults: without(fault, cabinet) });
    },
    takeCoin() {
      change({ coins_1_yuan: (condition.coins_1_yuan ?? 0) + 1 });
    },
    /** A thermometer's reading, in whole degrees; of small changes nothing is told. */
    warmTo(celsius: number) {
      const [main, ...others] = condition.temperatures ?? [];
      const degrees = Math.round(celsius);
      if (main?.left === undefined || Math.abs(degrees - main.left) < drift) return;
      change({ temperatures: [{ ...main, left: degrees, right: degrees }, ...others] });
    },
  };
}
