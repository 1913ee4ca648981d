import { type PushName, toSeconds } from '@polyvend/protocols/smart-vending';
import type { MallBehaviour, ReceivedPush } from '@polyvend/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addMachine } from '../../packages/server/src/ledger/machines/add-machine.ts';
import { placeMachine } from '../../packages/server/src/ledger/places/place-machine.ts';
import { putLine } from '../../packages/server/src/ledger/places/put-line.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { refillSlots } from '../../packages/server/src/ledger/refills/refill-slots.ts';
import { buy, dispense } from '../active-order/steps.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { addCustomer, expectPush, pushSettings, settled, type TestCustomer } from './steps.ts';

// What a customer is told without asking, over real HTTP: what is in it, to whom it goes, and that it comes in the end.

let hub: TestHub;
let told: TestCustomer;
let machine: TestMachine;
/** Customers whose switches take their pushes off the table. */
const notByTable = new Set<number>();
const cause = { by: 'test' };
const now = () => toSeconds(hub.clock.now());

beforeAll(async () => {
  hub = await startTestHub();
  const merchantId = hub.merchant.id;
  await putLine(hub.ledger, { merchantId, name: '一号线', area: '上海' });
  await putSite(hub.ledger, {
    merchantId,
    number: 'S-1',
    name: '启明国际大厦',
    line: '一号线',
    longitude: 116.4,
    latitude: 39.9,
  });
});
beforeEach(async () => {
  told = await addCustomer(hub);
  // Its thermometer gives it nothing to tell, which could come behind what quiet() waits for.
  machine = await hub.machine('spring', { behaviour: { temperature: [5, 5] } });
  // Told of before it is placed.
  await hub.settle();
  await placeMachine(hub.ledger, { merchantId: hub.merchant.id, machineNo: machine.machineNo, siteNumber: 'S-1', cause });
  await quiet();
});
afterEach(async () => {
  if (!notByTable.has(told.integrationId)) for (const push of told.customer.received) expectPush(push);
  await told.close();
  await hub.changeIntegration(hub.merchant.id, told.integrationId, { status: 'revoked' });
  await settled(hub);
  await checkConservation(hub.ledger);
});
afterAll(() => hub?.stop());

/** All that came of connecting is told. */
async function quiet(): Promise<void> {
  await until(async () => {
    const { rows } = await hub.hub.database.pool.query('select from machine_conditions where machine_id = $1', [machine.id]);
    return rows.length > 0;
  }, 'the condition of the machine');
  hub.clock.advance(2);
  await hub.settle();
}

const of = (push: PushName) => told.pushed(push).filter(({ params }) => params.assetId === machine.machineNo);
const fieldsOf = (push: PushName, ...names: string[]) => of(push).map(({ params }) => names.map((name) => params[name]));
const nonces = (pushes: readonly ReceivedPush[]) => new Set(pushes.map(({ params }) => params.nonce_str));

/** As long as any attempt of the schedule's first hour waits. */
async function again(seconds = 400): Promise<void> {
  hub.clock.advance(seconds);
  await machine.beat();
  await hub.settle();
}

async function refill(slotName = 'A11', quantity = 1): Promise<void> {
  const { slotId } = await machine.product(slotName);
  const whose = { merchantId: hub.merchant.id, machineId: machine.id, source: 'test', cause };
  await refillSlots(hub.ledger, { ...whose, slots: [{ slotId, quantity }] });
  await hub.settle();
}

