import { type GoboxClient, goboxClient, type Order, type OrderMessage, orderBody, statusOf } from '@polyvend/protocols/gobox';
import { type C8, type C8Options, createC8, createGobox, type Gobox } from '@polyvend/simulator';
import { dialect, role } from '../../packages/server/src/dialects/gobox/index.ts';
import { issueBookToken } from '../../packages/server/src/ledger/books/book-tokens.ts';
import { createSetOfBooks } from '../../packages/server/src/ledger/books/create-set-of-books.ts';
import { getSetOfBooks, type SetOfBooks } from '../../packages/server/src/ledger/books/set-of-books.ts';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';

export interface TestBooks {
  merchantId: number;
  setId: number;
  integrationId: number;
  number: string;
  c8: C8;
  gobox: Gobox;
  client: GoboxClient;
  /** By what they are for: handing over orders, everything else, changing the set. */
  tokens: { sender: string; user: string; administrator: string };
  set(): Promise<SetOfBooks>;
  /** Hands an order over, as a vending system does. */
  send(transId: string, what?: Partial<OrderMessage>): Promise<void>;
  /** As the list has it. */
  order(transId: string): Promise<Order & { import_error: string | null; refunded_after_import: boolean }>;
  /** Asks for the import of an order; what was answered when it was refused. */
  import(transId: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface TestBooksOptions {
  merchantId: number;
  number?: string;
  c8?: C8Options;
  autoImport?: boolean;
  /** Where its orders come from: a goBox of its own, or the hub's own machines. */
  source?: 'gobox' | 'ledger';
  /** A configuration for device 7 (true). */
  device?: boolean;
}

let sets = 0;

export const session = { token: 'session-of-wang', userName: 'wang' };

/** A set of books with a C8 and a goBox of its own. */
export async function openBooks(site: { ledger: Ledger; url: string }, options: TestBooksOptions): Promise<TestBooks> {
  const { ledger, url } = site;
  const { merchantId, autoImport = false, device = true, source = 'gobox' } = options;
  sets += 1;
  const number = options.number ?? `Z${String(sets).padStart(3, '0')}`;
  const c8 = await createC8({ sessions: { [session.token]: session.userName }, ...options.c8 });
  const gobox = await createGobox();
  const { id: setId, integrationId } = await createSetOfBooks(ledger, {
    merchantId,
    number,
    dialect,
    role,
    erp: { kind: 'c8', url: c8.url, key: c8.serviceKey },
    source:
      source === 'ledger'
        ? { kind: source, url: '', userName: '', key: '' }
        : { kind: source, url: gobox.url, userName: gobox.userName, key: gobox.appKey },
    autoImport,
    by: 'test',
  });
  const issue = async (kind: 'sender' | 'user' | 'administrator') =>
    (await issueBookToken(ledger, { merchantId, setId, kind, userName: kind, seconds: 400 * 86_400 })).token;
  const tokens = { sender: await issue('sender'), user: await issue('user'), administrator: await issue('administrator') };
  const client = goboxClient({ baseUrl: url });
  if (device) await client.createDevice(tokens.user, deviceBody());
  const order: TestBooks['order'] = async (transId) => {
    const { root } = await client.orders(tokens.user, { trans_id: transId });
    const [found] = root as Awaited<ReturnType<TestBooks['order']>>[];
    if (!found) throw new Error(`There is no order ${transId}`);
    return found;
  };
  return {
    merchantId,
    setId,
    integrationId,
    number,
    c8,
    gobox,
    client,
    tokens,
    set: () => getSetOfBooks(ledger, merchantId, setId),
    send: (transId, what = {}) =>
      client.createOrder(tokens.sender, orderBody(orderMessage(transId, ledger.clock.now(), what), 'Asia/Shanghai')),
    order,
    async import(transId) {
      const { id } = await order(transId);
      return await client.importOrder(tokens.user, id).then(
        () => undefined,
        (error: Error) => error.message,
      );
    },
    async close() {
      await Promise.all([c8.close(), gobox.close()]);
    },
  };
}

export function orderMessage(transId: string, at: Date, what: Partial<OrderMessage> = {}): OrderMessage {
  return {
    transId,
    status: statusOf.paid,
    userNo: 'u-1',
    devId: 7,
    createTime: at,
    updateTime: at,
    products: [
      { barcode: '6901028075831', name: '可口可乐', num: 2, amountCents: 660, costCents: 420 },
      { barcode: '6902083881405', name: '薯片', num: 1, amountCents: 590, costCents: 310 },
    ],
    ...what,
  };
}

export const deviceBody = (dev_id = 7) => ({
  name: `一号柜 ${dev_id}`,
  dev_id,
  store_id: 11,
  bank_id: 12,
  member_id: 13,
  employee_id: 14,
  bill_type: 2,
});
