import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integrationOf, newToken, tokenText } from '../../packages/server/src/dialects/native/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { permissionsOf, roles } from '../../packages/server/src/ledger/staff/roles.ts';
import { type ConsoleRoute, consoleRoutes } from './console-routes.ts';
import { type ApiAnswer, type ConsoleHub, callerOf, type Person, startConsoleHub } from './kit.ts';
import { openParty, type Party } from './party.ts';
import { sampleOf } from './sample-of.ts';

// Every route of the console's API, as it is declared, against every role, every wrong credential, others' ids, and whatever a body can be.

/** The same again: MATRIX_SEED. */
const seed = Number(process.env.MATRIX_SEED ?? Date.now() % 1_000_000);

let hub: ConsoleHub;
let own: Party;
let foreign: Party;
let owner: Person;

beforeAll(async () => {
  hub = await startConsoleHub();
  own = await openParty(hub, await hub.tenant());
  foreign = await openParty(hub, await hub.tenant());
  owner = await hub.person('owner', { tenant: own.tenant });
  await hub.settle();
});
afterAll(async () => {
  await Promise.all([own, foreign].map((party) => party?.close()));
  await hub?.stop();
});

const guarded = consoleRoutes.filter(({ needs }) => needs !== 'anyone');
/** Ends the session of whoever calls. */
const isSignOut = ({ method, path }: ConsoleRoute) => method === 'DELETE' && path === '/session';

const nobodys = '900000000000001';

/** With these ids in its path; a name that nobody gave an id for is a mistake of this test. */
function pathOf({ path, parameters }: ConsoleRoute, ids: Readonly<Record<string, string>> | undefined): string {
  return parameters.reduce((filled, name) => {
    const value = ids ? (ids[`${path.split('/')[1]} ${name}`] ?? ids[name]) : nobodys;
    if (value === undefined) throw new Error(`party.ts has no id for {${name}} of ${path}`);
    return filled.replace(`{${name}}`, encodeURIComponent(value));
  }, path);
}

/** The least that fits the shape: it gets as far as the operation. */
const bodyOf = ({ shape }: ConsoleRoute): unknown => (shape.body ? sampleOf(shape.body) : undefined);

const queryOf = ({ shape }: ConsoleRoute): string => {
  if (!shape.query) return '';
  const needed = sampleOf(shape.query) as Record<string, unknown>;
  const text = new URLSearchParams(Object.entries(needed).map(([name, one]): [string, string] => [name, String(one)]));
  return text.size > 0 ? `?${text}` : '';
};

const ask = (route: ConsoleRoute, person: Pick<Person, 'call'>, ids?: Party['ids'], body: unknown = bodyOf(route)) =>
  person.call(route.method, pathOf(route, ids) + queryOf(route), body);

const nameOf = ({ method, path }: ConsoleRoute) => `${method} ${path}`;

test('there are routes, and whatever changes something is audited', () => {
  expect(consoleRoutes.length).toBeGreaterThan(15);
  const unaudited = consoleRoutes.filter(({ method, changes }) => method !== 'GET' && !changes).map(nameOf);
  // Nobody is signed in yet, or nothing of the merchant's is changed.
  expect(unaudited.filter((name) => !readsByPost.includes(name))).toEqual([]);
});

/** POST, since what is asked does not fit an address; or before there is a session. */
const readsByPost = [
  'POST /session',
  'POST /setup',
  'POST /machines/{machine}/planogram/preview',
  'POST /machines/{machine}/planogram/copy/preview',
  'POST /integrations/{integration}/workbench',
];

describe('a role', () => {
  test.each(roles)('%s may do what its permissions say, and nothing else', async (role) => {
    const person = await hub.person(role, { tenant: own.tenant });
    for (const route of guarded.filter((one) => !isSignOut(one))) {
      const { status, body } = await ask(route, person);
      const may = route.needs === 'signed-in' || permissionsOf[role].includes(route.needs as never);
      if (may) expect({ route: nameOf(route), status }).not.toMatchObject({ status: 401 });
      if (may) expect({ route: nameOf(route), code: body?.error?.code }).not.toMatchObject({ code: 'permission.denied' });
      else
        expect({ route: nameOf(route), status, code: body?.error?.code }).toEqual({
          route: nameOf(route),
          status: 403,
          code: 'permission.denied',
        });
    }
  });
});

test('who may see some machines alone is refused what is of all of them, an owner too, and every machine but those', async () => {
  const other = await hub.machine('spring', {}, own.tenant);
  const scope = { machineIds: [other.id], lineIds: [] };
  const scoped = await hub.person('owner', { tenant: own.tenant, scope });
  const refused = guarded.filter(({ everyMachine }) => everyMachine);
  expect(refused.length).toBeGreaterThan(30);
  for (const route of refused) {
    const { status, body } = await ask(route, scoped, own.ids);
    expect({ route: nameOf(route), status, code: body?.error?.code }).toEqual({
      ...{ route: nameOf(route), status: 403, code: 'permission.denied' },
    });
  }
  // What names a machine answers of one that is not theirs as of one that is not there.
  for (const route of guarded.filter(({ parameters, everyMachine }) => parameters.includes('machine') && !everyMachine)) {
    const [theirs, none] = [await ask(route, scoped, own.ids), await ask(route, scoped)];
    expect({ route: nameOf(route), ...masked(theirs, own.ids) }).toEqual({ route: nameOf(route), ...masked(none, own.ids) });
  }
});