describe('a machine that is added', () => {
  test('is told of with its cabinets, its shelves and what is in them', async () => {
    const [push] = of('machine');
    expect(push?.params).toMatchObject({
      ...{
        clientId: told.clientId,
        name: `机器 ${machine.machineNo}`,
        assetId: machine.machineNo,
        siteName: '',
        lineName: '',
        location: {},
      },
      containers: [
        {
          ...{ cid: machine.machineNo, type: 2 },
          shelves: ['A11', 'A12', 'A13', 'A14'].map((location_id) => ({
            location_id,
            price: '300',
            capacity: 10,
            Img: '',
            img: '',
          })),
        },
      ],
    });
    expect(of('machine')).toHaveLength(1);
  });

  test('is told of with where it stands', async () => {
    await addMachine(hub.ledger, {
      ...{ merchantId: hub.merchant.id, machineNo: '88000001', name: '测试机#092', cabinets: [] },
      ...{ longitude: 116.39564514160156, latitude: 39.92998504638672 },
    });
    await hub.settle();
    const push = told.pushed('machine').find(({ params }) => params.assetId === '88000001');
    expect(push?.params.location).toEqual({ longitude: 116.39564514160156, latitude: 39.92998504638672 });
  });
});

describe('a trade', () => {
  test('is told of when it is paid, and again when it has dropped; every value a text', async () => {
    const hand = await hub.hand(machine);
    const paidAt = now();
    const order = await buy(hub, machine, { A11: 1 });
    await hub.settle();
    expect(fieldsOf('trade', 'deliverStatus', 'payStatus', 'exec_ts')).toEqual([['-1', '1', '0']]);
    await dispense(hub, machine, order);
    hub.clock.advance(3);
    await hand.answer(await hand.command(1));
    await hub.settle();
    const [first, second] = of('trade');
    expect(second?.params).toEqual({
      ...first?.params,
      ...{ deliverStatus: '0', exec_ts: String(paidAt + 3), nonce_str: expect.any(String), sign: expect.any(String) },
    });
    const item = (await told.client.tradeList({ assetId: machine.machineNo })).list[0];
    expect(second?.params).toMatchObject({
      ...{
        clientId: told.clientId,
        assetId: machine.machineNo,
        cid: machine.machineNo,
        locationId: 'A11',
        price: '300',
        count: '1',
      },
      ...{
        goodsNumber: '1001',
        goodsName: '可口可乐',
        typeName: '饮料',
        payStyle: '23',
        refundStatus: '0',
        refundFee: '0',
        refundTime: '0',
      },
      ...{ createTime: String(paidAt), payTime: String(paidAt), orderNo: item?.orderNo, tradeNo: item?.transaction_id },
      ...{ goodsId: item?.goodsId, type: item?.type },
    });
    expect(Object.values(second?.params ?? {}).every((value) => typeof value === 'string')).toBe(true);
    expect(of('trade')).toHaveLength(2);
    expect(of('prize')).toEqual([]);
  });

  test('of each kind has the push’s own numbers: failed 3, sold out 2, given back', async () => {
    const hand = await hub.hand(machine);
    const order = await buy(hub, machine, { A11: 1 });
    await dispense(hub, machine, order);
    await hand.answer(await hand.command(1), 0, { dropped: false, error: 'Goods are Stuck' });
    await hub.settle();
    expect(fieldsOf('trade', 'deliverStatus').at(-1)).toEqual(['3']);
    hub.clock.advance(1);
    await hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status: 2 });
    await hub.settle();
    expect(fieldsOf('trade', 'refundStatus', 'refundFee', 'refundTime').at(-1)).toEqual(['2', '300', String(now())]);
    expect(new Set(of('trade').map(({ params }) => params.id)).size).toBe(1);
    await hand.close();
    await machine.virtual.connect();
    machine.virtual.restock('013', 0);
    await machine.virtual.sell('013', { payStyle: 'alipay', paymentId: 'ALI-1' });
    await until(async () => {
      await hub.settle();
      return of('trade').find(({ params }) => params.payStyle === '3');
    }, 'the sale of nothing');
    expect(fieldsOf('trade', 'deliverStatus', 'tradeNo').at(-1)).toEqual(['2', 'ALI-1']);
  });

  test('that is a prize goes to a URL of its own', async () => {
    await machine.virtual.sell('010', { payStyle: 'game', priceCents: 0 });
    await machine.virtual.sell('011', { payStyle: 'cash', priceCents: 300 });
    await until(async () => {
      await hub.settle();
      return of('prize').length > 0 && of('trade').length > 0;
    }, 'both');
    expect(fieldsOf('prize', 'payStyle', 'price', 'deliverStatus')).toEqual([['8', '0', '0']]);
    expect(fieldsOf('trade', 'payStyle', 'price')).toEqual([['4', '300']]);
  });

  test('paid in a way of the customer’s own has the number that it set, in pushes and lists', async () => {
    const styles = [
      ['custom-1', 'customPayOne', 31],
      ['custom-2', 'customPayTwo', 32],
      ['other', 'otherPay', 40],
    ] as const;
    await told.set(Object.fromEntries(styles.map(([, setting, number]) => [setting, number])));
    for (const [style, , number] of styles) {
      await hub.changeIntegration(hub.merchant.id, hub.integration.id, { settings: { payStyle: style } });
      await buy(hub, machine, { A11: 1 });
      await hub.settle();
      expect(fieldsOf('trade', 'payStyle').at(-1)).toEqual([String(number)]);
      const { list } = await told.client.tradeList({ assetId: machine.machineNo, payStyle: number });
      expect(list.map(({ payStyle }) => payStyle)).toEqual([String(number)]);
    }
    await hub.changeIntegration(hub.merchant.id, hub.integration.id, { settings: { payStyle: 'qrcode' } });
  });
});

