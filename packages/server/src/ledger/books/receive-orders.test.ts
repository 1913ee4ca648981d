import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testBooks } from '../../testing/books.ts';
import { byTest, eventsOf, refusal, type TestLedger, testLedger } from '../../testing/ledger.ts';
import { findBookToken, issueBookToken, revokeBookTokens } from './book-tokens.ts';
import { createSetOfBooks } from './create-set-of-books.ts';
import { listOrders } from './list-orders.ts';
import type { SourceOrder } from './ports.ts';
import { receiveOrders } from './receive-orders.ts';

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

describe('orders received', () => {
  test('are added, changed by what is newer, and left by what is not', async () => {
    const { merchantId, set } = await testBooks(ledger);
    const at = ledger.clock.now();
    const products = [{ barcode: '1', name: 'x', quantity: 1, amountCents: 100, costCents: 50 }];
    const order = { transId: 'T1', status: 101, userNo: 'u', devId: 7, orderedAt: at, changedAt: at, products };
    const receive = (...orders: SourceOrder[]) =>
      receiveOrders(ledger, { merchantId, setId: set.id, orders, by: 'sender', cause: byTest });
    expect(await receive(order)).toEqual({ added: 1, changed: 0 });
    expect(await receive(order)).toEqual({ added: 0, changed: 0 });
    const later = (ms: number) => new Date(at.getTime() + ms);
    // A page that is read while its orders change has one twice: the later one counts.
    const more = [{ barcode: '2', name: 'y', quantity: 3, amountCents: 350, costCents: 0 }];
    const newer = { ...order, status: 100, changedAt: later(2), products: more, devId: 9, userNo: 'v' };
    expect(await receive(newer, { ...order, status: 105, changedAt: later(1) })).toEqual({ added: 0, changed: 1 });
    expect(await receive({ ...order, status: 105, changedAt: later(1) })).toEqual({ added: 0, changed: 0 });
    const { orders } = await listOrders(ledger, { merchantId, setId: set.id }, { offset: 0, limit: 10 });
    expect(orders).toMatchObject([{ transId: 'T1', status: 100, totalCents: 350, products: more, devId: 7, userNo: 'u' }]);
    const shop = { merchantId } as Parameters<typeof eventsOf>[1];
    expect((await eventsOf(ledger, shop, 'books.order-received', 'books.order-changed')).map(({ kind }) => kind)).toEqual([
      'books.order-received',
      'books.order-changed',
    ]);
  });

  test('at the same time, by two senders, are added once', async () => {
    const { merchantId, set, receive } = await testBooks(ledger);
    await Promise.all(Array.from({ length: 10 }, () => receive({ transId: 'A' }, { transId: 'B' }, { transId: 'C' })));
    const { total } = await listOrders(ledger, { merchantId, setId: set.id }, { offset: 0, limit: 1 });
    expect(total).toBe(3);
  });

  test('lists are counted and paged over an index alone', async () => {
    const { merchantId, set } = await testBooks(ledger);
    await ledger.rows(
      `insert into book_orders (merchant_id, set_id, trans_id, status, dev_id, ordered_at, changed_at, total_cents, products, received_at, received_by)
       select $1, $2, n, 100, n % 50, now() - n * interval '1 minute', now(), 100, '[]', now(), 'x' from generate_series(1, 20000) n`,
      [merchantId, set.id],
    );
    await ledger.rows('vacuum analyze book_orders');
    for (const [filter, index] of [
      ['and status = 100', 'book_orders_by_time'],
      ["and dev_id = 7 and import_state <> 'imported'", 'book_orders_by_device'],
    ]) {
      const plan = await ledger.rows<{ 'QUERY PLAN': string }>(
        `explain select merchant_id, set_id, id, ordered_at from book_orders where merchant_id = $1 and set_id = $2 ${filter}
         order by ordered_at desc, id desc offset 200 limit 25`,
        [merchantId, set.id],
      );
      expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain(`Index Only Scan using ${index}`);
    }
  });
});

describe('tokens', () => {
  test('are known by their hash until they expire or are revoked', async () => {
    const { merchantId, set } = await testBooks(ledger);
    const wanted = { merchantId, setId: set.id, kind: 'user', userName: 'wang', seconds: 60 } as const;
    const { token } = await issueBookToken(ledger, wanted);
    expect(await findBookToken(ledger, token)).toMatchObject({
      kind: 'user',
      userName: 'wang',
      set: { id: set.id, number: set.number },
    });
    const kept = await ledger.rows<{ row: string }>('select row_to_json(t)::text as row from book_tokens t where set_id = $1', [
      set.id,
    ]);
    expect(kept[0]?.row).not.toContain(token);
    for (const none of ['', 'x', `${token}x`, 'x'.repeat(1_000), '\u0000'])
      expect(await findBookToken(ledger, none)).toBeUndefined();
    ledger.clock.advance(60);
    expect(await findBookToken(ledger, token)).toBeUndefined();
    const { token: second } = await issueBookToken(ledger, wanted);
    expect(await ledger.rows('select 1 from book_tokens where set_id = $1', [set.id])).toHaveLength(1);
    expect(await revokeBookTokens(ledger, merchantId, set.id, 'user')).toBe(1);
    expect(await findBookToken(ledger, second)).toBeUndefined();
  });
});

test('a merchant has a number once', async () => {
  const { merchantId, set } = await testBooks(ledger);
  const draft = {
    merchantId,
    number: set.number,
    dialect: 'plain',
    role: 'import',
    erp: { kind: 'test', url: '', key: '' },
    by: 'x',
  };
  expect(await refusal(createSetOfBooks(ledger, draft))).toBe('set-of-books.exists');
});
