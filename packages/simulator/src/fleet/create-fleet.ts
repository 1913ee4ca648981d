import type { MachineBehaviour } from '../machine/behaviour.ts';
import { createVirtualMachine } from '../machine/create-virtual-machine.ts';
import type { VirtualMachineOptions } from '../machine/options.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';
import { forEachAtMost } from '../shared/at-most.ts';

type OfEach = 'machineNo' | 'deviceKey' | 'username' | 'password' | 'kind' | 'slots' | 'behaviour' | 'machineId';
export type FleetMachine = Pick<VirtualMachineOptions, OfEach>;

/** What holds for all; what a machine states for itself comes first. */
export interface FleetOptions extends Omit<VirtualMachineOptions, OfEach | 'firstHeartbeatMs'> {
  readonly machines: readonly FleetMachine[];
  readonly behaviour?: Partial<MachineBehaviour>;
  /** Machines connecting at the same time (100). */
  readonly connectAtOnce?: number;
}

export interface FleetStats {
  readonly machines: number;
  readonly connected: number;
  readonly heartbeats: number;
  readonly commands: number;
  readonly drops: number;
  readonly jams: number;
  readonly failures: number;
  readonly answers: number;
}

export interface Fleet {
  /** In the order of the options. */
  readonly machines: readonly VirtualMachine[];
  get(machineNo: string): VirtualMachine | undefined;
  /** Connects them all. @throws what the first that failed threw. */
  start(): Promise<void>;
  stop(): Promise<void>;
  behave(changes: Partial<MachineBehaviour>): void;
  stats(): FleetStats;
}

/** Many machines in one process: thousands, when they remember little. Their heartbeats are spread evenly over the interval. */
export function createFleet(options: FleetOptions): Fleet {
  const { machines: each, connectAtOnce = 100, behaviour, ...common } = options;
  const everyMs = (options.heartbeatSeconds ?? 300) * 1_000;
  const machines = each.map((own, index) =>
    createVirtualMachine({
      remember: 20,
      keepaliveSeconds: 120,
      ...common,
      ...own,
      behaviour: { ...behaviour, ...own.behaviour },
      firstHeartbeatMs: (everyMs * (index + 0.5)) / each.length,
    }),
  );
  const byNo = new Map(machines.map((machine) => [machine.machineNo, machine]));
  const sum = (amount: (machine: VirtualMachine) => number) => machines.reduce((total, machine) => total + amount(machine), 0);

  return {
    machines,
    get: (machineNo) => byNo.get(machineNo),
    start: () => forEachAtMost(connectAtOnce, machines, (machine) => machine.connect()),
    stop: () => forEachAtMost(connectAtOnce, machines, (machine) => machine.stop()),
    behave(changes) {
      for (const machine of machines) machine.behave(changes);
    },
    stats: () => ({
      machines: machines.length,
      connected: sum(({ connected }) => Number(connected)),
      heartbeats: sum(({ counts }) => counts.heartbeats),
      commands: sum(({ counts }) => counts.commands),
      drops: sum(({ counts }) => counts.drops),
      jams: sum(({ counts }) => counts.jams),
      failures: sum(({ counts }) => counts.failures),
      answers: sum(({ counts }) => counts.answers),
    }),
  };
}