describe('the state of a machine', () => {
  test('is told whole, whatever of it changed; what changes within a second is one push', async () => {
    const before = of('status').length;
    machine.virtual.changeCondition({ door: 'open', coins_1_yuan: 7 });
    machine.virtual.raiseFault('coin-changer.low-5-jiao');
    await until(async () => {
      const { rows } = await hub.hub.database.pool.query(
        "select from machine_conditions where machine_id = $1 and condition::text like '%low-5-jiao%'",
        [machine.id],
      );
      return rows.length > 0;
    }, 'the fault');
    await again(1);
    expect(of('status').slice(before)).toHaveLength(1);
    expect(of('status').at(-1)?.params).toMatchObject({
      ...{
        siteName: '启明国际大厦',
        lineName: '一号线',
        vmcOnline: 1,
        online: 0,
        doorState: 0,
        isSale: 1,
        coin5Count: 53,
        coin10Count: 7,
      },
      ...{ faultCode: [0, 0, 0, 0, 0, 0], fireware: '3.0.16', apps: [{ name: 'vending', version: '2.4.0' }] },
      vendingFault: [{ cid: machine.machineNo, pcode: '硬币器故障', ccode: '5角缺币' }],
      shelvesState: ['A11', 'A12', 'A13', 'A14'].map((shelvesId) => ({ cid: machine.machineNo, shelvesId, state: '0' })),
      temperState: [
        { cid: 'master', temperDetail: { engyOnT: '0:0', cryTemUL: 10, leftRmTem: 5, leftRmRef: 1, lampNorOp: 1, lampAut: 0 } },
      ],
      versions: [
        { name: 'master', type: '1', value: '339' },
        { name: 'master', type: '2', value: '35' },
      ],
    });
    await again(10);
    expect(of('status').slice(before)).toHaveLength(1);
  });

  test('is told when a shelf is sold out, since when, and when the machine is gone', async () => {
    const at = now();
    const order = await buy(hub, machine, { A11: 5 });
    await dispense(hub, machine, order);
    await machine.virtual.waitForDrops(5);
    await settled(hub);
    await again(1);
    const shelves = of('status').at(-1)?.params.shelvesState as { shelvesId: string }[];
    expect(shelves[0]).toEqual({ cid: machine.machineNo, shelvesId: 'A11', state: '1', soldoutTime: String(at) });
    expect(shelves[1]).toEqual({ cid: machine.machineNo, shelvesId: 'A12', state: '0' });
    await machine.virtual.disconnect();
    await until(async () => {
      hub.clock.advance(1);
      await hub.settle();
      return of('status').at(-1)?.params.online === 1;
    }, 'the machine to be told as gone');
    expect(of('status').at(-1)?.params).toMatchObject({ online: 1, isSale: 0 });
  });

  test('by its switches: the door the other way round, states as numbers', async () => {
    const before = of('status').length;
    await told.set({ invertDoor: true, numberShelfState: true });
    machine.virtual.changeCondition({ door: 'open' });
    await until(async () => {
      hub.clock.advance(1);
      await hub.settle();
      return of('status').length > before;
    }, 'the door');
    const { doorState, shelvesState } = of('status').at(-1)?.params ?? {};
    expect([doorState, ...(shelvesState as { state: unknown }[]).map(({ state }) => state)]).toEqual([1, 0, 0, 0, 0]);
    notByTable.add(told.integrationId);
  });
});

