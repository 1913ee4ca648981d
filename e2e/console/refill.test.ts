import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { placeMachine } from '../../packages/server/src/ledger/places/place-machine.ts';
import { putLine } from '../../packages/server/src/ledger/places/put-line.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { buy, dispense } from '../active-order/steps.ts';
import { type TestMachine, until } from '../support/index.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

let hub: ConsoleHub;
let operator: Person;
let machine: TestMachine;
let other: TestMachine;
beforeAll(async () => {
  hub = await startConsoleHub();
  operator = await hub.person('operator');
});
afterAll(() => hub?.stop());
beforeEach(async () => {
  machine = await hub.machine('spring', { connect: false });
  other = await hub.machine('spring', { connect: false, slots: 2 });
});

let keys = 0;
function newKey(): string {
  keys += 1;
  return `visit-by-phone-${keys}`;
}

/** As a line of a visit names them. */
async function slotsOf({ id }: TestMachine): Promise<{ slot_id: number; product_id: number }[]> {
  const { body } = await operator.call('GET', `/machines/${id}/refill-plan`);
  return body.cabinets.flatMap(({ slots }: { slots: { id: number; product_id: number }[] }) =>
    slots.map((slot) => ({ slot_id: slot.id, product_id: slot.product_id })),
  );
}

const visitOf = (lines: unknown, key: unknown = newKey()) => ({ key, begun_at: hub.clock.now().toISOString(), lines });

describe('the plan', () => {
  test('tells what each machine lacks, is filtered and paged; the machine itself tells it slot by slot', async () => {
    const { status, body } = await operator.call('GET', `/refill-plan?machines=${machine.id},${other.id}`);
    expect(status).toBe(200);
    expect(body.total).toBe(2);
    expect(body.items.map(({ id, wanted, wanted_goods }: never) => [id, wanted, wanted_goods])).toEqual([
      [machine.id, 20, 4],
      [other.id, 10, 2],
    ]);
    const enough = await operator.call('GET', `/refill-plan?machines=${machine.id}&enough_for_days=5`);
    expect(enough.body.items[0].wanted).toBe(0);
    expect((await operator.call('GET', `/refill-plan?search=${other.machineNo}`)).body.items).toHaveLength(1);
    expect((await operator.call('GET', `/refill-plan?machines=${machine.id},${other.id}&limit=1&offset=1`)).body).toMatchObject({
      items: [{ id: other.id }],
      total: 2,
    });
    const { body: one } = await operator.call('GET', `/machines/${machine.id}/refill-plan`);
    expect(one).toMatchObject({ machine_no: machine.machineNo, since_refill: { units: 0, amount_cents: 0 }, wanted: 20 });
    expect(one.cabinets[0].slots[0]).toMatchObject({ capacity: 10, on_hand: 5, for_sale: 5, wanted: 5, need: 'some', span: 1 });
  });

  test('says of a machine without goods that it has none, under filters that can be read', async () => {
    const slots = [{ name: 'A11', code: '010', x: 1, y: 0, capacity: 10, onHand: 0 }];
    const bare = await hub.machine('spring', { connect: false, cabinets: [{ name: 'A', addr: 1, drive: 'spring', slots }] });
    const page = await hub.page(operator, '/refill');
    const row = page.getByRole('row', { name: bare.machineNo });
    await row.getByText('没有商品在售').waitFor();
    await shot(page, 'plan-bare-zh');
    expect(await row.getByText('无需补货').count()).toBe(0);
    const isWhole = (label: { scrollWidth: number; clientWidth: number }) => label.scrollWidth <= label.clientWidth;
    for (const label of await page.locator('.ant-segmented-item-label').all()) expect(await label.evaluate(isWhole)).toBe(true);
    await page.context().close();
  });

  test('of lines and sites', async () => {
    const merchantId = hub.merchant.id;
    await putLine(hub.ledger, { merchantId, name: '北线' });
    const siteId = await putSite(hub.ledger, { merchantId, number: `s${keys}`, name: '火车站', line: '北线' });
    const placing = { merchantId, machineNo: other.machineNo, siteNumber: `s${keys}`, cause: { by: 'test' } };
    await placeMachine(hub.ledger, placing);
    const { body: places } = await operator.call('GET', '/refill-places');
    expect(places).toEqual({
      lines: [{ id: expect.any(Number), name: '北线', machines: 1 }],
      sites: [{ id: siteId, name: '火车站', line_id: places.lines[0].id, machines: 1 }],
    });
    for (const filter of [`site=${siteId}`, `line=${places.lines[0].id}`]) {
      const { body } = await operator.call('GET', `/refill-plan?${filter}`);
      expect(body.items.map(({ id, site_name }: never) => [id, site_name])).toEqual([[other.id, '火车站']]);
    }
    const scoped = await hub.person('refiller', { scope: { machineIds: [machine.id], lineIds: [] } });
    expect((await scoped.call('GET', '/refill-places')).body).toEqual({ lines: [], sites: [] });
  });

  test.each([
    ['/refill-plan?limit=30', 'limit'],
    ['/refill-plan?horizon_days=0', 'horizon_days'],
    ['/refill-plan?machines=1;2', 'machines'],
    ['/refill-plan?urgency=no', 'urgency'],
    ['/refill-plan?sort=name', 'sort'],
    ['/pick-list', 'machines'],
    ['/pick-list?machines=', 'machines'],
  ])('%s is refused, and %s named', async (path, field) => {
    const { status, text } = await operator.call('GET', path);
    expect(status).toBe(400);
    expect(text).toContain(field);
  });

  test('becomes a pick list, by goods and by machine', async () => {
    const { body } = await operator.call('GET', `/pick-list?machines=${other.id},${machine.id}`);
    expect(body.machines.map(({ id, slots }: { id: number; slots: unknown[] }) => [id, slots.length])).toEqual([
      [other.id, 2],
      [machine.id, 4],
    ]);
    expect(body.wanted).toBe(30);
    expect(body.goods.reduce((sum: number, { wanted }: { wanted: number }) => sum + wanted, 0)).toBe(30);
    expect(body.goods[0]).toMatchObject({ wanted: 10, machines: 2 });
  });
});

