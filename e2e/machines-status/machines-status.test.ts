import { machineClient, topics } from '@polyvend/protocols/machine';
import { connectAsync } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { getMachineOverview } from '../../packages/server/src/ledger/machines/list-machine-overviews.ts';
import { buy } from '../active-order/steps.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';

// What machines tell of themselves as a whole, over real MQTT: kept, told once, and dropped where it is nonsense.

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterEach(() => checkConservation(hub.ledger));
afterAll(() => hub?.stop());

const overview = ({ id, tenant }: TestMachine) =>
  getMachineOverview(hub.ledger, { merchantId: tenant.merchant.id, machineId: id });

async function eventsOf({ id }: TestMachine, kind = '%'): Promise<{ kind: string; data: Record<string, unknown> }[]> {
  const { rows } = await hub.hub.database.pool.query(
    'select kind, data from events where machine_id = $1 and kind like $2 order by id',
    [id, kind],
  );
  return rows;
}

/** What is told of the machine from now on, a second later. */
async function toldOf(machine: TestMachine, before: number): Promise<unknown[]> {
  hub.clock.advance(1);
  await hub.settle();
  return (await eventsOf(machine, 'machine.status-changed')).slice(before).map(({ data }) => data.changes);
}

/** A machine of which all is told that it told on connecting. */
async function quiet(): Promise<{ machine: TestMachine; told: () => Promise<unknown[]> }> {
  const machine = await hub.machine('spring', { behaviour: { temperature: [5, 5] } });
  await until(async () => (await overview(machine)).conditionSaidAt !== null, 'the condition of the machine');
  await toldOf(machine, 0);
  let count = (await eventsOf(machine, 'machine.status-changed')).length;
  return {
    machine,
    async told() {
      const changes = await toldOf(machine, count);
      count += changes.length;
      return changes;
    },
  };
}

/** The condition meets what is asked. */
const comes = (machine: TestMachine, expected: (view: Awaited<ReturnType<typeof overview>>) => boolean) =>
  until(async () => expected(await overview(machine)), 'what the machine told');

