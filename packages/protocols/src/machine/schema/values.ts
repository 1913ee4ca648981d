// Facts of the machines' MQTT. Each platform's machines share them; durations in seconds.

/** Machines write to `server`, or to `serverOf` where the broker's rules pin the topic to the machine; they read `clientOf` alone. */
export const topics = {
  server: '/server/app',
  serverOf: (machineNo: string) => `/server/app/${machineNo}`,
  clientOf: (machineNo: string) => `/clients/${machineNo}`,
  /** What the hub subscribes to. */
  all: ['/server/app', '/server/app/+'],
} as const;

/** The machine that the broker's rules let write to this topic; undefined for `/server/app`, which tells nothing. */
export function machineNoOfTopic(topic: string): string | undefined {
  return /^\/server\/app\/([^/]+)$/.exec(topic)?.[1];
}

export const qualityOfService = 1;

/** A heartbeat this often… */
export const heartbeatSeconds = 300;
/** …and after this long without any a machine is offline. */
export const offlineAfterSeconds = 600;
/** A command that is older is not acted on by the machine and given up by the hub. */
export const commandLifeSeconds = 120;

/** `floor_type`: what drives the slot. */
export const floorTypes = { spring: 1, lock: 2, belt: 3 } as const;
export type FloorType = (typeof floorTypes)[keyof typeof floorTypes];

const lockSecondsOf: Readonly<Record<number, number>> = {
  [floorTypes.lock]: 15,
  [floorTypes.spring]: 30,
  [floorTypes.belt]: 90,
};

/** How long a command locks its machine, unless its last answer ends it earlier: electronic lock 15, spring 30, belt 90, else 45. */
export function lockSeconds(floorType: number | undefined): number {
  return (floorType === undefined ? undefined : lockSecondsOf[floorType]) ?? 45;
}

/** `lock_status` of an electronic lock. */
export const lockStatuses = { none: -1, open: 0, shut: 1, fault: 2 } as const;
export type LockStatus = (typeof lockStatuses)[keyof typeof lockStatuses];

/** `order_type` of a dispense command. */
export const orderTypes = ['normal', 'test'] as const;
export type OrderType = (typeof orderTypes)[number];

/** `fault` of `client.machine.status.put`: what is wrong with the machine as a whole, by the part that is at fault. */
export const machineFaults = [
  'system.driver-board',
  'system.clock',
  'system.left-sensor',
  'system.right-sensor',
  'system.infrared',
  'system.card-reader',
  'system.other',
  'bill-validator.connection',
  'bill-validator.motor',
  'bill-validator.cash-box-removed',
  'bill-validator.cash-box-full',
  'bill-validator.rom-checksum',
  'bill-validator.sensor',
  'bill-validator.jam',
  'bill-validator.disabled',
  'coin-changer.low-voltage',
  'coin-changer.acceptor-jam',
  'coin-changer.payout-jam',
  'coin-changer.low-5-jiao',
  'coin-changer.low-1-yuan',
  'coin-changer.removed',
  'communication.cabinet-1',
  'communication.cabinet-2',
  'communication.cabinet-3',
  'communication.cabinet-4',
  'communication.cabinet-5',
  'communication.cabinet-6',
  'communication.cabinet-7',
  'communication.cabinet-8',
] as const;
export type MachineFault = (typeof machineFaults)[number];

/** Why a typed code fetches nothing (ours). `try-again`: its mall did not answer; `late`: the message came after 120 s. */
export const typedCodeRefusals = [
  'unknown',
  'used',
  'expired',
  'not-yet',
  'sold-out',
  'out-of-operation',
  'disabled',
  'late',
  'too-many',
  'try-again',
] as const;
export type TypedCodeRefusal = (typeof typedCodeRefusals)[number];

/** `pay_style`: how a machine was paid for what it sold by itself. */
export const salePayStyles = [
  'cash',
  'card',
  'pos',
  'one-card',
  'badge',
  'qrcode',
  'wechat',
  'wechat-barcode',
  'alipay',
  'alipay-barcode',
  'alipay-sound',
  'unionpay',
  'unionpay-reverse',
  'vip',
  'game',
  'other',
] as const;
export type SalePayStyle = (typeof salePayStyles)[number];

/** What became of a unit of a sale: it fell, it did not, or there was none. */
export const saleOutcomes = { dropped: 1, failed: 0, soldOut: 2 } as const;
export type SaleOutcome = (typeof saleOutcomes)[keyof typeof saleOutcomes];
