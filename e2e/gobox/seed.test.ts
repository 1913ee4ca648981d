import { masked, statusOf } from '@polyvend/protocols/gobox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RawAnswer, rawRequest, startTestHub, type TestHub } from '../support/index.ts';
import { deviceBody, openBooks, session, type TestBooks } from '../support/open-books.ts';

// Every path, field and answer of the document, 2.1 to 2.13, as bytes on the wire.

let hub: TestHub;
let books: TestBooks;
let foreign: TestBooks;

beforeAll(async () => {
  hub = await startTestHub();
  books = await openBooks(hub, { merchantId: hub.merchant.id, device: false, number: '001' });
  foreign = await openBooks(hub, { merchantId: (await hub.tenant()).merchant.id, number: '001' });
});
afterAll(async () => {
  await Promise.all([books?.close(), foreign?.close()]);
  await hub?.stop();
});

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
type Who = keyof TestBooks['tokens'] | 'nobody';

function ask(method: Method, path: string, body?: unknown, who: Who = 'user', of = books): Promise<RawAnswer> {
  const headers: Record<string, string> = who === 'nobody' ? {} : { Token: of.tokens[who] };
  return rawRequest(`${hub.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

/** 2025-06-01 08:00 in Shanghai is when the clock of the tests stands. */
const order = (trans_id: string, more: Record<string, unknown> = {}) => ({
  trans_id,
  status: 100,
  e_id: 'E88',
  dev_id: 1001,
  create_time: '2025-06-01 07:30:00',
  update_time: '2025-06-01 07:31:00',
  products: [
    { barcode: '6901028075831', name: '可口可乐', num: 3, amount: 9.9, cost: 6.3 },
    { barcode: '6902083881405', name: '薯片', num: 1, amount: 0.1, cost: 0.05 },
  ],
  ...more,
});
const device = { name: '一号柜', dev_id: 1001, store_id: 11, bank_id: 12, member_id: 13, employee_id: 14, bill_type: 2 };
const ok = { status: 200, body: { state: 1 } };

describe('2.1 create_order', () => {
  test('takes an order, with `status` in place of `state`', async () => {
    expect(await ask('POST', '/api/create_order', order('A1'), 'sender')).toMatchObject({ status: 200, text: '{"status":1}' });
    expect(await ask('POST', '/api/create_order', order('A1', { status: 5 }), 'sender')).toMatchObject({
      status: 200,
      body: { status: 0, errmsg: 'status is none that orders have' },
    });
  });

  test.each([
    ['trans_id', { trans_id: '' }],
    ['trans_id', { trans_id: 'a b' }],
    ['status', { status: 106 }],
    ['dev_id', { dev_id: 'x' }],
    ['create_time', { create_time: '2025-02-30 00:00:00' }],
    ['update_time', { update_time: null }],
    ['products', { products: {} }],
    ['products', { products: [] }],
    ['products[0]', { products: [7] }],
    ['products[0].barcode', { products: [{ name: 'x', num: 1, amount: 1 }] }],
    ['products[0].num', { products: [{ barcode: '1', num: 0, amount: 1 }] }],
    ['products[0].amount', { products: [{ barcode: '1', num: 1, amount: 1.001 }] }],
    ['products[0].amount', { products: [{ barcode: '1', num: 1, amount: -1 }] }],
    ['products[1].cost', { products: [order('x').products[0], { barcode: '1', num: 1, amount: 1, cost: 'much' }] }],
  ])('names the field that is wrong: %s %j', async (field, more) => {
    const { status, body } = await ask('POST', '/api/create_order', order('bad', more), 'sender');
    expect([status, body.status]).toEqual([200, 0]);
    expect(body.errmsg.startsWith(`${field} `), body.errmsg).toBe(true);
  });

  test('reads bytes whatever they are called, and refuses what is no JSON object', async () => {
    const post = (body: string, headers = {}) =>
      rawRequest(`${hub.url}//api/create_order/`, { headers: { Token: books.tokens.sender, ...headers }, body });
    const json = JSON.stringify(order('A1'));
    expect(await post(json, { 'Content-Type': 'application/x-www-form-urlencoded' })).toMatchObject({ text: '{"status":1}' });
    for (const body of ['', '[]', '{', 'null', '\u0000']) {
      expect(await post(body)).toMatchObject({ status: 200, body: { status: 0, errmsg: '请求内容不是JSON对象' } });
    }
  });
});

