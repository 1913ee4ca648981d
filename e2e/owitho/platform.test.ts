import { encodeEnvelope, type OrderNoticeData } from '@polyvend/protocols/owitho';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import { rawRequest, startTestHub, type TestHub, until } from '../support/index.ts';
import { machineOf, type OrderView, openSeller, type Seller, slot } from './seller.ts';

// What lies in a third party's machines, sold by us: a real third party at the other end of the wire.

let hub: TestHub;
let seller: Seller;

beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  seller = await openSeller(hub);
});
afterEach(async () => {
  await seller.third.close();
  expect(await conservationProblems(hub.ledger)).toEqual([]);
});
afterAll(async () => {
  await hub?.stop();
});

const states = (order: OrderView): string[] => order.units.map(({ state }: { state: string }) => state);
const calledWith = (path: string) => seller.third.received.filter((call) => call.path === path);
const notices = () => calledWith('/order/notice').map(({ data }) => data as OrderNoticeData);
/** The third party as itself, whatever its client would do. */
async function asThird(path: string, data: object): Promise<{ code: string; msg: string }> {
  const { accessToken } = await seller.third.client.getAccessToken();
  const body = encodeEnvelope(data, { appId: seller.appId, tokens: [accessToken], utc: hub.clock.now().getTime() });
  return (await rawRequest(`${hub.url}${path}`, { body })).body;
}
const lostAnswers = { loseRequest: 0, loseAnswer: 1, repeat: 0, delay: 0, delayMs: [1, 2] } as const;
const viewIdOf = () => notices().at(-1)?.orderViewId ?? '';

test('ordered by goods, split to the cent, paid, told, dispensed, called back', async () => {
  await seller.third.syncSkus();
  await seller.third.syncMachines();
  const placed = await seller.place({ integration: seller.id, items: [{ goods: 'cola', quantity: 3 }], discount_cents: 100 });
  expect(placed).toMatchObject({ state: 'unpaid', original_cents: 600, amount_cents: 500, dispensing: null });
  expect(placed.units.map(({ price_cents }: { price_cents: number }) => price_cents)).toEqual([167, 167, 166]);
  await hub.settle();
  expect(notices()).toEqual([]);
  await seller.pay(placed);
  const order = await seller.ended(placed.id);
  expect(order).toMatchObject({ state: 'paid', dispensing: 'done', refunded_cents: 0, conflicts: [] });
  expect(states(order)).toEqual(['dispensed', 'dispensed', 'dispensed']);
  expect(seller.third.drops).toHaveLength(3);
  expect(notices()).toMatchObject([
    {
      ...{ machineCode: 'M1', containerCode: '', discountMoney: '1.00', originAmount: '6.00', actualAmount: '5.00' },
      ...{ payStatus: 1, refundStatus: 0, payMethod: 2, payCompleteTime: hub.clock.now().getTime() },
      orderDetailList: [
        { skuCode: 'cola', slotNum: '01', quantity: 2, originalPrice: '2.00', actualPrice: '1.67' },
        { skuCode: 'cola', slotNum: '01', quantity: 1, originalPrice: '2.00', actualPrice: '1.66' },
      ],
    },
  ]);
  expect(calledWith('/order/query')).toEqual([]);
});

test('what failed is paid back, each unit by its own price', async () => {
  seller.third.script([{ units: ['drop', 'jam', 'fail'] }]);
  const { id } = await seller.buy({ items: [{ slot: '01', quantity: 3 }], discount_cents: 100 });
  const order = await seller.ended(id);
  expect(states(order).toSorted()).toEqual(['dispensed', 'failed', 'failed']);
  const lost = order.units.filter(({ refunded }: { refunded: boolean }) => refunded);
  expect(lost).toHaveLength(2);
  expect(order.refunded_cents).toBe(lost.reduce((sum: number, unit: { price_cents: number }) => sum + unit.price_cents, 0));
  expect(order.refunded_cents + order.units.find(({ state }: { state: string }) => state === 'dispensed').price_cents).toBe(500);
  // The jammed slot is known before the next sale.
  const next = await seller.place({ integration: seller.id, items: [{ goods: 'cola', quantity: 1 }] });
  expect(next.units[0].slot).toBe('02');
});

