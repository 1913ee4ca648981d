import { createHash, randomInt } from 'node:crypto';
import { activeOrderClient } from '@polyvend/protocols/active-order';
import { encodeEnvelope, tokenUrl } from '@polyvend/protocols/owitho';
import { headers as gatewayHeaders, signBody } from '@polyvend/protocols/qianhub';
import { encodePush, readSigned, smartVendingClient } from '@polyvend/protocols/smart-vending';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { permissionsOf } from '../../packages/server/src/ledger/staff/roles.ts';
import { rawRequest } from '../support/index.ts';
import { keyPair, type Made, make, openReceiver, rotate } from './integration-steps.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

let hub: ConsoleHub;
let owner: Person;
beforeAll(async () => {
  hub = await startConsoleHub();
});
// Of each test its own: the clock moves by days, and sessions end.
beforeEach(async () => {
  owner = await hub.person('owner');
});
afterAll(() => hub?.stop());

type Told = Readonly<Record<string, string>>;

/** A call of the other side, with what it was told: whether it was let in. */
const wires: Readonly<
  Record<string, { role: string; works(told: Told): Promise<boolean>; given?: () => Record<string, string> }>
> = {
  'active-order': {
    role: 'platform',
    async works(told) {
      const credentials = { appId: told.Appid ?? '', appSecret: told.AppSecret ?? '', appKey: told['App key'] ?? '' };
      const client = activeOrderClient({ baseUrl: hub.url, ...credentials, clock: hub.clock });
      return await client.floors('none').then(
        () => true,
        // An unknown machine is what is said to who was let in.
        (error: { code?: number; message: string }) => !/secret|sign|appid|app id/i.test(error.message),
      );
    },
  },
  'smart-vending': {
    role: 'platform',
    works: ({ clientId = '', key = '' }) =>
      smartVendingClient({ baseUrl: hub.url, clientId, key })
        .goods({})
        .then(
          () => true,
          () => false,
        ),
  },
  owitho: {
    role: 'platform',
    async works(told) {
      const stamp = { appId: told['App Id'] ?? '', secretKey: told['Secret Key'] ?? '', utc: hub.clock.now().getTime() };
      const { body } = await rawRequest(hub.url + tokenUrl('', stamp), { method: 'GET' });
      const tokens = [body.data?.accessToken ?? 'none'];
      const tested = await rawRequest(`${hub.url}/testSign`, {
        body: encodeEnvelope({ machineCode: '1' }, { ...stamp, tokens }),
      });
      return tested.body.code === '200';
    },
  },
  native: {
    role: 'api',
    async works({ Token = '' }) {
      const { status } = await rawRequest(`${hub.url}/v1/orders/1`, {
        method: 'GET',
        headers: { authorization: `Bearer ${Token}` },
      });
      return status !== 401;
    },
  },
  gobox: {
    role: 'import',
    given: () => ({ number: `R${Math.random()}`.slice(0, 10), erp: 'file' }),
    async works({ sender = '' }) {
      const { status } = await rawRequest(`${hub.url}/api/create_order`, { headers: { Token: sender }, body: '{}' });
      return status !== 401;
    },
  },
};

