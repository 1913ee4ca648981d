import { decodeMessage } from '@polyvend/protocols/machine';
import {
  createVirtualMachine,
  everyday,
  type MachineBehaviour,
  type MachineKind,
  type SentMessage,
  type VirtualMachine,
  type VirtualMachineOptions,
} from '@polyvend/simulator';
import type { DemoHappening, DemoMachine, DemoMachines, DemoPurchase } from '../../console/index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { listProducts } from '../../ledger/machines/list-products.ts';
import { getMerchant } from '../../ledger/merchants/get-merchant.ts';

/** Now and then something jams, and someone comes to mend it; otherwise the demo's machines do what they are told. */
const behaviour: Partial<MachineBehaviour> = {
  ...everyday,
  ...{ jam: 0.01, motorFault: 0, loseAnswer: 0, lateAnswer: 0, offline: 0, selfRepairMs: 60_000 },
};

/** Messages that who comes to look is shown of what was before. */
const mostKept = 60;

export interface DemoMachinesOptions {
  ledger: Ledger;
  mqttUrl: string;
  /** Orders and pays a product through a mall, and has it dispensed. Rejects when the hub refuses. */
  orderByPhone?: (machineNo: string, productId: number) => Promise<DemoPurchase>;
  onDrop?: (drop: { machineNo: string; slot: string; orderId: number | undefined }) => void;
  /** Where they differ from the demo's. */
  machine?: Partial<Pick<VirtualMachineOptions, 'behaviour' | 'clock'>>;
}

interface Added {
  merchantId: number;
  machineId: number;
  machineNo: string;
  brokerPassword: string;
}

/** The virtual machines of a demo, by their numbers, for the page to look at and to touch. */
export interface RunningDemoMachines extends DemoMachines {
  /** Before this there are none: the page is served before the machines are on. */
  open(options: DemoMachinesOptions): void;
  connect(machine: Added): Promise<void>;
  /** A person filled or changed the machine at the hub: what lies in it is what the ledger believes. */
  reload(merchantId: number, machineId: number): Promise<void>;
  stop(): Promise<void>;
}

export function demoMachines(): RunningDemoMachines {
  const running = new Map<string, Added & { virtual: VirtualMachine; shown: DemoMachine }>();
  let opened: DemoMachinesOptions | undefined;

  return {
    open(options) {
      opened = options;
    },
    find: (machineNo) => running.get(machineNo)?.shown,
    async connect(machine) {
      if (!opened) throw new Error('The demo is starting');
      const before = running.get(machine.machineNo);
      running.delete(machine.machineNo);
      await before?.virtual.stop();
      const { virtual, shown } = await startMachine(opened, machine);
      running.set(machine.machineNo, { ...machine, virtual, shown });
    },
    async reload(merchantId, machineId) {
      for (const one of running.values()) {
        if (!opened || one.merchantId !== merchantId || one.machineId !== machineId) continue;
        one.virtual.load(await slotsOf(opened.ledger, merchantId, machineId));
      }
    },
    async stop() {
      await Promise.all([...running.values()].map(({ virtual }) => virtual.stop()));
      running.clear();
    },
  };
}

