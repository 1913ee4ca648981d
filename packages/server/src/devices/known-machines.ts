import type { Ledger } from '../ledger/ledger.ts';
import { findMachineByNo, type KnownMachine } from '../ledger/machines/find-machine-by-no.ts';

const remembered = { milliseconds: 30_000, entries: 50_000 };

/** Remembers for a moment who a machine number is: it is asked with every message. */
export function knownMachines(ledger: Ledger): (machineNo: string) => Promise<KnownMachine | undefined> {
  const memory = new Map<string, { until: number; machine: Promise<KnownMachine | undefined> }>();
  return (machineNo) => {
    const now = performance.now();
    const known = memory.get(machineNo);
    if (known && known.until > now) return known.machine;
    // Invented numbers must not fill the memory.
    if (memory.size >= remembered.entries) memory.clear();
    const machine = findMachineByNo(ledger, machineNo);
    memory.set(machineNo, { until: now + remembered.milliseconds, machine });
    machine.catch(() => memory.delete(machineNo));
    return machine;
  };
}