describe('credentials are changed with an overlap, on the wire', () => {
  test.each(Object.keys(wires))('%s: old and new are let in until it ends by the clock, then the new alone', async (dialect) => {
    const wire = wires[dialect];
    if (!wire) throw new Error(dialect);
    const { id, told } = await make(owner, dialect, wire.role, wire.given && { given: wire.given() });
    expect(await wire.works(told)).toBe(true);
    const { told: next, until } = await rotate(hub, owner, id, { overlap: 3_600 });
    expect(until).toBe(new Date(hub.clock.now().getTime() + 3_600_000).toISOString());
    expect([await wire.works(told), await wire.works(next)]).toEqual([true, true]);
    expect((await owner.call('POST', `/integrations/${id}/rotate`, {})).status).toBe(400);
    hub.clock.advance(3_599);
    expect([await wire.works(told), await wire.works(next)]).toEqual([true, true]);
    hub.clock.advance(1);
    expect([await wire.works(told), await wire.works(next)]).toEqual([false, true]);
    // Without an overlap, and when it is ended before its time.
    const { told: third } = await rotate(hub, owner, id, { overlap: 0 });
    expect([await wire.works(next), await wire.works(third)]).toEqual([false, true]);
    const { told: fourth } = await rotate(hub, owner, id);
    expect(await wire.works(third)).toBe(true);
    expect((await owner.call('POST', `/integrations/${id}/end-overlap`)).body).toEqual({ ended: true });
    hub.hub.directory.forget();
    expect([await wire.works(third), await wire.works(fourth)]).toEqual([false, true]);
    await owner.call('DELETE', `/integrations/${id}`);
    hub.hub.directory.forget();
    expect(await wire.works(fourth)).toBe(false);
  });

  test('qianhub: a key that the third party made anew is given in, and both verify until the overlap ends', async () => {
    const [first, second] = [keyPair(), keyPair()];
    const { id, told } = await make(owner, 'qianhub', 'platform', { given: { publicKey: first.publicKey } });
    const works = async ({ key }: ReturnType<typeof keyPair>) => {
      const body = '{"version":"1.0","action":"qianhub.test","body":1}';
      const headers = { [gatewayHeaders.app]: told.AppID ?? '', [gatewayHeaders.sign]: signBody(body, key) };
      return (await rawRequest(`${hub.url}/gateway`, { headers, body })).status === 200;
    };
    expect((await owner.call('POST', `/integrations/${id}/rotate`, {})).body.error.code).toBe('integration.not-rotatable');
    expect((await owner.call('POST', `/integrations/${id}/rotate`, { given: { publicKey: 'none' } })).status).toBe(400);
    await rotate(hub, owner, id, { given: { publicKey: second.publicKey }, overlap: 60 });
    expect([await works(first), await works(second)]).toEqual([true, true]);
    hub.clock.advance(60);
    expect([await works(first), await works(second)]).toEqual([false, true]);
  });
});

test('what we sign is signed with the old key until the overlap ends, since the other side may not know the new', async () => {
  const receiver = await openReceiver();
  const tenant = await hub.tenant();
  const boss = await hub.person('owner', { tenant });
  const { id, told } = await make(boss, 'smart-vending', 'platform', { settings: { machineUrl: receiver.url } });
  const { told: next } = await rotate(hub, boss, id, { overlap: 3_600 });
  const pushed = async () => {
    receiver.received.length = 0;
    await hub.machine('spring', { connect: false }, tenant);
    await hub.settle();
    const message = readSigned({ body: receiver.received[0]?.body });
    return message.ok && [message.verify(told.key ?? ''), message.verify(next.key ?? '')];
  };
  expect(await pushed()).toEqual([true, false]);
  hub.clock.advance(3_600);
  expect(await pushed()).toEqual([false, true]);
  await receiver.close();
});