describe('a refill', () => {
  test('is told of with what every shelf and every way of paying sold since the last', async () => {
    const order = await buy(hub, machine, { A11: 2 });
    await dispense(hub, machine, order);
    await machine.virtual.waitForDrops(2);
    await settled(hub);
    const first = now();
    await refill('A11', 2);
    hub.clock.advance(100);
    await refill('A12', 1);
    expect(fieldsOf('refill', 'lastRefillTime', 'refillTime', 'siteNumber')).toEqual([
      [0, first, 'S-1'],
      [first, first + 100, 'S-1'],
    ]);
    const [settlement] = of('refill').map(
      ({ params }) => params as { shelfPaySales: { locationId: string }[]; paySales: unknown },
    );
    const { shelfPaySales = [], paySales } = settlement ?? {};
    expect(paySales).toEqual([
      { name: 'total', sales: 600, units: 2 },
      { name: 'cash', sales: 0, units: 0 },
      { name: 'cashless', sales: 600, units: 2 },
      { name: 'qrcodepay', sales: 600, units: 2 },
    ]);
    expect((shelfPaySales as { locationId: string }[]).find(({ locationId }) => locationId === 'A11')).toMatchObject({
      stock: 5,
      refillCount: 2,
      price: 300,
      paySales,
    });
  });

  test.each<[string, MallBehaviour]>([
    ['says FAIL', { kind: 'ok', body: '{"result":"FAIL"}' }],
    ['says nothing that is SUCCESS', { kind: 'ok', body: 'ok' }],
    ['is broken', { kind: 'status', status: 500 }],
    ['sends elsewhere', { kind: 'redirect' }],
    ['hangs up', { kind: 'reset' }],
  ])(
    'whose customer %s is told again, and is among the notices until it is taken; asking takes none away',
    async (_, behaviour) => {
      told.customer.behave(behaviour, 'refill');
      const at = [now()];
      await refill('A11');
      hub.clock.advance(10);
      at.push(now());
      await refill('A12');
      const notices = async () =>
        (await told.client.refillMessages({ assetId: machine.machineNo })).message.map(({ refillTime }) => refillTime);
      for (let n = 0; n < 3; n += 1) {
        expect(await notices()).toEqual(at);
        await again();
      }
      const attempts = of('refill').filter(({ params }) => params.refillTime === at[0]);
      expect(attempts.length).toBeGreaterThan(2);
      expect(nonces(attempts).size).toBe(attempts.length);
      // The second waits for the first: they come in their order.
      expect(of('refill').every(({ params }) => params.refillTime === at[0])).toBe(true);
      // biome-ignore lint/suspicious/noThenProperty: what a customer does afterwards is no promise
      told.customer.behave({ kind: 'first', times: 1, fail: { kind: 'ok' }, then: behaviour }, 'refill');
      await again(3_700);
      expect(await notices()).toEqual(at.slice(1));
      told.customer.behave({ kind: 'ok' }, 'refill');
      await again(3_700);
      expect(await notices()).toEqual([]);
      expect(of('refill').map(({ params }) => params.refillTime)).toContain(at[1]);
    },
  );
});