describe('2.2 access_token', () => {
  const path = (more: Record<string, string> = {}) =>
    `/api/access_token?${new URLSearchParams({ url: books.c8.url, set_of_book: '001', user_name: 'wang', ...more })}`;
  const get = (token: string, at: string) => rawRequest(`${hub.url}${at}`, { method: 'GET', headers: { Token: token } });

  const nobody = 'Token、url、set_of_book或user_name不正确';

  test('gives our token for a session of the C8, and that one works until it expires', async () => {
    const { status, body } = await get(session.token, path());
    expect([status, Object.keys(body)]).toEqual([200, ['state', 'token']]);
    const list = () => get(body.token, '/api/orders?action=trade_view');
    expect(await list()).toMatchObject(ok);
    hub.clock.advance(86_401);
    expect(await list()).toMatchObject({ status: 401, body: { state: 0, errmsg: 'Token无效或已过期' } });
    hub.clock.advance(-86_401);
  });

  test.each([
    ['another session', 'wrong', {}],
    ['another user', session.token, { user_name: 'li' }],
    ['a set of books that is not there', session.token, { set_of_book: '999' }],
  ])('refuses %s', async (_, token, more) => {
    expect(await get(token, path(more))).toMatchObject({ status: 401, body: { state: 0, errmsg: nobody } });
  });

  test('contacts no address but the one that was configured', async () => {
    const { createMall } = await import('@polyvend/simulator');
    const trap = await createMall();
    try {
      expect(await get(session.token, path({ url: trap.notifyUrl() }))).toMatchObject({ status: 401 });
      expect(trap.callbacks).toEqual([]);
    } finally {
      await trap.close();
    }
  });

  test('tells who says too little no more than who says it wrongly', async () => {
    expect(await get(session.token, '/api/access_token?url=x')).toMatchObject({
      status: 401,
      body: { state: 0, errmsg: nobody },
    });
  });
});

describe('2.3 and 2.4 set_of_books', () => {
  test('shows what is set, its secrets masked', async () => {
    const { status, body } = await ask('GET', '/api/set_of_books?set_of_book=001');
    expect([status, body]).toEqual([
      200,
      {
        state: 1,
        id: books.setId,
        set_of_book: '001',
        app_key: masked,
        user_name: 'vending',
        access_token: null,
        token_created_at: null,
        expired_at: null,
        token: masked,
        updated_at: '2025-06-01 08:00:00',
        updated_user: 'test',
      },
    ]);
    expect(await ask('GET', '/api/set_of_books?set_of_book=002')).toMatchObject({ status: 404, body: { state: 0 } });
    expect(await ask('GET', '/api/set_of_books')).toMatchObject({ body: { state: 0, errmsg: 'set_of_book is required' } });
  });

  test('is changed with the administration token, which alone sees what it set', async () => {
    const path = `/api/set_of_books/${books.setId}`;
    const change = { app_key: 'new-key', user_name: 'new-name' };
    expect((await ask('PUT', path, change, 'administrator')).body).toMatchObject({
      state: 1,
      ...change,
      updated_user: 'administrator',
    });
    expect((await ask('GET', '/api/set_of_books?set_of_book=001')).body).toMatchObject({
      app_key: masked,
      user_name: 'new-name',
    });
    // What was read and is sent back leaves the key as it is.
    await ask('PUT', path, { app_key: masked, user_name: 'vending' }, 'administrator');
    expect((await books.set()).source).toMatchObject({ key: 'new-key', userName: 'vending' });
    await ask('PUT', path, { app_key: 'app-key' }, 'administrator');
    expect(await ask('PUT', `/api/set_of_books/${foreign.setId}`, change, 'administrator')).toMatchObject({ status: 404 });
  });
});