describe('a visit', () => {
  test('is recorded whole, in the audit too, and listed; told again it is done once, and told otherwise refused', async () => {
    const [a, b] = await slotsOf(machine);
    const refiller = await hub.person('refiller');
    const visit = visitOf([
      { ...a, counted: 4, taken_out: [{ quantity: 1, reason: 'expired', note: '五月' }], added: 'full' },
      { ...b, added: 2 },
    ]);
    const path = `/machines/${machine.id}/visits`;
    const first = await refiller.call('POST', path, visit);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      is_new: true,
      settles: true,
      visit: { visitor: refiller.login, refill_id: expect.any(Number) },
    });
    expect(first.body.visit.slots.map(({ before, counted, added, on_hand }: never) => [before, counted, added, on_hand])).toEqual(
      [
        [5, 4, 7, 10],
        [5, null, 2, 7],
      ],
    );
    expect((await refiller.call('POST', path, visit)).body).toEqual({ ...first.body, is_new: false });
    const differs = await refiller.call('POST', path, { ...visit, lines: [{ ...a, added: 1 }] });
    expect([differs.status, differs.body.error.code]).toEqual([409, 'visit.differs']);
    await hub.settle();
    const { body: listed } = await operator.call('GET', `${path}?limit=1`);
    expect(listed).toMatchObject({
      items: [{ id: first.body.visit.id, settlement: { previous_at: null, units: 0, amount_cents: 0 } }],
      next_cursor: null,
    });
    const owner = await hub.person('owner');
    const { body: audit } = await owner.call('GET', `/audit?subject=machine ${machine.id}`);
    expect(audit.items.map(({ who, action }: never) => [who, action])[1]).toEqual([
      refiller.login,
      'POST /v1/machines/{machine}/visits',
    ]);
    expect(audit.items[1].after).toMatchObject({ id: first.body.visit.id });
  });

  test('told late takes off what was sold since it ended', async () => {
    const sold = await hub.machine('spring', { onHand: 6 });
    const [a] = await slotsOf(sold);
    const { as_of: endedAt } = (await operator.call('GET', `/machines/${sold.id}/refill-plan`)).body;
    hub.clock.advance(120);
    await sold.beat();
    await dispense(hub, sold, await buy(hub, sold, { A11: 1 }));
    await until(async () => (await sold.product('A11')).onHand === 5, 'it to drop');
    const visit = { ...visitOf([{ ...a, added: 'full' }]), ended_at: endedAt };
    const { body } = await operator.call('POST', `/machines/${sold.id}/visits`, visit);
    expect(body.visit.slots).toMatchObject([{ before: 5, added: 4, on_hand: 9 }]);
  });

  test('that adds nothing settles nothing, and says so', async () => {
    const [a] = await slotsOf(machine);
    const { body } = await operator.call('POST', `/machines/${machine.id}/visits`, visitOf([{ ...a, counted: 3 }]));
    expect(body).toMatchObject({ is_new: true, settles: false, visit: { refill_id: null } });
    await hub.settle();
    const { body: listed } = await operator.call('GET', `/machines/${machine.id}/visits`);
    expect(listed.items).toMatchObject([{ settlement: null }]);
  });

  test('what cannot be is refused with the field or the slot named, and nothing is done', async () => {
    const [a, b] = await slotsOf(machine);
    const [foreign] = await slotsOf(other);
    const fine = { slot_id: 0, product_id: 0, ...a, added: 1 };
    const cases: [unknown, number, string, string][] = [
      [visitOf([fine, { ...b, added: 99 }]), 409, 'slot.over-capacity', '99'],
      [visitOf([fine, { ...foreign, added: 1 }]), 404, 'slot.unknown', String(foreign?.slot_id)],
      [visitOf([fine, { ...b, taken_out: [{ quantity: 6, reason: 'spoiled' }] }]), 400, 'request.invalid', 'taken_out'],
      [visitOf([fine, fine]), 400, 'request.invalid', 'lines[1].slot_id'],
      [visitOf([fine, { ...b }]), 400, 'request.invalid', 'lines[1]'],
      [visitOf([fine], 'short'), 400, 'request.field', 'key'],
      [visitOf([fine], 'has spaces in it'), 400, 'request.invalid', 'key'],
      [visitOf([]), 400, 'request.field', 'lines'],
      [visitOf([{ ...fine, counted: -1 }]), 400, 'request.invalid', 'lines[0].counted'],
      [visitOf([{ ...fine, added: 'some' }]), 400, 'request.field', 'lines.0.added'],
      [visitOf([{ ...fine, taken_out: [{ quantity: 1, reason: 'eaten' }] }]), 400, 'request.field', 'lines.0.taken_out.0.reason'],
      [visitOf([{ slot_id: a?.slot_id, added: 1 }]), 400, 'request.field', 'lines.0.product_id'],
      [visitOf([fine, { ...b, product_id: fine.product_id, added: 1 }]), 409, 'planogram.stale', 'A12'],
      [visitOf([{ ...fine, price: 1 }]), 400, 'request.field', 'lines.0.price'],
      [{ ...visitOf([fine]), begun_at: 'yesterday' }, 400, 'request.field', 'begun_at'],
      [{ ...visitOf([fine]), ended_at: 5 }, 400, 'request.field', 'ended_at'],
      // A leap second is no time that anything can be reckoned with.
      [{ ...visitOf([fine]), ended_at: '2025-05-31T23:59:60Z' }, 400, 'request.field', 'ended_at'],
    ];
    for (const [body, status, code, named] of cases) {
      const answer = await operator.call('POST', `/machines/${machine.id}/visits`, body);
      expect([answer.status, answer.body.error.code], JSON.stringify(body)).toEqual([status, code]);
      expect(answer.text).toContain(named);
    }
    const { body } = await operator.call('GET', `/machines/${machine.id}/refill-plan`);
    expect(body.cabinets[0].slots.map(({ on_hand }: { on_hand: number }) => on_hand)).toEqual([5, 5, 5, 5]);
    expect((await operator.call('GET', `/machines/${machine.id}/visits`)).body.items).toEqual([]);
  });
});