describe('what is told, and to whom', () => {
  test('secrets stand in one answer each, which nobody keeps, and in no audit, event or list', async () => {
    const made: Made[] = [];
    for (const [dialect, { role, given }] of Object.entries(wires)) {
      made.push(await make(owner, dialect, role, given && { given: given() }));
    }
    const secretKey = 'a-secret-that-they-gave';
    const seller = await make(owner, 'owitho', 'third-party', { given: { appId: 'app', secretKey } });
    expect(seller.told).toEqual({});
    const answer = await owner.call('POST', '/integrations', { dialect: 'smart-vending', role: 'platform', name: 'Once' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const rotated = await rotate(hub, owner, made[0]?.id ?? 0);
    const hidden = ['AppSecret', 'App key', 'key', 'Secret Key', 'Token', 'sender', 'administrator'];
    const secrets = [...made.map(({ told }) => told), rotated.told, answer.body.told].flatMap((told) =>
      hidden.flatMap((name) => told[name] ?? []),
    );
    expect(secrets.length).toBeGreaterThan(8);
    const { rows } = await hub.hub.database.pool.query<{ text: string }>(
      `select coalesce(string_agg(t::text, ''), '') as text from (
         select to_jsonb(e)::text from events e union all select to_jsonb(a)::text from audit_log a) t`,
    );
    const seen = [
      rows[0]?.text,
      (await owner.call('GET', '/integrations?limit=200')).text,
      (await owner.call('GET', '/audit?limit=200')).text,
      ...(await Promise.all(made.map(async ({ id }) => (await owner.call('GET', `/integrations/${id}`)).text))),
    ].join('\n');
    for (const secret of [...secrets, secretKey]) expect(seen).not.toContain(secret);
  });

  test('an owner makes and changes them; who reads sees them, and others do not', async () => {
    const operator = await hub.person('operator');
    const body = { dialect: 'smart-vending', role: 'platform', name: 'Not theirs' };
    expect((await operator.call('POST', '/integrations', body)).status).toBe(403);
    expect((await operator.call('GET', '/integrations')).status).toBe(200);
    for (const role of ['viewer', 'refiller', 'finance'] as const) {
      expect((await (await hub.person(role)).call('GET', '/integrations')).status).toBe(403);
    }
  });

  test('a token makes, changes and tries nothing that may do more than itself, and is told no signature of it', async () => {
    const asToken = async (scopes: string[]) => {
      const { token } = (await owner.call('POST', '/tokens', { name: 't', scopes })).body;
      return (path: string, body: object, method = 'POST') =>
        rawRequest(`${hub.url}/v1/integrations${path}`, {
          ...{ method, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) },
        });
    };
    const bare = await asToken(['integrations.read', 'integrations.write']);
    const beyond = (permission: string) => ({
      ...{ status: 403, body: { error: { code: 'permission.denied', message: expect.stringContaining(permission) } } },
    });
    // Each kind there is, the webhook that is told everything too.
    const kinds = (await owner.call('GET', '/dialects')).body.items as { dialect: string; role: string }[];
    expect(kinds.length).toBeGreaterThan(8);
    for (const { dialect, role } of kinds) {
      expect(await bare('', { dialect, role, name: 'More' }), `${dialect} ${role}`).toMatchObject(beyond('.'));
    }
    expect(await bare('', { dialect: 'native', role: 'api', name: 'More' })).toMatchObject(beyond('sell'));

    const vending = await make(owner, 'smart-vending', 'platform');
    const nearly = await asToken(['integrations.read', 'integrations.write', 'machines.read', 'goods.read', 'sales.read']);
    expect(await nearly(`/${vending.id}/rotate`, {})).toMatchObject(beyond('sell'));
    expect(await nearly(`/${vending.id}/try`, { call: 'goods' })).toMatchObject(beyond('sell'));
    const settings = { tradeUrl: 'https://elsewhere.example/' };
    expect(await nearly(`/${vending.id}`, { settings }, 'PATCH')).toMatchObject(beyond('sell'));
    expect(await nearly(`/${vending.id}`, { name: 'Called otherwise' }, 'PATCH')).toMatchObject({ status: 200 });
    const signed = { clientId: vending.told.clientId, nonce_str: 'n', sign: '0'.repeat(32) };
    const pasted = { text: `curl ${hub.url}/osapi/router/goods --data-raw '${JSON.stringify(signed)}'` };
    expect((await nearly(`/${vending.id}/workbench`, pasted)).body.signed[0].expected).toBeNull();

    const whole = await asToken([...permissionsOf.owner]);
    const answers = [await whole(`/${vending.id}/rotate`, {}), await whole(`/${vending.id}/try`, { call: 'goods' })];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const books = await asToken(['integrations.write', 'books.read', 'books.write']);
    const given = { number: 'T1', erp: 'file' };
    expect(await books('', { dialect: 'gobox', role: 'import', name: 'B', given })).toMatchObject({ status: 200 });
  });

  test('settings are read by their kind, taken back with null, and refused with what they may be', async () => {
    const { id } = await make(owner, 'active-order', 'platform', { settings: { timestampWindow: '60', always200: 'true' } });
    const settings = async () => (await owner.call('GET', `/integrations/${id}`)).body.integration.settings;
    expect(await settings()).toEqual({ timestampWindow: '60', always200: 'true' });
    const change = (body: object) => owner.call('PATCH', `/integrations/${id}`, body);
    expect((await change({ name: 'Mall', settings: { timestampWindow: null, notifyExpiry: 'false' } })).status).toBe(200);
    expect(await settings()).toEqual({ always200: 'true', notifyExpiry: 'false' });
    for (const wrong of [{ timestampWindow: 'soon' }, { nothing: 'x' }, { nothing: null }]) {
      expect((await change({ settings: wrong })).status).toBe(400);
    }
    const { items } = (await owner.call('GET', `/audit?subject=${encodeURIComponent(`integration ${id}`)}`)).body;
    expect(items[0]).toMatchObject({ before: { name: 'active-order platform' }, after: { name: 'Mall' } });
  });

  test('a name is asked for, and what is wrong is told with the field that it is of', async () => {
    const fieldOf = async (body: object) => {
      const answer = await owner.call('POST', '/integrations', { dialect: 'qianhub', role: 'platform', name: 'Q', ...body });
      expect(answer.status, answer.text).toBe(400);
      return answer.body.error.field;
    };
    const given = { publicKey: keyPair().publicKey };
    for (const name of [undefined, '', '  ']) expect(await fieldOf({ name, given })).toBe('name');
    expect(await fieldOf({ given: { publicKey: 'none' } })).toBe('publicKey');
    expect(await fieldOf({ given: {} })).toBe('publicKey');
    expect(await fieldOf({ given, settings: { mostDays: 'many' } })).toBe('mostDays');
    expect(await fieldOf({ dialect: 'native', role: 'webhook', settings: {} })).toBe('url');
    const books = { dialect: 'gobox', role: 'import' };
    expect(await fieldOf({ ...books, given: { number: 'no blanks', erp: 'file' } })).toBe('number');
    expect(await fieldOf({ ...books, given: { number: '1', erp: 'file', timeZone: 'Mars' } })).toBe('timeZone');
  });

  test('a text that is too long for an index is refused by its name, or shortened where nobody reads it whole', async () => {
    const long = Array.from({ length: 2_000 }, () => String.fromCharCode(randomInt(0x4e00, 0x9fa5))).join('');
    expect(await owner.call('POST', '/endpoints/enable', { endpoint: long })).toMatchObject({ status: 200 });
    const [entry] = (await owner.call('GET', `/audit?subject=${encodeURIComponent(`endpoint ${long}`)}`)).body.items;
    expect(entry.subject).toBe(`endpoint ${long}`.slice(0, 200));
    const { privateKey } = keyPair();
    const kinds = [
      { dialect: 'smart-vending', role: 'customer', id: 'clientId', rest: { key: 'k' } },
      { dialect: 'owitho', role: 'third-party', id: 'appId', rest: { secretKey: 's' } },
      { dialect: 'qianhub', role: 'mirror', id: 'appId', rest: { url: 'https://gateway.example/', privateKey } },
    ];
    for (const { id, rest, ...kind } of kinds) {
      const refused = { status: 400, body: { error: { code: 'request.field', field: id } } };
      const create = (given: object) => owner.call('POST', '/integrations', { ...kind, name: 'Long', given });
      expect(await create({ ...rest, [id]: long }), kind.dialect).toMatchObject(refused);
      const made = await create({ ...rest, [id]: long.slice(0, 128) });
      expect(made.status, made.text).toBe(200);
      const { url: _, ...given }: Record<string, string> = { ...rest, [id]: long };
      expect(await owner.call('POST', `/integrations/${made.body.id}/rotate`, { given }), kind.dialect).toMatchObject(refused);
    }
  });

  test('when it last called is seen, to the minute', async () => {
    const { id, told } = await make(owner, 'smart-vending', 'platform');
    const seen = async () => (await owner.call('GET', `/integrations/${id}`)).body.integration.last_call_at;
    expect(await seen()).toBeNull();
    hub.clock.advance(60);
    await wires['smart-vending']?.works(told);
    await hub.settle();
    expect(await seen()).toBe(hub.clock.now().toISOString());
  });
});

describe('notifications', () => {
  test('what failed is listed, looked into, and sent again: one, several, or all since a time', async () => {
    const receiver = await openReceiver();
    const tenant = await hub.tenant();
    const boss = await hub.person('owner', { tenant });
    let person = await hub.person('operator', { tenant });
    const settings = { url: receiver.url, events: 'machine.created' };
    const { id } = await make(boss, 'native', 'webhook', { settings });
    hub.hub.directory.forget();
    receiver.answer = 500;
    const began = hub.clock.now();
    for (let n = 0; n < 3; n += 1) await hub.machine('spring', { connect: false }, tenant);
    await hub.settle();
    const list = async (query = '') => (await person.call('GET', `/notifications${query}`)).body;
    expect((await list()).items).toMatchObject(
      Array(3).fill({ integration_id: id, method: 'machine.created', state: 'waiting' }),
    );
    // After three days of failures they are given up.
    hub.clock.advance(3 * 86_400 + 1);
    await hub.settle();
    [person, owner] = [await hub.person('operator', { tenant }), await hub.person('owner')];
    const { items } = await list(`?state=failed&integration=${id}`);
    expect(items).toHaveLength(3);
    expect((await person.call('GET', `/integrations/${id}`)).body.integration).toMatchObject({ failed: 3, waiting: 0 });
    const first = await list('?limit=2');
    expect(
      (await list(`?limit=2&cursor=${encodeURIComponent(first.next_cursor)}`)).items.map((one: { id: number }) => one.id),
    ).toEqual([items[2].id]);
    expect((await list(`?from=${began.toISOString()}&to=${hub.clock.now().toISOString()}`)).items).toHaveLength(3);
    expect((await list(`?from=${hub.clock.now().toISOString()}`)).items).toEqual([]);
    const one = (await person.call('GET', `/notifications/${items[0].id}`)).body;
    expect(one).toMatchObject({
      attempts: [
        { number: 1, status: 500, outcome: 'failed' },
        { number: 2, status: 500 },
      ],
    });
    expect(JSON.parse(one.body)).toMatchObject({ type: 'machine.created' });
    receiver.answer = 200;
    const replay = async (body: object) => {
      const answer = await person.call('POST', '/notifications/replay', body);
      await hub.settle();
      return answer.body;
    };
    const before = receiver.count;
    expect(await replay({ ids: [items[0].id] })).toEqual({ replayed: 1 });
    expect([receiver.count - before, (await list('?state=delivered')).items.length]).toEqual([1, 1]);
    expect(await replay({ failed_since: began.toISOString(), integration: id })).toEqual({ replayed: 2 });
    expect((await list('?state=failed')).items).toEqual([]);
    // Another merchant's are not there.
    expect((await owner.call('GET', `/notifications/${items[0].id}`)).status).toBe(404);
    expect((await owner.call('POST', '/notifications/replay', { ids: [items[0].id] })).body).toEqual({ replayed: 0 });
    await receiver.close();
  });

  test('an endpoint that failed for days is seen, and switched on again', async () => {
    const receiver = await openReceiver();
    const tenant = await hub.tenant();
    const boss = await hub.person('owner', { tenant });
    await make(boss, 'native', 'webhook', { settings: { url: receiver.url, events: 'machine.created' } });
    hub.hub.directory.forget();
    receiver.answer = 500;
    await hub.machine('spring', { connect: false }, tenant);
    await hub.settle();
    const endpoint = new URL(receiver.url).origin;
    const endpoints = async () => (await boss.call('GET', '/endpoints')).body.items;
    expect(await endpoints()).toMatchObject([{ endpoint, failures: 1, disabled_at: null }]);
    await hub.hub.database.pool.query('update endpoints set disabled_at = $2 where endpoint = $1', [endpoint, hub.clock.now()]);
    receiver.answer = 200;
    expect((await boss.call('POST', '/endpoints/enable', { endpoint })).body).toEqual({ enabled: true });
    await hub.settle();
    expect(await endpoints()).toEqual([]);
    expect(receiver.count).toBe(2);
    await receiver.close();
  });

  test('what another platform told and could not be taken is listed, shown as it came, and tried again', async () => {
    const tenant = await hub.tenant();
    const person = await hub.person('operator', { tenant });
    const boss = await hub.person('owner', { tenant });
    const key = 'the-key-that-they-gave-us';
    const { id } = await make(boss, 'smart-vending', 'customer', { given: { clientId: 'us', key } });
    hub.hub.directory.forget();
    const body = encodePush({ assetId: 'nobody-knows', state: 'nonsense' }, { clientId: 'us', key });
    await rawRequest(`${hub.url}/i/${id}/smart-vending/push/trade`, { body });
    await hub.settle();
    const { items } = (await person.call('GET', `/inbound-messages?unapplied=true&integration=${id}`)).body;
    expect(items).toMatchObject([{ kind: 'trade', integration_id: id }]);
    const shown = (await person.call('GET', `/inbound-messages/${items[0].id}`)).body;
    expect(shown).toMatchObject({ body, bytes: body.length });
    expect((await person.call('POST', `/inbound-messages/${items[0].id}/retry`)).body).toEqual({ retried: true });
  });
});

describe('in a browser', () => {
  test('who presses twice makes one: an integration, a token, new credentials, which stay to be seen', async () => {
    const tenant = await hub.tenant();
    const boss = await hub.person('owner', { tenant });
    const page = await hub.page(boss, '/integrations/new');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
    });
    await page.getByRole('button', { name: /第三方（我们销售其机器/ }).click();
    await page.getByRole('button', { name: /创\s*建/ }).click();
    await page.getByText('必填。').waitFor();
    await page.getByLabel('名称').fill('两次');
    await page.getByRole('button', { name: /创\s*建/ }).dblclick();
    await page.getByText('仅显示这一次').waitFor();
    expect(sent).toEqual(['/v1/integrations']);
    const named = async (path: string) =>
      (await boss.call('GET', path)).body.items.filter(({ name }: { name: string }) => name === '两次');
    expect(await named('/integrations')).toHaveLength(1);

    await page.getByRole('link', { name: /打\s*开/ }).click();
    await page.getByText('未设置公开地址').waitFor();
    await page.getByText(hub.url, { exact: true }).first().waitFor();
    await shot(page, 'addresses-zh');
    await page.getByRole('button', { name: '更换凭据' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '更换凭据' }).dblclick();
    await page.getByRole('dialog').getByText('凭据已更换').waitFor();
    expect(await page.getByRole('dialog').locator('.secret').allInnerTexts()).toHaveLength(2);
    expect(sent.filter((path) => path.endsWith('/rotate'))).toHaveLength(1);

    await page.goto(`${hub.url}/staff?tab=tokens`);
    await page.getByRole('tab', { name: '令牌' }).click();
    await page.getByRole('button', { name: '新建令牌' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').first().fill('两次');
    await dialog.getByRole('combobox').fill('machines.read');
    await page.keyboard.press('Enter');
    // Both before the page can show the first.
    await dialog
      .getByRole('textbox')
      .first()
      .evaluate((field: unknown) => {
        const { form } = field as { form: { requestSubmit(): void } };
        form.requestSubmit();
        form.requestSubmit();
      });
    await dialog.getByText('仅显示这一次').waitFor();
    expect(sent.filter((path) => path === '/v1/tokens')).toHaveLength(1);
    expect(await named('/tokens')).toHaveLength(1);
  });

  test('what is wrong stands at its field, in the language of the page; what is not there is not tried again', async () => {
    const boss = await hub.person('owner', { tenant: await hub.tenant() });
    const page = await hub.page(boss, '/integrations/new');
    const create = page.getByRole('button', { name: /创\s*建/ });
    const at = (label: string, said: string) =>
      page.locator('.ant-form-item', { hasText: label }).getByText(said, { exact: true });
    await page.getByRole('button', { name: /Webhook 通知/ }).click();
    await page.getByLabel('名称').fill('通知');
    await create.click();
    await at('地址 url', '必填。').waitFor();
    await page.getByLabel('地址 url').fill('hook.example');
    await create.click();
    await at('地址 url', '不是有效的网址').waitFor();
    await shot(page, 'webhook-url-zh');
    await page.getByRole('button', { name: /返\s*回/ }).click();
    await page.getByRole('button', { name: /收银数据读取方/ }).click();
    await page.getByLabel('名称').fill('读取方');
    await page.getByLabel('publicKey').fill('none');
    await create.click();
    await at('publicKey', '应为 1024–4096 位的 RSA 密钥（base64 或 PEM）').waitFor();
    await shot(page, 'public-key-zh');
    // What it was given already is not asked for again among the settings.
    await page.getByRole('button', { name: /返\s*回/ }).click();
    await page.getByRole('button', { name: /被镜像的网关/ }).click();
    await page.getByLabel('firstDays').waitFor({ state: 'attached' });
    await expect.poll(() => page.getByLabel('地址 url').count()).toBe(1);
    await shot(page, 'mirror-zh');

    await page.goto(`${hub.url}/integrations/99999999`);
    await page.getByText('没有这个接入（99999999）').waitFor();
    await expect.poll(() => page.getByRole('button', { name: /重\s*试/ }).count()).toBe(0);
  });

  test('an integration is made, its credentials are seen once, changed with an overlap, and a wrong request is explained', async () => {
    const tenant = await hub.tenant();
    const boss = await hub.person('owner', { tenant });
    const page = await hub.page(boss, '/integrations', { language: 'en' });
    await page.getByRole('link', { name: 'New integration' }).click();
    await shot(page, 'choose-en');
    await page.getByRole('button', { name: /Customer of our data/ }).click();
    await page.getByLabel('Name').fill('Data for the mall');
    await shot(page, 'details-en');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('This is shown once.').waitFor();
    const secrets = await page.locator('.secret').allInnerTexts();
    const [clientId = '', key = ''] = secrets.map((one) => one.trim());
    await shot(page, 'told-once-en');
    await page.getByRole('link', { name: 'Open it' }).click();
    await page.getByRole('heading', { name: 'Data for the mall' }).waitFor();
    await page.getByText('/osapi/trade/list').waitFor();
    await shot(page, 'integration-en');
    expect(await page.content()).not.toContain(key);

    await page.getByRole('tab', { name: 'Signature workbench' }).click();
    const sign = createHash('md5').update(`clientId=${clientId}&nonce_str=n&key=${key}`).digest('hex');
    const pasted = `curl '${hub.url}/osapi/router/goods' --data-raw '${JSON.stringify({ clientId, nonce_str: 'n', sign })}'`;
    await page.getByLabel('Request', { exact: true }).fill(pasted);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('This request is refused.').waitFor();
    await page.getByText('The key is joined as “&key=”').waitFor();
    await page.getByText('The first difference is at character').waitFor();
    await shot(page, 'workbench-en');

    await page.getByRole('tab', { name: 'Try it' }).click();
    await page.getByRole('combobox', { name: 'Call' }).click();
    await page.getByText('Goods · POST /osapi/router/goods').click();
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.getByText('"goodsList"').or(page.getByText('"total"')).or(page.getByText('SUCCESS')).first().waitFor();
    await shot(page, 'try-en');

    await page.getByRole('button', { name: 'New credentials' }).click();
    await page.getByRole('button', { name: 'Change credentials' }).click();
    await page.getByText('The credentials are changed.').waitFor();
    await shot(page, 'rotated-en');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('We still sign with the old ones.').waitFor();
    hub.hub.directory.forget();
    expect(await wires['smart-vending']?.works({ clientId, key })).toBe(true);
    await page.getByRole('button', { name: 'End the overlap now' }).click();
    await page.getByRole('button', { name: 'OK', exact: true }).click();
    await page.getByText('Only the new ones count now.').waitFor();
    hub.hub.directory.forget();
    expect(await wires['smart-vending']?.works({ clientId, key })).toBe(false);

    // On a phone, and in Chinese.
    const phone = await hub.page(boss, new URL(page.url()).pathname, { phone: true });
    await phone.getByRole('tab', { name: '签名工作台' }).click();
    await phone.getByLabel('请求', { exact: true }).fill(pasted);
    await phone
      .getByRole('button', { name: '分 析' })
      .or(phone.getByRole('button', { name: '分析' }))
      .click();
    await phone.getByText('该请求会被拒绝。').waitFor();
    await shot(phone, 'workbench-phone-zh');
    const width = await phone.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(390);
    await shot(await hub.page(boss, `${new URL(page.url()).pathname}?tab=set-up`), 'integration-zh');
    await phone.goto(`${hub.url}/integrations`);
    await phone.getByText('Data for the mall').waitFor();
    await shot(phone, 'list-phone-zh');
  });

  test('what failed is found, looked into, and sent again', async () => {
    const receiver = await openReceiver();
    const tenant = await hub.tenant();
    const boss = await hub.person('owner', { tenant });
    const settings = { url: receiver.url, events: 'machine.created' };
    const { id } = await make(boss, 'native', 'webhook', { name: 'Told of machines', settings });
    hub.hub.directory.forget();
    receiver.answer = 503;
    await hub.machine('spring', { connect: false }, tenant);
    await hub.machine('spring', { connect: false }, tenant);
    await hub.settle();
    hub.clock.advance(3 * 86_400 + 1);
    await hub.settle();
    receiver.answer = 200;
    const page = await hub.page(await hub.person('owner', { tenant }), `/notifications?integration=${id}&state=failed`);
    await page
      .getByRole('row', { name: /machine\.created/ })
      .getByRole('link', { name: 'Told of machines' })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'machine.created' }).first().click();
    await page.getByText('HTTP 503').first().waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'Told of machines' }).waitFor();
    await shot(page, 'notification-zh');
    await page
      .getByRole('button', { name: 'Close' })
      .or(page.getByRole('button', { name: '关闭' }))
      .first()
      .click();
    await page.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: '重发所选 2 条' }).click();
    await page.getByText('已重发 2 条。').waitFor();
    await hub.settle();
    await page.getByText('已送达', { exact: true }).first().click();
    await page.getByRole('button', { name: 'machine.created' }).nth(1).waitFor();
    await shot(page, 'notifications-zh');
    expect(receiver.count).toBe(6);
    await receiver.close();
  });
});
