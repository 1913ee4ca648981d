import { createVirtualMachine, type MachineBehaviour, type VirtualMachine } from '@polyvend/simulator';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { addMachine, type CabinetDraft, type SlotDraft } from '../../packages/server/src/ledger/machines/add-machine.ts';
import { findMachine } from '../../packages/server/src/ledger/machines/find-machine.ts';
import { listProducts, type Product } from '../../packages/server/src/ledger/machines/list-products.ts';
import type { TestTenant } from './create-tenant.ts';
import { until } from './until.ts';

/** How it dispenses: `belt` has drop detection and a lift, `other` is a drive of none of the known kinds. */
export type TestMachineKind = 'spring' | 'belt' | 'lock' | 'other';

export interface TestMachineOptions {
  /** 8 digits; one of its own unless told. */
  machineNo?: string;
  /** Slots of cabinet A (4), each with a good of its own. */
  slots?: number;
  /** Of each slot (10). */
  capacity?: number;
  /** In each slot, in the ledger and in the machine (5). */
  onHand?: number;
  /** Of each good (300). */
  priceCents?: number;
  /** Instead of cabinet A as above. */
  cabinets?: readonly CabinetDraft[];
  /** Of cabinet A, where it differs from the kind's. */
  hasLift?: boolean;
  hasDropDetection?: boolean;
  /** Switched on at once (true). */
  connect?: boolean;
  /** What differs from a steady machine that takes a moment for a unit. */
  behaviour?: Partial<MachineBehaviour>;
  topic?: 'shared' | 'own';
}

export interface TestMachine {
  id: number;
  machineNo: string;
  kind: TestMachineKind;
  brokerPassword: string;
  tenant: TestTenant;
  virtual: VirtualMachine;
  /** As the ledger sees them now, in the order of their slots. */
  products(): Promise<Product[]>;
  /** The product of a slot by its name: `A11`. */
  product(slotName: string): Promise<Product>;
  /** A heartbeat, by the hub's clock; heard by the hub when this resolves, unless one of the same instant was heard before. */
  beat(): Promise<void>;
}

export interface MachineSite {
  ledger: Ledger;
  mqttUrl: string;
  tenant: TestTenant;
  /** Where the broker is not the hub's own: it has to be told of each machine. */
  admit?(machineNo: string, password: string): Promise<void>;
}

let lastNo = 10_000_000;

export async function addTestMachine(
  site: MachineSite,
  kind: TestMachineKind,
  options: TestMachineOptions = {},
): Promise<TestMachine> {
  const { ledger, mqttUrl, tenant } = site;
  const merchantId = tenant.merchant.id;
  lastNo += 1;
  const machineNo = options.machineNo ?? String(lastNo);
  const cabinets = options.cabinets ?? [cabinetA(tenant, kind, options)];
  const type = kind === 'lock' ? 'locker' : 'vending';
  const { id, brokerPassword } = await addMachine(ledger, { merchantId, machineNo, name: `机器 ${machineNo}`, type, cabinets });
  await site.admit?.(machineNo, brokerPassword);

  const products = async () => (await listProducts(ledger, { merchantId, machineId: id, withEmptySlots: true })).products;
  const virtual = createVirtualMachine({
    machineNo,
    deviceKey: tenant.merchant.deviceKey,
    mqttUrl,
    username: machineNo,
    password: brokerPassword,
    kind: kind === 'belt' ? 'belt' : kind === 'lock' ? 'locker' : 'spring',
    slots: (await products()).map((p) => ({ code: p.slotCode, addr: p.cabinetAddr, productId: p.productId, stock: p.onHand })),
    behaviour: { dispenseMs: [1, 3], ...options.behaviour },
    // Its words carry the hub's time; how long a unit takes is real.
    clock: { now: () => ledger.clock.now() },
    machineId: String(id),
    // By real time one would come by itself in the fifth minute of a file, in the middle of whatever is tested then.
    heartbeatSeconds: 86_400,
    ...(options.topic && { topic: options.topic }),
  });
  const isOnline = async () => (await findMachine(ledger, merchantId, machineNo)).online;
  async function heardAt(): Promise<Date> {
    const status = ledger.db.selectFrom('machine_status').select('heartbeat_at').where('merchant_id', '=', merchantId);
    return (await status.where('machine_id', '=', id).executeTakeFirst())?.heartbeat_at ?? new Date(0);
  }
  const machine: TestMachine = {
    id,
    machineNo,
    kind,
    brokerPassword,
    tenant,
    virtual,
    products,
    async product(slotName) {
      const found = (await products()).find((one) => one.slotName === slotName);
      if (!found) throw new Error(`Machine ${machineNo} has no slot ${slotName}`);
      return found;
    },
    async beat() {
      const at = ledger.clock.now();
      virtual.heartbeat();
      // A machine that is online anyway would be taken to be heard before it is.
      await until(async () => (await isOnline()) && (await heardAt()) >= at, `machine ${machineNo} online`);
    },
  };
  if (options.connect ?? true) {
    await virtual.connect();
    await until(isOnline, `machine ${machineNo} online`);
  }
  return machine;
}

function cabinetA({ goodsIds }: TestTenant, kind: TestMachineKind, options: TestMachineOptions): CabinetDraft {
  const { slots = 4, capacity = 10, onHand = 5, priceCents = 300 } = options;
  const goods = [...goodsIds.values()];
  return {
    name: 'A',
    addr: 1,
    drive: kind,
    hasLift: options.hasLift ?? kind === 'belt',
    hasDropDetection: options.hasDropDetection ?? kind === 'belt',
    slots: Array.from({ length: slots }, (_, n) =>
      slotDraft('A', n, { capacity, onHand, priceCents, goodsId: goods[n % goods.length] }),
    ),
  };
}

/** The n-th slot of a cabinet, ten to a row: A11 with code 010, A12 with 011 … */
export function slotDraft(
  cabinet: string,
  n: number,
  what: { capacity: number; onHand: number; priceCents?: number; goodsId?: number | undefined },
): SlotDraft {
  const x = Math.floor(n / 10) + 1;
  const y = n % 10;
  const { capacity, onHand, goodsId } = what;
  return {
    name: `${cabinet}${x}${y + 1}`,
    code: `0${x}${y}`,
    x,
    y,
    capacity,
    onHand,
    ...(goodsId !== undefined && { goodsId, priceCents: what.priceCents ?? 300 }),
  };
}
