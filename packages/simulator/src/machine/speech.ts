import { type FromMachineBody, lockStatuses, type MachineClient, type Publication } from '@polyvend/protocols/machine';
import type { Timers } from '../shared/clock.ts';
import { between, type Random } from '../shared/random.ts';
import type { MachineBehaviour } from './behaviour.ts';
import type { Connection } from './connection.ts';
import type { MachineCounts } from './counts.ts';
import type { MachineKind } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { PhysicalSlot } from './slots.ts';
import type { SentMessage } from './virtual-machine.ts';

export interface SpeechParts {
  readonly machineNo: string;
  readonly kind: MachineKind;
  readonly wire: MachineClient;
  readonly timers: Timers;
  readonly readings: Random;
  readonly behaviour: () => MachineBehaviour;
  readonly counts: MachineCounts;
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly note: (message: SentMessage) => void;
}

export type Speech = ReturnType<typeof createSpeech>;

/** Everything that a machine says of itself. */
export function createSpeech({ wire, timers, readings, counts, connection, outbox, ...parts }: SpeechParts) {
  const bootedAt = timers.now();

  const note = ({ topic, payload }: Publication, method: string) => parts.note({ at: timers.now(), method, topic, payload });

  /** What is worth nothing later: readings, states, heartbeats. */
  function say(publication: Publication, method: string, onTaken?: () => void): void {
    note(publication, method);
    connection.publish(publication, onTaken);
  }

  /** What the hub must learn of, however long it takes. */
  function tell(publication: Publication, method: string): void {
    note(publication, method);
    outbox.send(publication);
  }

  return {
    say,
    tell,
    heartbeat(onTaken?: () => void): void {
      const minutesUp = Math.floor((timers.now().getTime() - bootedAt.getTime()) / 60_000);
      counts.heartbeats += 1;
      const body: FromMachineBody<'client.heartbeat'> = {
        network_type: '4g',
        network_rssi: -Math.round(between(readings, [50, 90])),
        uptime_minutes_today: minutesUp % 1_440,
      };
      say(wire.heartbeat(body), 'client.heartbeat', onTaken);
    },
    /** @returns what the thermometer shows, °C. */
    temperature(): number {
      const celsius = Math.round(between(readings, parts.behaviour().temperature) * 10) / 10;
      say(wire.temperature(celsius), 'client.temperature.put');
      return celsius;
    },
    condition(condition: FromMachineBody<'client.machine.status.put'>): void {
      say(wire.status(condition), 'client.machine.status.put');
    },
    environment(): void {
      say(wire.environment({ ...environment, serial_no: `SIM${parts.machineNo}` }), 'client.machine.env.put');
    },
    goodbye(): void {
      say(wire.offline('switched off'), 'client.offline');
    },
    /** Messages of slots name the product: of a slot whose product is not known nothing can be told. */
    status({ productId, status }: PhysicalSlot, lock: 'open' | 'shut' = 'shut'): void {
      if (productId === undefined) return;
      const lock_status = parts.kind === 'locker' ? lockStatuses[lock] : lockStatuses.none;
      say(wire.channelStatus({ product_id: productId, floor_status: status, lock_status }), 'client.channel.status.put');
    },
    stock({ productId, stock }: PhysicalSlot): void {
      if (productId === undefined) return;
      tell(wire.product({ product_id: productId, current_inventory: stock }), 'client.product.put');
    },
    /** `extras`: settings that the message bears beyond its own. */
    config(body: FromMachineBody<'client.machine.config.put'>, extras: Readonly<Record<string, string>>): void {
      say(wire.send('client.machine.config.put', body, extras), 'client.machine.config.put');
    },
    codeTyped(code: string, serial: string): void {
      tell(wire.codeTyped(code, serial), 'client.pickup_code.typed');
    },
    sold(sale: FromMachineBody<'client.sale.put'>): void {
      tell(wire.sold(sale), 'client.sale.put');
    },
    pickupCodeUsed(id: number): void {
      tell(wire.pickupCodeUsed(id), 'client.pickup_codes.put');
    },
  };
}

const environment: FromMachineBody<'client.machine.env.put'> = {
  app_version: '2.4.0',
  android_version: '11',
  device_model: 'PV-SIM',
  manufacturer: 'Polyvend',
  screen_width: 1_080,
  screen_height: 1_920,
  brightness: 80,
  volume: 50,
  language: 'zh-CN',
};