const drops = async (reason: string) => {
  const text = await (await fetch(`${hub.url}/metrics`)).text();
  return Number(new RegExp(`^polyvend_machine_messages_dropped_total\\{reason="${reason}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
};

describe('a machine that connects', () => {
  test('is known with all that it tells of itself', async () => {
    const { machine } = await quiet();
    const { online, condition } = await overview(machine);
    expect(online).toBe(true);
    expect(condition).toMatchObject({
      vmcOnline: true,
      door: 'shut',
      coins5Jiao: 53,
      coins1Yuan: 42,
      faultCodes: [0, 0, 0, 0, 0, 0],
      faults: [],
      temperatures: [{ cabinet: '', left: 5, coolingMax: 10, lampOn: '0:0', lampAlwaysOn: true, lampAutomatic: false }],
      versions: [
        { cabinet: '', of: 'main', version: '339' },
        { cabinet: '', of: 'drive', version: '35' },
      ],
      firmware: '3.0.16',
      modem: { net: '4G', phone: '13800000000' },
    });
  });

  test('has its door, its faults and its coins told, those of a second together', async () => {
    const { machine, told } = await quiet();
    machine.virtual.changeCondition({ door: 'open' });
    machine.virtual.raiseFault('coin-changer.low-5-jiao');
    await comes(machine, ({ condition }) => condition.faults.length === 1);
    expect(await told()).toEqual([['condition']]);
    expect((await overview(machine)).condition).toMatchObject({ door: 'open', faults: [{ fault: 'coin-changer.low-5-jiao' }] });
    machine.virtual.endFault('coin-changer.low-5-jiao');
    await comes(machine, ({ condition }) => condition.faults.length === 0);
    expect(await told()).toEqual([['condition']]);
  });

  test('has a slot told that is sold out', async () => {
    const { machine, told } = await quiet();
    await buy(hub, machine, { A11: 5 });
    expect((await overview(machine)).cabinets[0]?.slots[0]).toMatchObject({ forSale: 0, soldOutAt: hub.clock.now() });
    expect(await told()).toEqual([['stock']]);
  });

  test('writes no event with a heartbeat, nor with a status that is as before', async () => {
    const { machine, told } = await quiet();
    const before = await eventsOf(machine);
    hub.clock.advance(60);
    machine.virtual.changeCondition({});
    await machine.beat();
    await comes(machine, ({ conditionSaidAt }) => conditionSaidAt?.getTime() === hub.clock.now().getTime());
    expect(await told()).toEqual([]);
    expect(await eventsOf(machine)).toEqual(before);
  });
});

describe('a machine that is gone', () => {
  test('silently is told once, and so is its return', async () => {
    const { machine, told } = await quiet();
    hub.clock.advance(600);
    await hub.settle();
    expect(await told()).toEqual([['offline']]);
    expect(await told()).toEqual([]);
    expect((await overview(machine)).online).toBe(false);
    await machine.beat();
    expect(await told()).toEqual([['online']]);
  });

  test('by its last will is told once', async () => {
    const { machine, told } = await quiet();
    await machine.virtual.disconnect({ clean: false });
    await comes(machine, ({ online }) => !online);
    expect(await told()).toEqual([['offline']]);
    hub.clock.advance(3_600);
    await hub.settle();
    expect(await told()).toEqual([]);
  });
});

describe('a hostile status', () => {
  const huge = JSON.stringify(Array.from({ length: 200 }, () => ({ fault: 'system.clock' })));
  test.each([
    ['field', 'a list that is no list', { faults: '{"fault":"system.clock"}' }],
    ['field', 'a list of anything', { temperatures: '[[],1,null]' }],
    ['field', 'a list that has no end', { faults: huge }],
    ['field', 'a fault that there is not', { faults: '[{"fault":"system.gremlin"}]' }],
    ['field', 'a number that is none', { coins_1_yuan: '1e9' }],
    ['field', 'a text that no database keeps', { firmware: 'a\u0000b' }],
    ['field', 'the same within a list', { apps: '[{"name":"a\\u0000","version":"1"}]' }],
    ['field', 'JSON that is too deep', { faults: `${'['.repeat(5_000)}${']'.repeat(5_000)}` }],
    ['size', 'more than a message may hold', { apps: JSON.stringify([{ name: 'x'.repeat(70_000), version: '1' }]) }],
  ])('is dropped as %s: %s', async (reason, _what, fields) => {
    const machine = await hub.machine('spring', { connect: false });
    const hand = await hub.hand(machine);
    const before = [await drops(reason), await overview(machine)] as const;
    await hand.say(hand.wire.send('client.machine.status.put', {}, { door: 'open', ...(fields as Record<string, string>) }));
    expect(await drops(reason)).toBe(before[0] + 1);
    expect((await overview(machine)).condition).toEqual(before[1].condition);
    await hand.close();
  });

  test("is dropped as machine: one that speaks in another machine's name", async () => {
    const [machine, victim] = [await hub.machine('spring', { connect: false }), await hub.machine('spring', { connect: false })];
    const hand = await hub.hand(machine);
    const before = await drops('machine');
    const { payload } = machineClient({ machineNo: victim.machineNo, key: hub.merchant.deviceKey, clock: hub.clock }).status({
      door: 'open',
    });
    await hand.say({ topic: topics.serverOf(machine.machineNo), payload });
    expect(await drops('machine')).toBe(before + 1);
    expect((await overview(victim)).conditionSaidAt).toBeNull();
    await hand.close();
  });
});

test("another platform's machine does not sign in, whatever its number", async () => {
  const machine = await hub.machine('spring', { connect: false });
  const signIn = () =>
    connectAsync(hub.mqttUrl, {
      ...{ clientId: machine.machineNo, username: machine.machineNo, password: machine.brokerPassword, reconnectPeriod: 0 },
    });
  const query = 'update machines set upstream_integration_id = $1 where id = $2';
  await hub.hub.database.pool.query(query, [hub.integration.id, machine.id]);
  await expect(signIn()).rejects.toThrow();
  await expect(hub.client.machine(machine.machineNo)).rejects.toThrow();
  expect((await hub.client.machines()).some(({ machine_no }) => machine_no === machine.machineNo)).toBe(false);
});