describe('2.5 to 2.8 devices', () => {
  const shown = {
    set_of_book: '001',
    ...device,
    created_at: '2025-06-01 08:00:00',
    created_user: 'user',
    updated_at: '2025-06-01 08:00:00',
    updated_user: 'user',
  };

  test('are created, listed, shown, changed and deleted', async () => {
    const made = await ask('POST', '/api/devices', device);
    const { id } = made.body;
    expect(made.body).toEqual({ state: 1, id, ...shown });
    expect(await ask('POST', '/api/devices', device)).toMatchObject({
      status: 200,
      body: { state: 0, errmsg: '该设备已有货柜配置（dev_id 1001）' },
    });
    expect((await ask('GET', '/api/devices')).body).toEqual({ state: 1, total: 1, root: [{ id, ...shown }] });
    expect((await ask('GET', `/api/devices/${id}`)).body).toEqual({ state: 1, id, ...shown });
    const changed = { ...device, name: '二号柜', store_id: 21 };
    expect((await ask('PUT', `/api/devices/${id}`, changed)).body).toEqual({ state: 1, id, ...shown, ...changed });
    const second = await ask('POST', '/api/devices', { ...device, name: '三号柜', dev_id: 1002 });
    const names = async (query: string) =>
      (await ask('GET', `/api/devices?${query}`)).body.root.map(({ name }: { name: string }) => name);
    expect(await names('name=三')).toEqual(['三号柜']);
    expect(await names('name=%25')).toEqual([]);
    expect(await names('start=1&limit=1')).toEqual(['三号柜']);
    expect((await ask('DELETE', `/api/devices/${second.body.id}`)).text).toBe('{"state":1}');
    expect(await ask('GET', `/api/devices/${second.body.id}`)).toMatchObject({ status: 404, body: { state: 0 } });
  });

  test('have all their fields', async () => {
    for (const field of Object.keys(device)) {
      const { body } = await ask('POST', '/api/devices', { ...device, dev_id: 7, [field]: '' });
      expect(body).toEqual({ state: 0, errmsg: `${field} is required` });
    }
    expect((await ask('GET', '/api/devices?limit=501')).body.errmsg).toBe('limit must be at most 500');
    expect((await ask('GET', '/api/devices?start=-1')).body.errmsg).toBe('start must be at least 0');
  });
});

describe('2.9 get_orders', () => {
  const download = (query: string) => ask('GET', `/api/orders?action=get_orders&${query}`);

  test('asks for a week at most, and for both its ends', async () => {
    const week = await download('start_date=2025-05-01&end_date=2025-05-07');
    expect(week.body).toEqual({ state: 1, page: null });
    const long = await download('start_date=2025-05-01&end_date=2025-05-08');
    expect(long.body).toEqual({ state: 0, errmsg: 'end_date must be at most 7 days after start_date' });
    expect((await download('start_date=2025-05-01')).body.errmsg).toBe('end_date is required');
    expect((await download('start_date=2025-05-02&end_date=2025-05-01')).body.errmsg).toBe(
      'end_date must not be before start_date',
    );
    expect((await download('start_date=x&end_date=y')).body.errmsg).toMatch(/^start_date must be/);
    expect((await download('status=7&start_date=2025-05-01&end_date=2025-05-01')).body.errmsg).toMatch(/^status /);
    expect((await download('trans_id=none')).body).toEqual({ state: 1, page: null });
  });

  test('keeps the token that it got, and shows that there is one', async () => {
    const { body } = await ask('GET', '/api/set_of_books?set_of_book=001');
    expect(body).toMatchObject({
      access_token: masked,
      token_created_at: '2025-06-01 08:00:00',
      expired_at: '2025-06-01 10:00:00',
    });
  });
});

