import type { Ledger } from '../ledger/ledger.ts';
import { findMachineByNo, type KnownMachine } from '../ledger/machines/find-machine-by-no.ts';

/** As machines.machine_no is checked. */
const machineNoForm = /^\d{8,20}$/;

const remembered = { milliseconds: 30_000, entries: 50_000 };

/** Remembers for a moment who a machine number is: it is asked with every message. */
export function knownMachines(ledger: Ledger): (machineNo: string) => Promise<KnownMachine | undefined> {
  const memory = new Map<string, { until: number; machine: Promise<KnownMachine | undefined> }>();
  return (machineNo) => {
    // What cannot be a number is not asked for, and not remembered: it may be as long as its sender likes.
    if (!machineNoForm.test(machineNo)) return Promise.resolve(undefined);
    const now = performance.now();
    const known = memory.get(machineNo);
    if (known && known.until > now) return known.machine;
    memory.delete(machineNo);
    // Invented numbers must not fill the memory: the oldest goes.
    const [oldest] = memory.keys();
    if (memory.size >= remembered.entries && oldest !== undefined) memory.delete(oldest);
    const machine = findMachineByNo(ledger, machineNo);
    memory.set(machineNo, { until: now + remembered.milliseconds, machine });
    machine.catch(() => memory.delete(machineNo));
    return machine;
  };
}
