import { statusOf } from '@polyvend/protocols/gobox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkDay } from '../../packages/server/src/ledger/books/check-day.ts';
import { createNeighbours } from '../../packages/server/src/neighbours/index.ts';
import { guardedHttp } from '../../packages/server/src/notifications/index.ts';
import { startTestHub, type TestHub } from '../support/index.ts';
import { openBooks, type TestBooks } from '../support/open-books.ts';

let hub: TestHub;
let books: TestBooks;

beforeAll(async () => {
  hub = await startTestHub();
  books = await openBooks(hub, { merchantId: hub.merchant.id });
});
afterAll(async () => {
  await books?.close();
  await hub?.stop();
});

test('orders against bills, of a day in the zone of the set of books', async () => {
  const http = guardedHttp({ allow: 'any' });
  const check = async (day: string) => checkDay(hub.ledger, createNeighbours(hub.ledger, http), await books.set(), day);
  try {
    const at = (time: string) => ({ createTime: new Date(`${time}+08:00`) });
    for (const [transId, time] of [
      ['before', '2025-05-31T23:59:59'],
      ['agreed', '2025-06-01T00:00:00'],
      ['missing', '2025-06-01T10:00:00'],
      ['changed', '2025-06-01T11:00:00'],
      ['refunded', '2025-06-01T12:00:00'],
      ['doubled', '2025-06-01T23:59:59'],
      ['after', '2025-06-02T00:00:00'],
    ] as const) {
      await books.send(transId, at(time));
      expect(await books.import(transId)).toBeUndefined();
    }
    await books.send('waiting', at('2025-06-01T13:00:00'));
    await books.send('unpaid', { ...at('2025-06-01T13:00:00'), status: statusOf.waitingForPayment });
    expect(await check('2025-06-01')).toMatchObject({ agreed: 5, agreedCents: 6250, missing: [], waiting: 1, surplus: [] });

    const codeOf = (transId: string) => books.c8.billsOf(transId)[0]?.retailCode ?? '';
    const missing = codeOf('missing');
    books.c8.deleteBill(missing);
    books.c8.changeBill(codeOf('changed'), 1);
    hub.clock.advance(3_600 * 10);
    await books.send('refunded', { ...at('2025-06-01T12:00:00'), status: statusOf.refunded });
    const [bill] = books.c8.billsOf('doubled');
    if (bill) books.c8.addBill({ ...bill, key: `${books.number}/by-hand`, transId: 'by-hand' });
    expect(await check('2025-06-01')).toEqual({
      day: '2025-06-01',
      agreed: 3,
      agreedCents: 3750,
      missing: [{ transId: 'missing', totalCents: 1250, billCode: missing }],
      different: [{ transId: 'changed', totalCents: 1250, billCode: codeOf('changed'), billCents: 1 }],
      refunded: [{ transId: 'refunded', totalCents: 1250, billCode: codeOf('refunded') }],
      surplus: [expect.objectContaining({ key: `${books.number}/by-hand`, totalCents: 1250 })],
      waiting: 1,
    });
    expect(await check('2025-05-31')).toMatchObject({ agreed: 1, waiting: 0 });
    books.c8.hideBills(true);
    await expect(check('2025-06-01')).rejects.toMatchObject({ code: 'erp.unavailable' });
  } finally {
    await http.close();
  }
});