describe('who may', () => {
  test('a refiller sees and touches their own machines alone', async () => {
    const [a] = await slotsOf(other);
    const refiller = await hub.person('refiller', { scope: { machineIds: [machine.id], lineIds: [] } });
    const { body: plan } = await refiller.call('GET', '/refill-plan');
    expect(plan.items.map(({ id }: { id: number }) => id)).toEqual([machine.id]);
    expect((await refiller.call('GET', `/refill-plan?machines=${other.id}`)).body).toEqual({ items: [], total: 0 });
    const { body: list } = await refiller.call('GET', `/pick-list?machines=${other.id},${machine.id}`);
    expect(list.machines.map(({ id }: { id: number }) => id)).toEqual([machine.id]);
    for (const [method, path, body] of [
      ['GET', `/machines/${other.id}/refill-plan`, undefined],
      ['GET', `/machines/${other.id}/visits`, undefined],
      ['POST', `/machines/${other.id}/visits`, visitOf([{ ...a, added: 1 }])],
    ] as const) {
      const answer = await refiller.call(method, path, body);
      expect([answer.status, answer.body.error.code], path).toEqual([404, 'machine.unknown']);
    }
  });

  test('another merchant’s people find nothing of it', async () => {
    const [a] = await slotsOf(machine);
    const stranger = await hub.person('owner', { tenant: await hub.tenant() });
    expect((await stranger.call('GET', `/refill-plan?machines=${machine.id}`)).body.total).toBe(0);
    expect((await stranger.call('GET', `/pick-list?machines=${machine.id}`)).body.machines).toEqual([]);
    expect((await stranger.call('GET', `/machines/${machine.id}/refill-plan`)).status).toBe(404);
    expect((await stranger.call('GET', `/machines/${machine.id}/visits`)).body.items ?? []).toEqual([]);
    const visit = await stranger.call('POST', `/machines/${machine.id}/visits`, visitOf([{ ...a, added: 1 }]));
    expect(visit.body.error.code).toBe('machine.unknown');
  });

  test('who only looks records nothing, and nobody without a session sees anything', async () => {
    const [a] = await slotsOf(machine);
    const path = `/machines/${machine.id}/visits`;
    for (const role of ['viewer', 'finance'] as const) {
      const person = await hub.person(role);
      expect((await person.call('GET', '/refill-plan')).status).toBe(200);
      const answer = await person.call('POST', path, visitOf([{ ...a, added: 1 }]));
      expect([answer.status, answer.body.error.code]).toEqual([403, 'permission.denied']);
    }
    for (const one of ['/refill-plan', '/refill-places', '/pick-list?machines=1', path]) {
      expect((await fetch(`${hub.url}/v1${one}`)).status, one).toBe(401);
    }
  });
});