describe('a customer', () => {
  test.each<[string, MallBehaviour]>([
    ['refuses', { kind: 'status', status: 500 }],
    ['loses its answers', { kind: 'reset' }],
    ['is not there for hours', { kind: 'first', times: 8, fail: { kind: 'status', status: 503 } }],
  ])('that %s has what it missed, each trade in its order, each attempt with a nonce of its own', async (_, behaviour) => {
    const hand = await hub.hand(machine);
    told.customer.behave(behaviour, 'trade');
    const order = await buy(hub, machine, { A11: 1 });
    await dispense(hub, machine, order);
    await hub.settle();
    await hand.answer(await hand.command(1));
    for (let n = 0; n < 3; n += 1) {
      hub.clock.advance(400);
      await hand.sync();
      await hub.settle();
    }
    const missed = of('trade');
    expect(missed.every(({ params }) => params.deliverStatus === '-1')).toBe(true);
    told.customer.behave({ kind: 'ok' }, 'trade');
    for (let n = 0; n < 2; n += 1) {
      hub.clock.advance(4_000);
      await hub.settle();
    }
    expect(fieldsOf('trade', 'deliverStatus').slice(missed.length)).toEqual([['-1'], ['0']]);
    expect(nonces(of('trade')).size).toBe(of('trade').length);
    expect(new Set(of('trade').map(({ params }) => params.sign)).size).toBe(of('trade').length);
  });

  test('that hangs is told again, and holds up nothing else', async () => {
    told.customer.behave({ kind: 'hang' }, 'machine');
    const other = await hub.machine('spring', { connect: false });
    const about = () => told.pushed('machine').filter(({ params }) => params.assetId === other.machineNo);
    await until(() => about().length === 1, 'the first attempt');
    await buy(hub, machine, { A11: 1 });
    await until(() => of('trade').length === 1, 'the trade, while the other hangs');
    told.customer.behave({ kind: 'ok' }, 'machine');
    // Ten seconds by the real clock, and then as the schedule says.
    await hub.settle();
    hub.clock.advance(2);
    await hub.settle();
    expect(about().map(({ answered }) => answered)).toEqual(['hang', 'ok']);
    expect(nonces(about()).size).toBe(2);
  });

  test('without URLs is sent nothing, and asks as before', async () => {
    await told.set(Object.fromEntries(Object.keys(pushSettings(told.customer)).map((name) => [name, ''])));
    const before = told.customer.received.length;
    await buy(hub, machine, { A11: 1 });
    await refill();
    machine.virtual.changeCondition({ door: 'open' });
    await hub.machine('spring', { connect: false });
    await again(2);
    expect(told.customer.received).toHaveLength(before);
    const { rows } = await hub.hub.database.pool.query(
      "select from notifications where integration_id = $1 and state <> 'delivered'",
      [told.integrationId],
    );
    expect(rows).toEqual([]);
    expect((await told.client.tradeList({ assetId: machine.machineNo })).total).toBe('1');
    expect((await told.client.refillMessages({ assetId: machine.machineNo })).message).toHaveLength(1);
  });

  test('is told of its own merchant’s alone, and each of many customers with its own key', async () => {
    const [second, stranger] = [await addCustomer(hub), await addCustomer(hub, { tenant: await hub.tenant() })];
    try {
      await buy(hub, machine, { A11: 1 });
      await again(1);
      expect(of('trade')).toHaveLength(1);
      const theirs = second.pushed('trade');
      expect(theirs.map(({ params }) => params.id)).toEqual(of('trade').map(({ params }) => params.id));
      for (const push of second.customer.received) expectPush(push);
      expect(stranger.customer.received).toEqual([]);
    } finally {
      await Promise.all([second.close(), stranger.close()]);
      await hub.changeIntegration(hub.merchant.id, second.integrationId, { status: 'revoked' });
    }
  });

  test('beyond the twentieth of a merchant is told as well', async () => {
    const tenant = await hub.tenant();
    const many = await Promise.all(Array.from({ length: 22 }, () => addCustomer(hub, { tenant })));
    try {
      const theirs = await hub.machine('spring', { connect: false }, tenant);
      await hub.settle();
      for (const one of many) expect(one.pushed('machine').map(({ params }) => params.assetId)).toEqual([theirs.machineNo]);
    } finally {
      await Promise.all(many.map((one) => one.close()));
    }
  });
});