test('no callback: asked after a minute of silence, and it has the answer of the query', async () => {
  seller.third.script([{ units: ['drop', 'fail'], callback: 'never' }]);
  const { id } = await seller.buy({ items: [{ slot: '03', quantity: 2 }] });
  await until(() => seller.third.outcome(viewIdOf())?.outStatus === 300, 'the order to end there');
  hub.clock.advance(59);
  await hub.settle();
  expect(calledWith('/order/query')).toEqual([]);
  hub.clock.advance(1);
  const order = await seller.ended(id);
  expect(calledWith('/order/query')).toHaveLength(1);
  expect(order).toMatchObject({ dispensing: 'done', refunded_cents: 350 });
});

test('while it is under way the query decides what is decided, with longer pauses', async () => {
  seller.third.behave({ dispenseMs: [400, 400] });
  const { id } = await seller.buy({ items: [{ slot: '01', quantity: 2 }] });
  // The second may have fallen as well, where what came before took long.
  await until(() => seller.third.drops.length > 0, 'the first to fall');
  hub.clock.advance(60);
  await hub.settle();
  expect(states(await seller.show(id)).toSorted()[0]).toBe('dispensed');
  expect(states(await seller.ended(id))).toEqual(['dispensed', 'dispensed']);
});

test('a callback twice, late, and again: heard, and nothing more', async () => {
  seller.third.script([{ callback: 'twice' }]);
  const { id } = await seller.buy({ items: [{ slot: '01', quantity: 1 }] });
  await seller.ended(id);
  // One that is refused is sent again: each of the two has to be accepted in the end.
  await until(() => seller.third.callbacks.filter(({ accepted }) => accepted).length === 2, 'both callbacks to be accepted');
  const detail = { slotNum: '01', skuCode: 'cola', status: 200 };
  const again = await asThird('/order/callback', { orderViewId: viewIdOf(), outStatus: 200, outDetailList: [detail] });
  expect(again).toMatchObject({ code: '200' });
  expect(await seller.show(id)).toMatchObject({ dispensing: 'done', refunded_cents: 0, conflicts: [] });
});

test('a callback that contradicts what a query said is kept as a conflict, and changes nothing', async () => {
  seller.third.script([{ callback: 'never' }]);
  const { id } = await seller.buy({ items: [{ slot: '01', quantity: 2 }] });
  await until(() => seller.third.drops.length === 2, 'both to fall');
  hub.clock.advance(60);
  await seller.ended(id);
  const failed = { slotNum: '01', skuCode: 'cola', status: 400 };
  const late = { orderViewId: viewIdOf(), outStatus: 400, outDetailList: [failed, failed] };
  expect(await asThird('/order/callback', late)).toMatchObject({ code: '200' });
  expect(await asThird('/order/callback', late)).toMatchObject({ code: '200' });
  const order = await seller.show(id);
  expect(order).toMatchObject({ dispensing: 'done', refunded_cents: 0, conflicts: [{ source: 'callback' }] });
  expect(states(order)).toEqual(['dispensed', 'dispensed']);
});

test('a notice that is refused for ten minutes is then asked about; unknown there, it is cancelled and paid back', async () => {
  seller.third.script([{ refuse: true }]);
  const { id } = await seller.buy({ items: [{ slot: '01', quantity: 2 }], discount_cents: 50 });
  expect(await seller.show(id)).toMatchObject({ dispensing: 'sent' });
  const order = await seller.ended(id, 20);
  const [notice, query] = ['/order/notice', '/order/query'].map((path) => calledWith(path).map(({ at }) => at.getTime() / 1000));
  const began = notice?.[0] ?? 0;
  expect(notice?.length).toBeGreaterThan(3);
  expect(notice?.at(-1)).toBeLessThan(began + 600);
  // What was sent last may still be on its way: it is asked a minute later.
  expect(query?.[0]).toBeGreaterThanOrEqual((notice?.at(-1) ?? 0) + 60);
  expect(query?.[0]).toBeGreaterThan(began + 300);
  expect(new Set(notices().map(({ orderViewId }) => orderViewId)).size).toBe(1);
  expect(order).toMatchObject({ state: 'refunded', dispensing: 'cancelled', reason: 'unknown-there', refunded_cents: 350 });
  // One 40000 may be a fault that passes.
  expect(calledWith('/order/query').length).toBeGreaterThanOrEqual(3);
  expect(seller.third.drops).toEqual([]);
});

