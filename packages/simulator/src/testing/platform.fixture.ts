import { activeOrderClient, answerError, answerOk, codes, decodePayload, type ErrorName } from '@polyvend/protocols/active-order';

interface Row {
  readonly trade_id: string;
  readonly notify_url: string;
  readonly records: { id: number; product_id: number; quantity: number; price: string; notify_sent: '0' | '1' }[];
  status: string;
}

/** The least of platforms, behind a `fetch` of its own: two products in every machine, dispensed as soon as they are asked for. */
export function startTestPlatform({ stock, failing }: { stock: number; failing?: number }) {
  const stocks = new Map<number, number>([
    [1, stock],
    [2, stock],
  ]);
  const orders = new Map<number, Row>();
  let lastId = 0;

  const ok = (data: unknown) => new Response(JSON.stringify(answerOk(data)));
  const no = (name: ErrorName) => new Response(JSON.stringify(answerError(name)), { status: codes[name].status });

  function place(body: Omit<Row, 'records' | 'status'> & { products: { product_id: number; quantity: number }[] }): Response {
    const { products, trade_id, notify_url } = body;
    if (products.some(({ product_id, quantity }) => (stocks.get(product_id) ?? 0) < quantity)) return no('stockInsufficient');
    for (const { product_id, quantity } of products) stocks.set(product_id, (stocks.get(product_id) ?? 0) - quantity);
    const records = products.map((line) => ({ id: ++lastId, ...line, price: '3.00', notify_sent: '0' as const }));
    const order_id = ++lastId;
    orders.set(order_id, { trade_id, notify_url, records, status: 'USERPAYING' });
    return ok({ order_id });
  }

  function dispense(order_id: number, record_id: number): Response {
    const order = orders.get(order_id);
    const record = order?.records.find(({ id }) => id === record_id);
    if (order === undefined || record === undefined) return no('recordNotFound');
    const deliver_status = record.product_id === failing ? '0' : '1';
    const body = { method: 'device.delivery.response', order_id, record_id, deliver_status, floor_status: '1', error_msg: '' };
    void fetch(order.notify_url, { method: 'POST', body: JSON.stringify(body) }).catch(() => {});
    return ok({ delivery_id: String(record_id), status: '未取货或正在出货' });
  }

  async function answer(url: string, method: string, text: string): Promise<Response> {
    const path = new URL(url).pathname.replace('/api/openapi/v1', '');
    const body = JSON.parse(text) as Parameters<typeof place>[0] & { payload?: string };
    const decoded = decodePayload(body.payload);
    const params = decoded.ok ? decoded.value : {};
    if (path === '/orders') return place(body);
    if (path === '/deliveries') return dispense(Number(params.order_id), Number(params.record_id));
    if (path === '/products') {
      const data = [...stocks].map(([id, current_inventory]) => ({ id, current_inventory }));
      return ok({ data, total: 2, current_page: 1, last_page: 1, per_page: 100 });
    }
    const order_id = Number(path.split('/')[2]);
    const order = orders.get(order_id);
    if (order === undefined) return no('recordNotFound');
    if (method !== 'PUT') return ok({ order_id, ...order });
    order.status = params.status === '1' ? 'SUCCESS' : 'REFUND';
    return ok('');
  }

  return {
    client: activeOrderClient({
      baseUrl: 'http://platform.test',
      appId: 'a',
      appSecret: 's',
      appKey: 'k',
      fetch: async (url, init) => answer(String(url), init?.method ?? 'GET', String(init?.body)),
    }),
    statuses() {
      const tally: { [status: string]: number } = {};
      for (const { status } of orders.values()) tally[status] = (tally[status] ?? 0) + 1;
      return tally;
    },
  };
}
