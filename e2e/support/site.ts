import { createMall, createVirtualMachine, type MachineBehaviour, type Mall, type VirtualMachine } from '@polyvend/simulator';
import { sql } from 'kysely';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { addMachine } from '../../packages/server/src/ledger/machines/add-machine.ts';
import { listMachines } from '../../packages/server/src/ledger/machines/find-machine.ts';
import { createTenant, type TestTenant } from './create-tenant.ts';
import type { HubProcess } from './hub-process.ts';
import type { Mosquitto } from './mosquitto.ts';
import { until } from './until.ts';

/** What lives on while hubs, databases and brokers are killed, and testifies afterwards: machines and a mall. */
export interface Site {
  hub: HubProcess;
  mall: Mall;
  machines: VirtualMachine[];
  tenant: TestTenant;
  stop(): Promise<void>;
}

export interface SiteOptions {
  /** 4. */
  machineCount?: number;
  /** Of each machine (3). */
  slotCount?: number;
  /** Cans in each slot. */
  stock: number;
  behaviour?: Partial<MachineBehaviour>;
  /** The broker between machines and hub, where it is not the hub's own. */
  broker?: Mosquitto;
}

/** Machines at a hub that is ready: every other one a belt, which is sent a command for each unit. */
export async function openSite(hub: HubProcess, options: SiteOptions): Promise<Site> {
  const mall = await createMall();
  const { tenant, machines } = await hub.withLedger(async (ledger) => {
    const tenant = await createTenant(ledger, hub.url);
    const numbers = Array.from({ length: options.machineCount ?? 4 }, (_, n) => 20_000_001 + n);
    return { tenant, machines: await Promise.all(numbers.map((number) => addSiteMachine(hub, ledger, tenant, number, options))) };
  });
  await Promise.all(machines.map((machine) => machine.connect()));
  // A broker of one's own has taken their greetings before the hub has heard them.
  await hub.withLedger((ledger) =>
    until(async () => (await listMachines(ledger, tenant.merchant.id)).every(({ online }) => online), 'every machine online'),
  );
  return {
    hub,
    mall,
    machines,
    tenant,
    async stop() {
      await Promise.all(machines.map((machine) => machine.stop()));
      await mall.close();
    },
  };
}

async function addSiteMachine(
  hub: HubProcess,
  ledger: Ledger,
  tenant: TestTenant,
  number: number,
  { slotCount = 3, stock, behaviour = {}, broker }: SiteOptions,
): Promise<VirtualMachine> {
  const machineNo = String(number);
  const belt = number % 2 === 0;
  const slots = [...tenant.goodsIds.values()].slice(0, slotCount).map((goodsId, n) => ({
    name: `A1${n + 1}`,
    code: `01${n}`,
    x: 1,
    y: n,
    goodsId,
    priceCents: 300,
    capacity: stock,
    onHand: stock,
  }));
  const { id, brokerPassword } = await addMachine(ledger, {
    merchantId: tenant.merchant.id,
    machineNo,
    name: machineNo,
    cabinets: [{ name: 'A', addr: 1, drive: belt ? 'belt' : 'spring', hasDropDetection: belt, slots }],
  });
  await broker?.admit(machineNo, brokerPassword);
  return createVirtualMachine({
    machineNo,
    deviceKey: tenant.merchant.deviceKey,
    mqttUrl: broker?.url ?? hub.mqttUrl,
    username: machineNo,
    password: brokerPassword,
    machineId: String(id),
    kind: belt ? 'belt' : 'spring',
    slots: slots.map(({ code }) => ({ code, addr: 1, stock })),
    behaviour,
    remember: 100_000,
  });
}

export function rows<T>(ledger: Ledger) {
  return async (...text: Parameters<typeof sql>): Promise<T[]> => (await sql<T>(...text).execute(ledger.db)).rows;
}

export const productsByMachine = (ledger: Ledger) =>
  rows<{ machineNo: string; productIds: number[] }>(ledger)`
    select m.machine_no as "machineNo", array_agg(s.product_id order by s.id) as "productIds"
    from slots s join machines m on m.id = s.machine_id group by m.machine_no order by m.machine_no`;
