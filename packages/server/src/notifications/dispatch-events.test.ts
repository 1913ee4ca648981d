import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DatabaseLog, silentLog } from '../database/log.ts';
import { Deferrals } from './deferrals.ts';
import { type Dispatched, type DispatchOptions, dispatchEvents } from './dispatch-events.ts';
import type { NotificationDraft } from './outbound-dialect.ts';
import { type Kit, notificationsKit } from './test-kit.ts';

let kit: Kit;
let deferrals: Deferrals;
beforeAll(async () => {
  kit = await notificationsKit();
});
beforeEach(async () => {
  await kit.clear();
  deferrals = new Deferrals();
});
afterAll(() => kit.close());

const dispatch = (options: Partial<DispatchOptions> = {}, limit = 100): Promise<Dispatched> =>
  dispatchEvents(
    { database: kit.database, clock: kit.clock, dialects: [kit.dialect], log: silentLog, deferrals, ...options },
    limit,
  );

const bodies = async (): Promise<string[]> =>
  (await kit.rows<{ body: string }>('select body from notifications order by id')).map(({ body }) => body);

function poison(isPoison: (eventId: number) => boolean): void {
  kit.dialect.render = async (event) => {
    if (isPoison(event.id)) throw new Error('cannot be rendered');
    return event.data.drafts as NotificationDraft[];
  };
}

it('makes notifications in the order of the events, and empties the outbox', async () => {
  for (const body of ['a', 'b', 'c'])
    await kit.tell({ body, url: 'https://example.com:8443/x?y', headers: { 'x-sign': 's' } }, 1);
  expect(await dispatch({}, 2)).toEqual({ events: 2, notifications: 2, busy: false });
  expect(await bodies()).toEqual(['a', 'b']);
  expect(await dispatch()).toEqual({ events: 1, notifications: 1, busy: false });
  expect(await dispatch()).toEqual({ events: 0, notifications: 0, busy: false });
  expect(await bodies()).toEqual(['a', 'b', 'c']);
  expect(await kit.rows('select * from outbox')).toEqual([]);
  expect(await kit.rows('select * from notifications limit 1')).toMatchObject([
    { state: 'waiting', endpoint: 'https://example.com:8443', headers: { 'x-sign': 's' }, order_id: 1, attempts: 0 },
  ]);
});

it('drops what nobody wants', async () => {
  await kit.tell();
  expect(await dispatch({ dialects: [] })).toEqual({ events: 1, notifications: 0, busy: false });
});

it('takes the same job key twice for one', async () => {
  await kit.tell({ jobKey: 'same', body: 'first' });
  await kit.tell({ jobKey: 'same', body: 'second' });
  expect(await dispatch()).toMatchObject({ events: 2, notifications: 1 });
  expect(await bodies()).toEqual(['first']);
});

it('leaves it to whoever is at it', async () => {
  await kit.tell();
  let inside: Dispatched | undefined;
  const slow = {
    ...kit.dialect,
    render: async () => {
      inside = await dispatch({ deferrals: new Deferrals() });
      return [];
    },
  };
  await dispatch({ dialects: [slow] });
  expect(inside).toEqual({ events: 0, notifications: 0, busy: true });
});

it('holds back the rest of an order whose event cannot be rendered, and nothing else', async () => {
  const bad = await kit.tell({ body: 'bad' }, 1);
  await kit.tell({ body: 'after bad' }, 1);
  await kit.tell({ body: 'other' }, 2);
  let broken = true;
  poison((id) => broken && id === bad);
  expect(await dispatch()).toMatchObject({ events: 1 });
  expect(await dispatch()).toMatchObject({ events: 0 });
  broken = false;
  expect(await dispatch()).toMatchObject({ events: 0 });
  kit.clock.advance(1);
  while ((await dispatch()).events > 0);
  expect(await bodies()).toEqual(['other', 'bad', 'after bad']);
});

it('lets the order go on after about a minute, and goes on trying', async () => {
  const bad = await kit.tell({ body: 'bad' }, 1);
  await kit.tell({ body: 'after bad' }, 1);
  let broken = true;
  poison((id) => broken && id === bad);
  let seconds = 0;
  for (; (await bodies()).length === 0 && seconds < 300; seconds += 1) {
    await dispatch();
    kit.clock.advance(1);
  }
  expect(seconds).toBeGreaterThan(50);
  expect(seconds).toBeLessThan(90);
  broken = false;
  kit.clock.advance(300);
  await dispatch();
  expect(await bodies()).toEqual(['after bad', 'bad']);
});

it('is not starved by poisoned events', async () => {
  const bad = new Set([await kit.tell({}, 1), await kit.tell({}, 2), await kit.tell({}, 3)]);
  await kit.tell({ body: 'good' }, 4);
  poison((id) => bad.has(id));
  await dispatch({}, 2);
  await dispatch({}, 2);
  expect(await bodies()).toEqual(['good']);
});

it('keeps an event that cannot be written, says so, and writes the others', async () => {
  const said: object[] = [];
  const log: DatabaseLog = { ...silentLog, error: (fields) => said.push(fields) };
  const bad = await kit.tell({ integrationId: 999 }, 1);
  await kit.tell({ body: 'good' }, 2);
  expect(await dispatch({ log })).toMatchObject({ events: 1, notifications: 1 });
  expect(await bodies()).toEqual(['good']);
  expect(await kit.rows('select event_id from outbox')).toEqual([{ event_id: bad }]);
  expect(said).toMatchObject([{ eventId: bad, merchantId: kit.merchantId }]);
});

it('tells one dialect what another fails to render, and once only', async () => {
  await kit.tell({ body: 'told' }, 1);
  let broken = true;
  const failing = {
    dialect: 'failing',
    wants: kit.dialect.wants,
    render: async () => {
      if (broken) throw new Error('no');
      return [];
    },
  };
  await dispatch({ dialects: [failing, kit.dialect] });
  expect(await bodies()).toEqual(['told']);
  broken = false;
  kit.clock.advance(1);
  expect(await dispatch({ dialects: [failing, kit.dialect] })).toMatchObject({ events: 1, notifications: 0 });
});

it('does not wait for a renderer that hangs', async () => {
  await kit.tell({}, 1);
  const hanging = { ...kit.dialect, render: () => new Promise<never>(() => {}) };
  expect(await dispatch({ dialects: [hanging], renderTimeout: 20 })).toMatchObject({ events: 0 });
});
