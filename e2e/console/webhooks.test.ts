import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { place } from '../active-order/steps.ts';
import type { TestMachine } from '../support/index.ts';
import { type Delivery, make, openReceiver, rotate } from './integration-steps.ts';
import { type ConsoleHub, type Person, startConsoleHub } from './kit.ts';

let hub: ConsoleHub;
let owner: Person;
let machine: TestMachine;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let url: string;

beforeAll(async () => {
  hub = await startConsoleHub();
  catchUp();
  machine = await hub.machine('spring');
  receiver = await openReceiver();
  ({ url } = receiver);
});
afterAll(async () => {
  await receiver?.close();
  await hub?.stop();
});
beforeEach(async () => {
  receiver.received.length = 0;
  receiver.answer = 200;
  owner = await hub.person('owner');
});

/** The reference looks at the real time, and the hub's clock stands: its time is moved to now. */
function catchUp(): void {
  hub.clock.advance(Math.round((Date.now() - hub.clock.now().getTime()) / 1000));
}

async function sell(): Promise<number> {
  const order = await place(hub, machine, { A11: 1 });
  await hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status: 1 });
  await hub.settle();
  return order.id;
}

const of = (type: string) => receiver.received.map(({ body }) => JSON.parse(body)).filter((one) => one.type === type);

test('a sale is told in the Standard Webhooks form, which the reference package verifies', async () => {
  catchUp();
  const { id, told } = await make(owner, 'native', 'webhook', { settings: { url } });
  hub.hub.directory.forget();
  const orderId = await sell();
  expect(receiver.received.length).toBeGreaterThan(0);
  const reference = new Webhook(told.Secret ?? '');
  for (const { headers, body } of receiver.received) {
    expect(reference.verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => reference.verify(`${body} `, headers)).toThrow();
    expect(headers['webhook-id']).toMatch(/^evt_\d+$/);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  }
  expect(of('trade.created')[0]).toMatchObject({
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    data: { order_id: orderId, machine_no: machine.machineNo, slot: 'A11', quantity: 1, pay_status: 'paid' },
  });
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(ids.length);
  await owner.call('DELETE', `/integrations/${id}`);
  hub.hub.directory.forget();
});

test('an attempt that failed is made again with the same id and a new time, signed anew', async () => {
  catchUp();
  const { id, told } = await make(owner, 'native', 'webhook', { settings: { url, events: 'trade.created' } });
  hub.hub.directory.forget();
  receiver.answer = 500;
  await sell();
  expect(receiver.received).toHaveLength(1);
  receiver.answer = 200;
  hub.clock.advance(2);
  await hub.settle();
  const [first, second] = receiver.received;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body).toBe(first?.body);
  expect(Number(second?.headers['webhook-timestamp'])).toBeGreaterThan(Number(first?.headers['webhook-timestamp']));
  expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
  new Webhook(told.Secret ?? '').verify(second?.body ?? '', second?.headers ?? {});
  await owner.call('DELETE', `/integrations/${id}`);
  hub.hub.directory.forget();
});

test('while one secret takes the place of another both sign; then the new one alone', async () => {
  catchUp();
  const { id, told } = await make(owner, 'native', 'webhook', { settings: { url, events: 'trade.created' } });
  const { told: next } = await rotate(hub, owner, id, { overlap: 3_600 });
  await sell();
  const [old, fresh] = [new Webhook(told.Secret ?? ''), new Webhook(next.Secret ?? '')];
  const both = receiver.received[0] as Delivery;
  expect(both.headers['webhook-signature']?.split(' ')).toHaveLength(2);
  old.verify(both.body, both.headers);
  fresh.verify(both.body, both.headers);
  hub.clock.advance(3_600);
  await hub.settle();
  receiver.received.length = 0;
  await sell();
  const alone = receiver.received[0] as Delivery;
  expect(alone.headers['webhook-signature']?.split(' ')).toHaveLength(1);
  // The hub's clock is an hour ahead of the reference's by now, so that the time alone would refuse it.
  const sign = (secret: Webhook) =>
    secret.sign(alone.headers['webhook-id'] ?? '', new Date(Number(alone.headers['webhook-timestamp']) * 1000), alone.body);
  expect(alone.headers['webhook-signature']).toBe(sign(fresh));
  expect(alone.headers['webhook-signature']).not.toBe(sign(old));
  await owner.call('DELETE', `/integrations/${id}`);
  hub.hub.directory.forget();
});

test('only the types that are wanted are told, of this merchant alone; a machine and a fault among them', async () => {
  const { id } = await make(owner, 'native', 'webhook', {
    settings: { url, events: 'machine.created,slot.fault,goods.changed' },
  });
  hub.hub.directory.forget();
  const other = await hub.tenant();
  await hub.machine('spring', {}, other);
  const fresh = await hub.machine('spring');
  await hub.settle();
  await sell();
  expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(['machine.created']);
  expect(of('machine.created')[0].data).toMatchObject({ machine_id: fresh.id, machine_no: fresh.machineNo });
  await owner.call('DELETE', `/integrations/${id}`);
  hub.hub.directory.forget();
});

test('an address that is none, and a type that nobody tells, are refused before they are kept', async () => {
  const tried = (settings: object) =>
    owner.call('POST', '/integrations', { dialect: 'native', role: 'webhook', name: 'Hook', settings });
  expect((await tried({ url: 'ftp://x' })).status).toBe(400);
  expect((await tried({ url: 'http://user:pass@x/' })).status).toBe(400);
  const url = 'https://hook.example/';
  expect((await tried({ url, events: 'trade.created,order.invented' })).status).toBe(400);
  expect((await tried({ url, unknown: 'x' })).status).toBe(400);
  expect(await tried({})).toMatchObject({ status: 400, body: { error: { field: 'url' } } });
  const { id } = (await tried({ url })).body;
  const emptied = await owner.call('PATCH', `/integrations/${id}`, { settings: { url: null } });
  expect(emptied).toMatchObject({ status: 400, body: { error: { field: 'url' } } });
});