test('a third party that is away: not one can falls after ten minutes', async () => {
  const { id } = await seller.place({ integration: seller.id, items: [{ slot: '01', quantity: 1 }] });
  await seller.third.close();
  await seller.pay({ id });
  for (let passed = 0; passed < 720; passed += 30) {
    hub.clock.advance(30);
    await hub.settle();
  }
  expect(await seller.show(id)).toMatchObject({ dispensing: 'unsure', refunded_cents: 0 });
});

test('answers that are lost: told again, dispensed once', async () => {
  seller.third.behave({ answers: lostAnswers });
  const placed = await seller.program.call('POST', '/v1/orders', {
    ...{ machine: 'M1', integration: seller.id, idempotency_key: 'lost-1' },
    items: [{ slot: '01', quantity: 1 }],
  });
  // Nothing is known of its stock: nothing is sold.
  expect(placed.status).toBe(404);
  await seller.third.syncMachines();
  const order = await seller.pay(await seller.place({ items: [{ slot: '01', quantity: 1 }], integration: seller.id }));
  await hub.settle();
  expect(await seller.show(order.id)).toMatchObject({ dispensing: expect.stringMatching(/sent|accepted|done/) });
  hub.clock.advance(2);
  await hub.settle();
  seller.third.behave({ answers: { ...lostAnswers, loseAnswer: 0 } });
  const ended = await seller.ended(order.id, 1);
  expect(states(ended)).toEqual(['dispensed']);
  expect(notices().length).toBeGreaterThan(1);
  expect(seller.third.drops).toHaveLength(1);
});

test('the same key is the same order; with another order behind it, it is refused', async () => {
  // So that nothing hangs on whether it is heard within 3 s what is there.
  await seller.third.syncMachines();
  const wanted = { machine: 'M1', integration: seller.id, items: [{ goods: 'cola', quantity: 7 }] };
  const call = (body: object, headers?: string) =>
    rawRequest(`${hub.url}/v1/orders`, {
      headers: { authorization: `Bearer ${seller.program.token}`, ...(headers !== undefined && { 'idempotency-key': headers }) },
      body: JSON.stringify(body),
    });
  const answers = await Promise.all(Array.from({ length: 8 }, () => call(wanted, 'same-1')));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect((await call({ ...wanted, idempotency_key: 'same-1' })).body.id).toBe(answers[0]?.body.id);
  for (const other of [
    { items: [{ goods: 'cola', quantity: 6 }] },
    { discount_cents: 1 },
    { machine: 'M2' },
    { items: [{ goods: 'tea', quantity: 7 }] },
  ]) {
    expect(await call({ ...wanted, ...other }, 'same-1')).toMatchObject({
      status: 409,
      body: { error: { code: 'order.differs' } },
    });
  }
  const { id } = answers[0]?.body ?? {};
  await Promise.all([seller.pay({ id }), seller.pay({ id }), seller.pay({ id })]);
  await seller.ended(id);
  expect(await seller.pay({ id })).toMatchObject({ dispensing: 'done' });
  expect(seller.third.drops).toHaveLength(7);
});

