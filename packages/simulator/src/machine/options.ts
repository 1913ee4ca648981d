import type { Clock } from '../shared/clock.ts';
import type { Seed } from '../shared/random.ts';
import type { MachineBehaviour } from './behaviour.ts';
import type { VirtualMachineCondition } from './condition.ts';
import type { Drop } from './drop-sensor.ts';
import type { SlotOptions } from './slots.ts';
import type { ReceivedMessage, SentMessage } from './virtual-machine.ts';

export type MachineKind = 'spring' | 'belt' | 'locker';

export interface VirtualMachineOptions {
  /** 8 digits or more; also the MQTT client id. */
  readonly machineNo: string;
  /** What messages are signed with: the AppId of the machine's merchant. */
  readonly deviceKey: string;
  /** `mqtt://127.0.0.1:1883` */
  readonly mqttUrl: string;
  readonly username?: string;
  readonly password?: string;
  /** `spring` unless told; a `locker` also tells of its doors. */
  readonly kind?: MachineKind;
  readonly slots: readonly SlotOptions[];
  /** What differs from `steady`. */
  readonly behaviour?: Partial<MachineBehaviour>;
  /** What it tells of itself at first, where it differs from a sound machine. */
  readonly condition?: Partial<VirtualMachineCondition>;
  /** With the machine's number it decides all that chance decides (0). */
  readonly seed?: Seed;
  readonly clock?: Clock;
  /** 300. */
  readonly heartbeatSeconds?: number;
  /** The first heartbeat after the greeting's comes this long after it; a fleet spreads its machines with it. */
  readonly firstHeartbeatMs?: number;
  /** `own` writes to /server/app/{machineNo} (unless told otherwise), `shared` to /server/app. */
  readonly topic?: 'shared' | 'own';
  /** On connecting, tell each slot's stock and state (false). */
  readonly reportStockOnConnect?: boolean;
  /** On connecting, send a heartbeat and nothing else (false). */
  readonly terse?: boolean;
  /** The platform's number of the machine, as messages carry it ("0"). */
  readonly machineId?: string;
  /** Messages kept in `received` and in `sent` (500). */
  readonly remember?: number;
  /** Of MQTT; seconds (60). */
  readonly keepaliveSeconds?: number;
  /** 4, MQTT 3.1.1, or 5. */
  readonly mqttVersion?: 4 | 5;
  /** How long `connect` tries (30 000 ms). */
  readonly connectTimeoutMs?: number;
  /** Told of each message that was good, and of each that is sent, as they pass. */
  readonly onReceived?: (message: ReceivedMessage) => void;
  readonly onSent?: (message: SentMessage) => void;
  readonly onDrop?: (drop: Drop) => void;
}