describe('who is nobody', () => {
  test('gets the same 401 everywhere: without a session, with an ended one, a revoked token, or another kind of secret', async () => {
    const ended = await hub.person('owner', { tenant: own.tenant });
    await ended.call('DELETE', '/session');
    for (const route of guarded) {
      const answers = await Promise.all([
        ask(route, { call: callerOf(hub.url, '') }),
        ask(route, ended),
        ask(route, withHeaders({ authorization: 'Bearer wrong' })),
        ask(route, withHeaders({ authorization: `Bearer pv_${'0'.repeat(16)}_${'a'.repeat(32)}` })),
        ask(route, withHeaders({ authorization: own.tenant.headers.AppSecret ?? 'x' })),
      ]);
      for (const { status, body } of answers) {
        expect({ route: nameOf(route), status, code: body?.error?.code }).toEqual({
          route: nameOf(route),
          status: 401,
          code: 'credentials.invalid',
        });
      }
    }
  });

  test('a browser’s cookie alone changes nothing: what another site sends lacks the token of our page', async () => {
    for (const route of guarded.filter(({ method }) => method !== 'GET')) {
      const forged = await owner.call(route.method, pathOf(route, own.ids), bodyOf(route), { 'x-csrf-token': '' });
      expect({ route: nameOf(route), status: forged.status }).toEqual({ route: nameOf(route), status: 401 });
    }
  });

  test('a token may do what its scopes say', async () => {
    const token = newToken();
    await createIntegration(hub.ledger, {
      ...integrationOf(token),
      merchantId: own.tenant.merchant.id,
      settings: { scopes: ['machines.read'] },
    });
    const program = withHeaders({ authorization: `Bearer ${tokenText(token)}` });
    for (const route of guarded.filter(({ needs }) => needs !== 'signed-in')) {
      const { status } = await ask(route, program);
      if (route.needs === 'machines.read') expect({ route: nameOf(route), status }).not.toMatchObject({ status: 403 });
      else expect({ route: nameOf(route), status }).toEqual({ route: nameOf(route), status: 403 });
    }
  });
});

const withHeaders = (headers: Record<string, string>): Pick<Person, 'call'> => ({
  call: (method, path, body) => callerOf(hub.url, '')(method, path, body, headers),
});

describe('what is another merchant’s', () => {
  test('is answered like what does not exist, and does not change', async () => {
    const before = await foreign.digest();
    for (const route of guarded.filter(({ parameters }) => parameters.length > 0)) {
      const [theirs, none] = [await ask(route, owner, foreign.ids), await ask(route, owner)];
      expect({ route: nameOf(route), ...masked(theirs, foreign.ids) }).toEqual({
        route: nameOf(route),
        ...masked(none, foreign.ids),
      });
    }
    await hub.settle();
    expect(await foreign.digest()).toEqual(before);
  });
});

/** An answer without what it repeats of the question, and without times. */
function masked({ status, text }: ApiAnswer, ids: Readonly<Record<string, string>>) {
  const named = [...Object.values(ids), nobodys].toSorted((a, b) => b.length - a.length);
  return {
    status,
    text: named.reduce((left, id) => left.replaceAll(id, '#'), text).replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"t"'),
  };
}

describe(`whatever a body or a query can be (MATRIX_SEED=${seed})`, () => {
  test('no answer is a 500, and every refusal is in the API’s own form', async () => {
    const values = fc.sample(fc.anything({ maxDepth: 2, withBigInt: false, withDate: false, withMap: false, withSet: false }), {
      seed,
      numRuns: 40,
    });
    let turn = 0;
    for (const route of consoleRoutes.filter((one) => !isSignOut(one) && one.path !== '/session')) {
      const start = bodyOf(route);
      const bodies =
        start && typeof start === 'object'
          ? Object.keys(start).map((key) => ({ ...start, [key]: values[turn++ % values.length] }))
          : [];
      const others = route.method === 'GET' ? [] : [...bodies, values[turn++ % values.length], null, [], { '': '\u0000' }];
      for (const body of others) {
        if (body === undefined) continue;
        expectOwnForm(route, await ask(route, owner, own.ids, body));
      }
      for (const query of [
        '?limit=-1',
        '?limit=1e9',
        '?cursor=%00',
        '?cursor=\u{1F600}',
        '?unknown=1',
        '?from=x&to=y',
        '?q=%ff',
      ]) {
        expectOwnForm(route, await owner.call(route.method, pathOf(route, own.ids) + query, bodyOf(route)));
      }
      if (route.parameters.length > 0) {
        for (const bad of ['0', '-1', 'x', '9'.repeat(30), '1e3', '%00']) {
          const ids = Object.fromEntries(route.parameters.map((name) => [name, decodeURIComponent(bad)]));
          expectOwnForm(route, await ask(route, owner, ids));
        }
      }
    }
    await hub.settle();
  }, 240_000);
});

function expectOwnForm(route: ConsoleRoute, { status, body, text }: ApiAnswer): void {
  expect({ route: nameOf(route), status, text: status >= 500 && status !== 503 ? text : '' }).toEqual({
    route: nameOf(route),
    status,
    text: '',
  });
  if (status < 400) return;
  expect({ route: nameOf(route), error: body?.error }).toMatchObject({
    error: { code: expect.any(String), message: expect.any(String) },
  });
  expect(text).not.toMatch(/\bat .*\.ts:\d+/);
}
