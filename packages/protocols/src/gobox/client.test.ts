import { describe, expect, test } from 'vitest';
import { goboxClient } from './client.ts';

function withAnswer(answer: string | object, status = 200) {
  const sent: string[] = [];
  const client = goboxClient({
    baseUrl: 'https://hub.example/',
    fetch: async (url, init) => {
      sent.push(`${init?.method} ${String(url).slice('https://hub.example'.length)} ${new Headers(init?.headers).get('token')}`);
      return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), { status });
    },
  });
  return { client, sent };
}

test('each call has its path, its method and its token', async () => {
  const { client, sent } = withAnswer({ state: 1, token: 't', page: 2, root: [] });
  const device = { name: 'n', dev_id: 1, store_id: 1, bank_id: 1, member_id: 1, employee_id: 1, bill_type: 1 };
  await client.accessToken('s', { url: 'http://c8', set_of_book: '1', user_name: 'u' });
  await client.setOfBooks('t', '1');
  await client.changeSetOfBooks('a', 1, { app_key: 'k', user_name: 'u' });
  await client.createDevice('t', device);
  await client.devices('t', { name: '柜', start: 0 });
  await client.device('t', 2);
  await client.changeDevice('t', 2, device);
  await client.deleteDevice('t', 2);
  expect(await client.downloadOrders('t', { start_date: '2025-06-01', page: 1 })).toBe(2);
  await client.orders('t', { is_imported: 0 });
  await client.importOrder('t', 3);
  await client.resetOrder('t', 3);
  await client.deleteOrder('t', 3);
  expect(sent).toEqual([
    'GET /api/access_token?url=http%3A%2F%2Fc8&set_of_book=1&user_name=u s',
    'GET /api/set_of_books?set_of_book=1 t',
    'PUT /api/set_of_books/1 a',
    'POST /api/devices t',
    'GET /api/devices?name=%E6%9F%9C&start=0 t',
    'GET /api/devices/2 t',
    'PUT /api/devices/2 t',
    'DELETE /api/devices/2 t',
    'GET /api/orders?action=get_orders&start_date=2025-06-01&page=1 t',
    'GET /api/orders?action=trade_view&is_imported=0 t',
    'GET /api/orders/3?action=import t',
    'GET /api/orders/3?action=init_order t',
    'DELETE /api/orders/3 t',
  ]);
});

test('create_order answers with `status`', async () => {
  const order = { trans_id: '1', status: 100, e_id: '', dev_id: 1, create_time: '', update_time: '', products: [] };
  await withAnswer({ status: 1 }).client.createOrder('t', order);
  await expect(withAnswer({ status: 0, errmsg: 'trans_id is required' }).client.createOrder('t', order)).rejects.toThrow(
    'trans_id',
  );
});

describe('errors', () => {
  test('carry errmsg and HTTP status', async () => {
    const error = await withAnswer({ state: 0, errmsg: '订单不存在' }, 404)
      .client.deleteOrder('t', 1)
      .catch((one) => one);
    expect(error).toMatchObject({ name: 'GoboxError', status: 404, message: '订单不存在' });
  });

  test.each(['<html>', '', '[]', 'null', '{}'])('%j from a proxy', async (text) => {
    await expect(withAnswer(text, 502).client.deleteOrder('t', 1)).rejects.toMatchObject({ status: 502, message: /HTTP 502/ });
  });
});