describe('2.10 trade_view', () => {
  const list = async (query = '') => (await ask('GET', `/api/orders?action=trade_view${query}`)).body;

  test('shows every field, types as the document has them', async () => {
    const { total, root } = await list('&trans_id=A1');
    expect(total).toBe(1);
    expect(root[0]).toEqual({
      id: expect.any(Number),
      set_of_book: '001',
      ...order('A1'),
      total_amount: 10,
      created_at: '2025-06-01 08:00:00',
      created_user: 'sender',
      is_imported: false,
      imported_at: null,
      imported_user: null,
      retail_id: null,
      retail_code: null,
      import_error: null,
      refunded_after_import: false,
    });
  });

  test('filters by each of its parameters', async () => {
    const send = (id: string, more: Record<string, unknown>) => ask('POST', '/api/create_order', order(id, more), 'sender');
    await send('B1', { create_time: '2025-05-31 23:59:59', dev_id: 5 });
    await send('B2', { create_time: '2025-06-01 00:00:00', status: statusOf.closed });
    await send('B3', { create_time: '2025-06-01 23:59:59' });
    await send('B4', { create_time: '2025-06-02 00:00:00' });
    const ids = async (query: string) => (await list(query)).root.map(({ trans_id }: { trans_id: string }) => trans_id);
    expect(await ids('')).toEqual(['B4', 'B3', 'A1', 'B2', 'B1']);
    expect(await ids('&start_date=2025-06-01&end_date=2025-06-01')).toEqual(['B3', 'A1', 'B2']);
    expect(await ids('&start_date=2025-06-01 07:30:00&end_date=2025-06-01 23:59:59')).toEqual(['B3', 'A1']);
    expect(await ids('&end_date=2025-05-31')).toEqual(['B1']);
    expect(await ids('&dev_id=5')).toEqual(['B1']);
    expect(await ids('&status=105')).toEqual(['B2']);
    expect(await ids('&is_imported=1')).toEqual([]);
    expect(await ids('&is_imported=0&start=1&limit=2')).toEqual(['B3', 'A1']);
    expect((await list('&limit=1')).total).toBe(5);
    expect((await list('&is_imported=2')).errmsg).toBe('is_imported must be 0 or 1');
  });

  test('an action is required, and HEAD has none', async () => {
    const { body } = await ask('GET', '/api/orders');
    expect(body).toEqual({ state: 0, errmsg: 'action must be get_orders or trade_view' });
    expect((await ask('HEAD', '/api/orders?action=get_orders')).status).toBe(405);
  });
});

describe('2.11 to 2.13', () => {
  const idOf = async (transId: string) => (await books.order(transId)).id;

  test('import: once, and then it has its bill', async () => {
    const path = `/api/orders/${await idOf('A1')}`;
    expect((await ask('HEAD', `${path}?action=import`)).status).toBe(405);
    expect(books.c8.bills).toHaveLength(0);
    expect((await ask('GET', `${path}?action=import`)).text).toBe('{"state":1}');
    const [bill] = books.c8.bills;
    expect(await books.order('A1')).toMatchObject({
      is_imported: true,
      imported_at: '2025-06-01 08:00:00',
      imported_user: 'user',
      retail_id: bill?.retailId,
      retail_code: bill?.retailCode,
    });
    expect(bill).toMatchObject({ storeId: 21, bankId: 12, memberId: 13, employeeId: 14, billType: 2, totalCents: 1000 });
    expect(bill?.lines).toEqual([
      { barcode: '6901028075831', name: '可口可乐', quantity: 3, amountCents: 990, costCents: 630 },
      { barcode: '6902083881405', name: '薯片', quantity: 1, amountCents: 10, costCents: 5 },
    ]);
    expect((await ask('GET', `${path}?action=import`)).body).toEqual({ state: 0, errmsg: `订单已导入（${bill?.retailCode}）` });
    expect((await ask('GET', path)).body).toEqual({ state: 0, errmsg: 'action must be import or init_order' });
  });

  test('import: paid orders alone, of devices that are configured', async () => {
    expect(await books.import('B2')).toBe('订单状态不是支付成功，不能导入（105）');
    expect(await books.import('B1')).toBe('设备没有货柜配置，请先添加货柜配置（dev_id 5）');
  });

  test('an order that is sent again updates what is newer, and never un-imports', async () => {
    const again = (more: object) => ask('POST', '/api/create_order', { ...order('A1'), ...more }, 'sender');
    await again({ status: 104, update_time: '2025-06-01 07:30:59' });
    expect(await books.order('A1')).toMatchObject({ status: 100, is_imported: true });
    await again({ status: 103, update_time: '2025-06-01 07:40:00' });
    expect(await books.order('A1')).toMatchObject({ status: 103, is_imported: true, refunded_after_import: true });
  });

  test('init_order: refused with the bill’s code as long as the ERP has it', async () => {
    const path = `/api/orders/${await idOf('A1')}?action=init_order`;
    const code = books.c8.bills[0]?.retailCode ?? '';
    expect((await ask('GET', path)).body).toMatchObject({ state: 0, errmsg: expect.stringContaining(code) });
    books.c8.hideBills(true);
    expect((await ask('GET', path)).body.errmsg).toMatch(/^暂时无法连接ERP/);
    books.c8.hideBills(false);
    expect((await ask('DELETE', `/api/orders/${await idOf('A1')}`)).body.errmsg).toMatch(/^订单已导入/);
    books.c8.deleteBill(code);
    expect((await ask('GET', path)).text).toBe('{"state":1}');
    expect(await books.order('A1')).toMatchObject({ is_imported: false, retail_id: null, retail_code: null, imported_at: null });
  });

  test('delete', async () => {
    const path = `/api/orders/${await idOf('A1')}`;
    expect((await ask('DELETE', path)).text).toBe('{"state":1}');
    expect(await ask('DELETE', path)).toMatchObject({ status: 404, body: { state: 0, errmsg: '订单不存在' } });
    expect(await ask('GET', '/api/orders/x?action=import')).toMatchObject({ status: 404, body: { state: 0 } });
  });
});