test('what is wrong is refused, by the name of the field', async () => {
  const refusal = async (body: unknown) => (await seller.program.call('POST', '/v1/orders', body)).body.error;
  const right = { machine: 'M1', integration: seller.id, idempotency_key: 'w', items: [{ slot: '01', quantity: 1 }] };
  for (const [change, field] of [
    [{ idempotency_key: undefined }, 'idempotency_key'],
    [{ machine: undefined }, 'machine'],
    [{ items: [] }, 'items'],
    [{ items: [{ quantity: 1 }] }, 'items[0].slot'],
    [{ items: [right.items[0], { slot: '02', quantity: 0 }] }, 'items[1].quantity'],
    [{ discount_cents: -1 }, 'discount_cents'],
    [{ integration: 'x' }, 'integration'],
  ] as const) {
    expect(await refusal({ ...right, ...change })).toMatchObject({ code: 'request.field', field });
  }
  expect(await refusal([])).toMatchObject({ field: 'body' });
  for (const [change, code] of [
    [{ machine: 'M9' }, 'machine.unknown'],
    [{ integration: hub.integration.id }, 'machine.unknown'],
    [{ items: [{ slot: '99', quantity: 1 }] }, 'slot.unknown'],
    [{ items: [{ goods: 'beer', quantity: 1 }] }, 'product.unknown'],
    [{ items: [{ slot: '01', goods: 'tea', quantity: 1 }] }, 'product.unknown'],
    [{ items: [{ slot: '01', quantity: 6 }] }, 'stock.insufficient'],
    [{ container: 'c9' }, 'cabinet.unknown'],
    [{ discount_cents: 201 }, 'request.invalid'],
  ] as const) {
    expect(await refusal({ ...right, ...change })).toMatchObject({ code });
  }
  seller.third.setStatus('M1', 20);
  expect(await refusal(right)).toMatchObject({ code: 'machine.offline' });
  seller.third.setStatus('M1', 30);
  expect(await refusal(right)).toMatchObject({ code: 'machine.not-operational' });
  for (const id of ['0', '999999', 'x', '99999999999999999999']) {
    expect((await seller.program.call('GET', `/v1/orders/${id}`)).status).toBe(404);
    expect((await seller.program.call('POST', `/v1/orders/${id}/pay`)).status).toBe(404);
  }
});

// Regression: a payment of which nothing is told was refused as no JSON.
test('an order is paid without a word of how', async () => {
  await seller.third.syncMachines();
  const order = await seller.place({ integration: seller.id, items: [{ slot: '01', quantity: 1 }] });
  expect((await seller.program.call('POST', `/v1/orders/${order.id}/pay`)).body).toMatchObject({ id: order.id, state: 'paid' });
});

test('without a fresh word of the stock nothing is sold', async () => {
  await seller.third.syncMachines();
  await seller.third.close();
  const wanted = { machine: 'M1', integration: seller.id, items: [{ slot: '01', quantity: 1 }] };
  expect((await seller.program.call('POST', '/v1/orders', { ...wanted, idempotency_key: 'fresh-1' })).status).toBe(200);
  hub.clock.advance(61);
  const stale = await seller.program.call('POST', '/v1/orders', { ...wanted, idempotency_key: 'fresh-2' });
  expect(stale).toMatchObject({ status: 409, body: { error: { code: 'stock.stale' } } });
});

