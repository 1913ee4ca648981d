import { type Static, Type } from 'typebox';
import { machineStates } from '../../ledger/machines/list-machines.ts';
import { Cents, Id, Nullable, Time } from '../shapes.ts';

/** What the answers about machines are made of. */

export const MachineType = Type.Enum(['vending', 'amusement', 'claw', 'lend_locker', 'return_locker', 'locker']);
export const Drive = Type.Enum(['spring', 'lock', 'belt', 'other']);
export const MachineState = Type.Enum([...machineStates]);

const Sales = Type.Object({ units: Type.Integer(), amount_cents: Cents });

const whose = {
  upstream_integration_id: Nullable(Id),
  upstream_name: Nullable(Type.String({ description: 'The platform whose machine it is; null: our own' })),
};

export const MachineRow = Type.Object({
  ...{ id: Id, machine_no: Type.String(), name: Type.String(), type: Type.String(), operational: Type.Boolean() },
  ...{ online: Type.Boolean(), last_seen_at: Nullable(Time), network_type: Type.String() },
  network_rssi: Nullable(Type.Integer({ description: 'dBm' })),
  ...whose,
  ...{ site_id: Nullable(Id), site_name: Type.String(), line_name: Type.String(), area_name: Type.String() },
  trouble: Type.Object({
    faulty: Type.Integer({ description: 'Slots with a fault' }),
    sold_out: Type.Integer({ description: 'Slots with nothing for sale' }),
    short: Type.Integer({ description: 'Slots that hold less than is promised' }),
    held: Type.Integer({ description: 'Units of which nobody knows whether they dropped' }),
    broken: Type.Integer({ description: 'Faults of the machine as a whole' }),
  }),
  ...{ slots: Type.Integer(), on_hand: Type.Integer(), capacity: Type.Integer(), sales_today: Sales },
});

export const MachineCounts = Type.Object(
  Object.fromEntries(['all', ...machineStates].map((state) => [state, Type.Integer()])) as Record<
    'all' | (typeof machineStates)[number],
    ReturnType<typeof Type.Integer>
  >,
);

const Slot = Type.Object({
  ...{
    id: Id,
    name: Type.String(),
    code: Type.String(),
    x: Type.Integer({ description: 'Row, from 1' }),
    y: Type.Integer({ description: 'Column, from 0' }),
  },
  goods: Nullable(Type.Object({ id: Id, number: Type.String(), name: Type.String(), picture_url: Type.String() })),
  ...{ price_cents: Cents, capacity: Type.Integer(), on_hand: Type.Integer(), for_sale: Type.Integer(), on_sale: Type.Boolean() },
  fault_code: Type.Integer({ description: '1: none' }),
  sold_out_at: Nullable(Time),
  merged_into_id: Nullable(Id),
});

const optional = {
  number: Type.Optional(Type.Number()),
  text: Type.Optional(Type.String()),
  flag: Type.Optional(Type.Boolean()),
};

const Condition = Type.Object({
  ...{ vmc_online: optional.flag, selling: optional.flag, door: Type.Optional(Type.Enum(['open', 'shut'])) },
  ...{ coins5_jiao: optional.number, coins1_yuan: optional.number, fault_codes: Type.Optional(Type.Array(Type.Number())) },
  faults: Type.Array(
    Type.Object({ cabinet: Type.String({ description: "'': the main one" }), fault: Type.String(), since: Time }),
  ),
  temperatures: Type.Optional(
    Type.Array(Type.Object({ cabinet: Type.String(), left: optional.number, right: optional.number }), {
      description: '°C, with what is set beside it',
    }),
  ),
  versions: Type.Optional(Type.Array(Type.Object({ cabinet: Type.String(), of: Type.String(), version: Type.String() }))),
  apps: Type.Optional(Type.Array(Type.Object({ name: Type.String(), version: Type.String() }))),
  ...{ firmware: optional.text, vcs_version: optional.text },
  modem: Type.Optional(
    Type.Object(
      { net: Type.String(), phone: Type.String(), iccid: Type.String(), ip: Type.String() },
      { description: 'The SIM' },
    ),
  ),
  region: Type.Optional(Type.Object({ longitude: Type.Number(), latitude: Type.Number() })),
});

/** What is not known is left out when it is written. */
export type ConditionView = Static<typeof Condition>;

const Said = Type.Record(Type.String(), Type.Unknown(), { description: 'As the machine said it, with `saidAt`' });

export const MachineDetail = Type.Object({
  ...{ id: Id, machine_no: Type.String(), name: Type.String(), type: Type.String(), operational: Type.Boolean() },
  ...{ vendor: Type.String(), gateway_no: Type.String(), created_at: Time },
  ...{ address: Type.String(), contact: Type.String(), telephone: Type.String(), announcement: Type.String() },
  ...whose,
  ...{ online: Type.Boolean(), last_seen_at: Nullable(Time), booted_at: Nullable(Time), heartbeat_at: Nullable(Time) },
  ...{ offline_at: Nullable(Time), offline_reason: Type.String(), network_type: Type.String() },
  network_rssi: Nullable(Type.Integer({ description: 'dBm' })),
  uptime_minutes: Nullable(Type.Integer({ description: 'Today, as the machine counts' })),
  ...{ temperature: Nullable(Type.Number({ description: '°C' })), temperature_at: Nullable(Time) },
  ...{ humidity: Nullable(Type.Number({ description: 'Per cent' })), humidity_at: Nullable(Time) },
  site: Nullable(
    Type.Object({
      ...{ id: Id, number: Type.String(), name: Type.String(), address: Type.String() },
      ...{ line_name: Type.String(), area_name: Type.String() },
    }),
  ),
  ...{ condition: Condition, condition_said_at: Nullable(Time) },
  ...{ environment: Said, configuration: Said, traffic: Said },
  ...{ held_units: Type.Integer(), sales_today: Sales },
  cabinets: Type.Array(
    Type.Object({ id: Id, name: Type.String(), addr: Type.Integer(), kind: Type.String(), slots: Type.Array(Slot) }),
  ),
});

export const Handshake = Type.Object({
  ...{ online: Type.Boolean(), connected_at: Nullable(Time), booted_at: Nullable(Time), heartbeat_at: Nullable(Time) },
  ...{ slots_reported: Type.Integer(), slots: Type.Integer(), slots_reported_at: Nullable(Time) },
  ...{ tested_at: Nullable(Time), test_dropped: Nullable(Type.Boolean()), live: Type.Boolean(), slots_for_sale: Type.Integer() },
});

/** What is entered in a machine. */
export const MachineCredentials = Type.Object({
  mqtt: Type.Object({
    ...{ host: Type.String(), port: Type.Integer(), tls: Type.Boolean() },
    ...{ client_id: Type.String(), username: Type.String() },
    password: Type.String({ description: 'Told once' }),
  }),
  device_key: Type.String({ description: 'It signs its messages with' }),
});