describe('tokens', () => {
  test('are good for their own kind of call alone', async () => {
    const calls: [Method, string, Who][] = [
      ['POST', '/api/create_order', 'sender'],
      ['GET', '/api/orders?action=trade_view', 'user'],
      ['GET', '/api/devices', 'user'],
      ['GET', '/api/set_of_books?set_of_book=001', 'user'],
      ['PUT', `/api/set_of_books/${books.setId}`, 'administrator'],
    ];
    for (const [method, path, right] of calls) {
      for (const who of ['sender', 'user', 'administrator', 'nobody'] as const) {
        const { status, body } = await ask(method, path, method === 'GET' ? undefined : order('K1'), who);
        expect([path, who, status]).toEqual([path, who, who === right ? 200 : 401]);
        if (status === 401) expect(body).toMatchObject({ [path === '/api/create_order' ? 'status' : 'state']: 0 });
      }
    }
  });

  test('show nothing of another set of books', async () => {
    await foreign.send('F1');
    const { id } = await foreign.order('F1');
    const [theirs] = (await foreign.client.devices(foreign.tokens.user)).root;
    expect((await ask('GET', '/api/orders?action=trade_view&trans_id=F1')).body).toMatchObject({ total: 0, root: [] });
    for (const path of [`/api/orders/${id}?action=import`, `/api/orders/${id}?action=init_order`, `/api/devices/${theirs?.id}`]) {
      expect(await ask('GET', path)).toMatchObject({ status: 404 });
    }
    expect(await ask('PUT', `/api/devices/${theirs?.id}`, deviceBody())).toMatchObject({ status: 404 });
    expect(await ask('DELETE', `/api/orders/${id}`)).toMatchObject({ status: 404 });
  });

  test('count no more when the integration is revoked, and only where the path names it', async () => {
    const list = '/api/orders?action=trade_view';
    expect(await ask('GET', `/i/${books.integrationId}${list}`)).toMatchObject(ok);
    expect(await ask('GET', `/i/${foreign.integrationId}${list}`)).toMatchObject({ status: 401 });
    await hub.changeIntegration(foreign.merchantId, foreign.integrationId, { status: 'revoked' });
    expect(await ask('GET', list, undefined, 'user', foreign)).toMatchObject({ status: 401 });
  });

  test('what fails before a call is answered in its form', async () => {
    expect(await ask('GET', '/api/create_order')).toMatchObject({ status: 405, body: { status: 0 } });
    expect(await ask('GET', '/api/orders/1/2')).toMatchObject({ status: 404, body: { state: 0, errmsg: '接口不存在' } });
  });
});

test('requests beyond the limit are answered 429', async () => {
  const limited = await startTestHub({ environment: { POLYVEND_RATE_LIMIT: '2' } });
  const own = await openBooks(limited, { merchantId: limited.merchant.id, device: false });
  try {
    const headers = { Token: own.tokens.user };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => rawRequest(`${limited.url}/api/devices`, { method: 'GET', headers })),
    );
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toEqual({ state: 0, errmsg: '请求过于频繁' });
  } finally {
    await own.close();
    await limited.stop();
  }
});