test('products all or nothing; a layout replaces the container’s, and that one alone', async () => {
  const sku = {
    skuCode: 'x1',
    skuName: 'X',
    skuUnit: '瓶',
    skuSpec: '1l',
    originalPrice: '3.00',
    skuPic: 'https://pictures.example/x.png',
  };
  const goods = () =>
    hub.ledger.db
      .selectFrom('goods')
      .select(['number', 'name', 'price_cents'])
      .where('upstream_integration_id', '=', seller.id)
      .orderBy('number')
      .execute();
  expect(await asThird('/sku/sync', { skuList: [sku, { ...sku, skuCode: 'x2', originalPrice: 10.5 }] })).toMatchObject({
    code: '200',
  });
  expect((await goods()).map(({ number, price_cents }) => [number, price_cents])).toEqual([
    ['x1', 300],
    ['x2', 1050],
  ]);
  expect(
    await asThird('/sku/sync', {
      skuList: [
        { ...sku, skuCode: 'x3' },
        { ...sku, originalPrice: 'free' },
      ],
    }),
  ).toEqual({
    ...{ code: '40000', msg: expect.stringContaining('skuList[1].originalPrice'), data: '' },
  });
  expect(
    await asThird('/sku/sync', {
      skuList: [
        { ...sku, skuCode: 'x3' },
        { ...sku, skuCode: 'x3', skuName: 'Y' },
      ],
    }),
  ).toMatchObject({
    ...{ code: '50001', msg: expect.stringContaining('skuList[1].skuCode') },
  });
  expect(await goods()).toHaveLength(2);
  const slots = async () =>
    (
      await hub.ledger.db
        .selectFrom('slots as s')
        .innerJoin('machines as m', 'm.id', 's.machine_id')
        .innerJoin('cabinets as b', 'b.id', 's.cabinet_id')
        .select(['b.name', 's.code', 's.on_hand', 's.on_sale'])
        .where('m.upstream_integration_id', '=', seller.id)
        .orderBy('s.id')
        .execute()
    ).map(({ name, code, on_hand, on_sale }) => `${name}:${code} ${on_sale ? on_hand : '-'}`);
  const layout = { machineCode: 'M1', machineStatus: 10 };
  const row = (slotNum: string, currentInventory: number) => ({
    ...slot(slotNum, 'x1', 0),
    originalPrice: '3.00',
    actualPrice: '2.50',
    currentInventory,
  });
  const sync = (containerCode: string, ...slotList: object[]) => asThird('/machine/sync', { ...layout, containerCode, slotList });
  await sync('a', row('1', 4), row('2', 3));
  await sync('b', row('1', 2));
  expect(await slots()).toEqual(['a:1 4', 'a:2 3', 'b:1 2']);
  await sync('a', row('2', 1));
  expect(await slots()).toEqual(['a:1 -', 'a:2 1', 'b:1 2']);
  expect(await sync('a', row('2', 1), row('2', 1))).toMatchObject({
    code: '40000',
    msg: expect.stringContaining('slotList[1].slotNum'),
  });
});

test('a callback that does not fit the order is refused with 50002, one that is no callback with 40000', async () => {
  // Open until we say so, however long the calls take.
  seller.third.script([{ callback: 'never' }]);
  const { id } = await seller.buy({ items: [{ slot: '01', quantity: 2 }] });
  const orderViewId = viewIdOf();
  const fell = { slotNum: '01', skuCode: 'cola', status: 200 };
  const says = (outStatus: number, outDetailList: object[], view = orderViewId) =>
    asThird('/order/callback', { orderViewId: view, outStatus, outDetailList });
  const unfit = [
    await says(200, [fell]),
    await says(200, [fell, fell, fell]),
    await says(200, [fell, { ...fell, slotNum: '02' }]),
    await says(200, [fell, { ...fell, status: 400 }]),
    await says(200, [fell, fell], `${orderViewId}9`),
    await says(200, [fell, fell], 'XBL1'),
    await says(200, [fell, fell], `19990101000000${id}`),
  ];
  expect(unfit.map(({ code }) => code)).toEqual(Array(unfit.length).fill('50002'));
  const malformed = [await says(100, [fell, fell]), await says(300, [fell, { ...fell, status: 100 }]), await says(200, [])];
  expect(malformed.map(({ code }) => code)).toEqual(Array(3).fill('40000'));
  expect(states(await seller.show(id))).toEqual(['sent', 'sent']);
  // Another third party’s word on it is none.
  const other = await openSeller(hub, { machines: [machineOf('M2')] });
  await expect(
    other.third.client.orderCallback({ orderViewId, outStatus: 400, outDetailList: [{ ...fell, status: 400 }] }),
  ).rejects.toMatchObject({ code: 50002 });
  await other.third.close();
  expect(await says(200, [fell, fell])).toMatchObject({ code: '200' });
  await seller.ended(id);
});

test('signed with every token that is valid, and with the secret key where there is none', async () => {
  // Its own verification takes both; that the call arrives shows that it fits.
  await seller.place({ integration: seller.id, items: [{ slot: '01', quantity: 1 }] });
  await seller.third.client.getAccessToken();
  await seller.third.syncMachines();
  const order = await seller.buy({ items: [{ slot: '01', quantity: 1 }] });
  await seller.ended(order.id);
  expect(seller.third.received.every(({ code }) => code === 200)).toBe(true);
});
