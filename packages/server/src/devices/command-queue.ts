import { encodeToMachine, type FloorType, floorTypes, type Publication } from '@polyvend/protocols/machine';
import pLimit from 'p-limit';
import { type Command, claimCommand, machinesToServe } from '../ledger/dispensing/claim-command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { machinesWithCommands } from '../ledger/machine-commands/claim-machine-command.ts';
import { machinesWithMessages } from '../ledger/machines/waiting-messages.ts';
import type { MachineLink } from './link.ts';
import { sendMachineCommands } from './machine-commands.ts';
import { sendMessages } from './machine-messages.ts';

export interface CommandQueue {
  /** A machine's queue has changed, or its lock has ended. Payload of the `commands` channel: `merchant:machine`, or '' for all. */
  wake(payload: string): void;
  /** Serves the machines whose wake was lost or whose lock has run out. */
  sweep(): Promise<void>;
  /** Resolves when no machine is being served. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export interface CommandQueueOptions {
  ledger: Ledger;
  link: MachineLink;
  onSent: (command: Command) => void;
  onError: (error: unknown, merchantId: number, machineId: number) => void;
}

/** Machines served at the same time. */
const mostServed = 4;

/** How often words and commands that wait for a machine are looked for, in sweeps. */
const messageSweep = 15;

/** Takes commands from the ledger, one in flight per machine, and puts them on the wire. */
export function commandQueue({ ledger, link, onSent, onError }: CommandQueueOptions): CommandQueue {
  const serving = new Map<string, Promise<void>>();
  const again = new Set<string>();
  // Each holds a connection to the database: a thousand machines with something queued leave some for the rest of the hub.
  const atOnce = pLimit(mostServed);
  let stopped = false;
  let sweeps = 0;

  function serve(merchantId: number, machineId: number): void {
    const key = `${merchantId}:${machineId}`;
    if (stopped) return;
    if (serving.has(key)) {
      again.add(key);
      return;
    }
    const work = atOnce(() => serveOnce(merchantId, machineId))
      .catch((error: unknown) => onError(error, merchantId, machineId))
      .finally(() => {
        serving.delete(key);
        if (again.delete(key)) serve(merchantId, machineId);
      });
    serving.set(key, work);
  }

  async function serveOnce(merchantId: number, machineId: number): Promise<void> {
    // Not claimed for a machine that would not hear it: what is sent into the void is held, and a person has to decide.
    const reached = link.reaches(machineId);
    if (!link.isReady() || reached === false) return;
    const command = await claimCommand(ledger, merchantId, machineId, { listening: reached === true });
    if (command) {
      await link.publish(dispenseMessage(command));
      onSent(command);
    }
    await sendMessages(ledger, link, merchantId, machineId);
    await sendMachineCommands(ledger, link, merchantId, machineId);
  }

  return {
    wake(payload) {
      const [merchantId, machineId] = payload.split(':').map(Number);
      if (merchantId && machineId) serve(merchantId, machineId);
    },
    async sweep() {
      if (stopped || !link.isReady()) return;
      for (const { merchantId, machineId } of await machinesToServe(ledger)) serve(merchantId, machineId);
      sweeps += 1;
      if (sweeps % messageSweep !== 0) return;
      for (const { merchantId, machineId } of await machinesWithMessages(ledger)) serve(merchantId, machineId);
      for (const { merchantId, machineId } of await machinesWithCommands(ledger)) serve(merchantId, machineId);
    },
    async idle() {
      while (serving.size > 0) await Promise.all(serving.values());
    },
    async stop() {
      stopped = true;
      await Promise.all(serving.values());
    },
  };
}

const floorTypeOf: Record<Command['drive'], FloorType> = {
  spring: floorTypes.spring,
  lock: floorTypes.lock,
  belt: floorTypes.belt,
  // The wire knows no other: such a drive turns like a spring.
  other: floorTypes.spring,
};

export function dispenseMessage(command: Command): Publication {
  const body = {
    delivery_id: String(command.id),
    ...(command.orderId !== null && { order_id: command.orderId }),
    ...(command.lineId !== null && { record_id: command.lineId }),
    product_id: command.productId,
    quantity: command.quantity,
    addr: command.cabinetAddr,
    code: command.slotCode,
    floor_type: floorTypeOf[command.drive],
    is_lp: command.hasLift,
    is_dc: command.hasDropDetection,
    order_type: command.orderId === null ? ('test' as const) : ('normal' as const),
  };
  const to = { machineNo: command.machineNo, machineId: String(command.machineId), at: command.sentAt, key: command.deviceKey };
  return encodeToMachine('device.delivery.put', body, to);
}