async function startMachine(
  options: DemoMachinesOptions,
  added: Added,
): Promise<{ virtual: VirtualMachine; shown: DemoMachine }> {
  const { ledger, mqttUrl, onDrop, machine: differing } = options;
  const { merchantId, machineId, machineNo, brokerPassword } = added;
  const { deviceKey } = await getMerchant(ledger, merchantId);
  const passing = happenings();
  const virtual = createVirtualMachine({
    ...{ machineNo, deviceKey, mqttUrl, username: machineNo, password: brokerPassword },
    kind: await kindOf(ledger, merchantId, machineId),
    slots: await slotsOf(ledger, merchantId, machineId),
    behaviour,
    seed: `${machineNo} ${Date.now()}`,
    connectTimeoutMs: 10_000,
    ...differing,
    onSent(sent) {
      passing.tell(messageOf('from-machine', sent));
      tellState();
    },
    onReceived({ at, message, payload }) {
      passing.tell(messageOf('to-machine', { at, method: message.method, topic: `/clients/${machineNo}`, payload }));
      tellState();
    },
    onDrop({ at, addr, code, cause, orderId }) {
      onDrop?.({ machineNo, slot: code, orderId });
      passing.tell({ kind: 'drop', at, addr, code, cause, orderId: orderId ?? null });
      tellState();
    },
  });
  const stateOf = () => ({
    connected: virtual.connected,
    slots: virtual.slots.map(({ addr, code, stock, status }) => ({ addr, code, stock, status })),
  });
  const state = (): DemoHappening => ({ kind: 'state', at: new Date(), ...stateOf() });
  let told = '';
  /** Only of a change, and once what goes on is done: a machine that is told to restart still has its connection when it hears so. */
  function tellState(): void {
    setTimeout(() => {
      const now = JSON.stringify(stateOf());
      if (now !== told) passing.tell(state());
      told = now;
    }, 50).unref();
  }
  await virtual.connect();
  const shown: DemoMachine = {
    get connected() {
      return virtual.connected;
    },
    get slots() {
      return virtual.slots;
    },
    listen(hear) {
      hear(state());
      return passing.listen(hear);
    },
    type: (digits) => virtual.type(digits, { timeoutMs: 20_000 }).catch(() => 'no-answer'),
    async buy({ addr, code }, how, priceCents) {
      const productId = virtual.slots.find((slot) => slot.addr === addr && slot.code === code)?.productId;
      if (productId === undefined) return { orderId: null, dropped: false, why: 'The machine knows of no product in this slot.' };
      if (how === 'phone' && options.orderByPhone) return await options.orderByPhone(machineNo, productId);
      const { outcomes = [], error_msg = '' } = await virtual.sell(code, { priceCents });
      return { orderId: null, dropped: outcomes[0] === 1, why: error_msg };
    },
    jam({ addr, code }) {
      const known = virtual.jam(addr, code);
      tellState();
      return known;
    },
    mend({ addr, code }) {
      const known = virtual.mend(addr, code);
      tellState();
      return known;
    },
    async power(on) {
      await (on ? virtual.connect() : virtual.disconnect({ clean: false }));
      tellState();
    },
  };
  return { virtual, shown };
}

/** What passes: the last of it, and what comes, to whoever listens. */
function happenings() {
  const kept: DemoHappening[] = [];
  const hearers = new Set<(happening: DemoHappening) => void>();
  return {
    tell(happening: DemoHappening): void {
      if (happening.kind === 'message') kept.push(happening);
      if (kept.length > mostKept) kept.shift();
      for (const hear of hearers) hear(happening);
    },
    listen(hear: (happening: DemoHappening) => void): () => void {
      for (const one of kept) hear(one);
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
  };
}

/** What stands in every message, and says nothing of it. */
const commonFields = new Set(['sign', 'method', 'client_id', 'machine_id', 'status', 'timestamp']);

function messageOf(direction: 'to-machine' | 'from-machine', { at, method, topic, payload }: SentMessage): DemoHappening {
  const decoded = decodeMessage(payload);
  const all = decoded.ok ? decoded.fields : {};
  const fields = Object.fromEntries(Object.entries(all).filter(([name]) => !commonFields.has(name)));
  return { kind: 'message', at, direction, method, fields, topic, payload };
}

/** What lies in it is what the ledger believes: a demo starts honest. */
async function slotsOf(ledger: Ledger, merchantId: number, machineId: number) {
  const { products } = await listProducts(ledger, { merchantId, machineId, withEmptySlots: true });
  return products.map(({ slotCode, cabinetAddr, productId, onHand }) => ({
    ...{ code: slotCode, addr: cabinetAddr, productId, stock: onHand },
  }));
}

const kinds: Record<string, MachineKind> = { belt: 'belt', lock: 'locker' };

/** After the drive of its first cabinet. */
async function kindOf(ledger: Ledger, merchantId: number, machineId: number): Promise<MachineKind> {
  const cabinet = await ledger.db
    .selectFrom('cabinets')
    .select('drive')
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .orderBy('addr')
    .limit(1)
    .executeTakeFirst();
  return kinds[cabinet?.drive ?? ''] ?? 'spring';
}
