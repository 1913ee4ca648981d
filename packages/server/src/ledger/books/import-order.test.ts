import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestBooks, testBooks } from '../../testing/books.ts';
import { byTest, eventsOf, refusal, type TestLedger, testLedger } from '../../testing/ledger.ts';
import { LedgerError } from '../errors.ts';
import { billKey, claimImport } from './claim-import.ts';
import { deleteOrder } from './delete-order.ts';
import { finishImport } from './finish-import.ts';
import { importDue } from './import-due.ts';
import { importOrder } from './import-order.ts';
import { type ImportState, importStates, importTimes } from './import-state.ts';
import { resetOrder } from './reset-order.ts';

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

async function importOne({ neighbours, set, idOf }: TestBooks, transId = 'T1') {
  return await importOrder(ledger, neighbours, { set, orderId: await idOf(transId), by: 'wang', cause: byTest });
}

async function rowOf(books: TestBooks, transId = 'T1') {
  const [row] = await ledger.rows<Record<string, unknown>>('select * from book_orders where merchant_id = $1 and trans_id = $2', [
    books.merchantId,
    transId,
  ]);
  return row;
}

test('an import writes down the bill, the attempt and the event', async () => {
  const books = await testBooks(ledger);
  await books.receive({});
  const { billId, billCode } = await importOne(books);
  expect(books.erp.bills).toMatchObject([
    {
      id: billId,
      code: billCode,
      draft: {
        key: billKey(books.set.number, 'T1'),
        storeId: 1,
        bankId: 2,
        memberId: 3,
        employeeId: 4,
        billType: 5,
        totalCents: 660,
      },
    },
  ]);
  expect(await rowOf(books)).toMatchObject({ import_state: 'imported', bill_id: billId, imported_by: 'wang', due_at: null });
  const attempts = await ledger.rows('select attempt, by_user, outcome from book_imports where merchant_id = $1', [
    books.merchantId,
  ]);
  expect(attempts).toEqual([{ attempt: 1, by_user: 'wang', outcome: 'imported' }]);
  const shop = { merchantId: books.merchantId } as Parameters<typeof eventsOf>[1];
  expect(await eventsOf(ledger, shop, 'books.order-imported')).toMatchObject([{ data: { transId: 'T1', billId, by: 'wang' } }]);
});

describe('an outcome that nobody knows', () => {
  test('is asked for, and for two minutes no bill is made', async () => {
    const books = await testBooks(ledger);
    await books.receive({});
    books.erp.onMake = () => ({ kind: 'unknown', detail: 'time-out' });
    expect(await refusal(importOne(books))).toBe('import.unsettled');
    books.erp.onMake = undefined;
    ledger.clock.advance(importTimes.settling - 1);
    expect(await refusal(importOne(books))).toBe('import.unsettled');
    expect(books.erp.bills).toEqual([]);
    ledger.clock.advance(1);
    await importOne(books);
    expect(books.erp.bills).toHaveLength(1);
  });

  test('stays unknown when the ERP cannot be asked, and the order cannot be deleted meanwhile', async () => {
    const books = await testBooks(ledger);
    await books.receive({});
    books.erp.away = true;
    books.erp.onMake = (_, make) => {
      make();
      return { kind: 'unknown', detail: 'HTTP 500' };
    };
    expect(await refusal(importOne(books))).toBe('erp.unavailable');
    const what = { merchantId: books.merchantId, setId: books.set.id, orderId: await books.idOf('T1'), by: 'x', cause: byTest };
    expect(await refusal(deleteOrder(ledger, what))).toBe('book-order.importing');
    books.erp.away = false;
    await importOne(books);
    expect(books.erp.bills).toHaveLength(1);
    expect(await rowOf(books)).toMatchObject({ import_state: 'imported', bill_id: books.erp.bills[0]?.id });
  });

  test('a device that lost its configuration meanwhile: the bill is still found', async () => {
    const books = await testBooks(ledger);
    await books.receive({});
    books.erp.away = true;
    books.erp.onMake = (_, make) => {
      make();
      return { kind: 'unknown', detail: '' };
    };
    await refusal(importOne(books));
    books.erp.away = false;
    await ledger.rows('delete from book_devices where merchant_id = $1', [books.merchantId]);
    await importOne(books);
    expect(books.erp.bills).toHaveLength(1);
  });
});

describe('claims', () => {
  test('a holder who comes back late changes nothing, unless to say that there is a bill', async () => {
    const books = await testBooks(ledger);
    await books.receive({});
    const orderId = await books.idOf('T1');
    const late = await claimImport(ledger, books.set, orderId, 'late');
    expect(await refusal(claimImport(ledger, books.set, orderId, 'other'))).toBe('book-order.importing');
    ledger.clock.advance(importTimes.claim);
    const next = await claimImport(ledger, books.set, orderId, 'next');
    expect([late.askFirst, next.askFirst]).toEqual([false, true]);
    const failed = { kind: 'failed', problem: 'import.refused', subject: '', detail: '', bill: 'none' } as const;
    await finishImport(ledger, late, failed, 'late', byTest);
    expect(await rowOf(books)).toMatchObject({ import_state: 'claimed', attempts: 2 });
    await finishImport(ledger, late, { kind: 'imported', billId: 9, billCode: 'B9', found: false }, 'late', byTest);
    await finishImport(ledger, next, { kind: 'imported', billId: 9, billCode: 'B9', found: true }, 'next', byTest);
    expect(await rowOf(books)).toMatchObject({ import_state: 'imported', bill_id: 9, imported_by: 'late' });
  });

  test('whose holder is gone, of an order that was refunded meanwhile: the ERP is still asked', async () => {
    const books = await testBooks(ledger);
    await books.receive({});
    const { draft } = await claimImport(ledger, books.set, await books.idOf('T1'), 'gone');
    if (draft) await books.erp.makeBill(draft);
    ledger.clock.advance(importTimes.claim);
    await books.receive({ status: 103 });
    await importOne(books);
    expect(await rowOf(books)).toMatchObject({ import_state: 'imported', refunded_after_import_at: ledger.clock.now() });
  });

  test('are refused for what is not there, not paid, imported', async () => {
    const books = await testBooks(ledger);
    await books.receive({ transId: 'unpaid', status: 101 }, { transId: 'T1' });
    expect(await refusal(claimImport(ledger, books.set, 987_654, 'x'))).toBe('book-order.unknown');
    expect(await refusal(importOne(books, 'unpaid'))).toBe('book-order.status');
    await importOne(books);
    expect(await refusal(importOne(books))).toBe('book-order.imported');
    const foreign = await testBooks(ledger);
    expect(await refusal(claimImport(ledger, foreign.set, await books.idOf('T1'), 'x'))).toBe('book-order.unknown');
  });
});

test('the life of an import is a table', () => {
  const all = Object.keys(importStates) as ImportState[];
  const ways = all.flatMap((from) => importStates[from].map((to) => `${from} ${to}`));
  expect(ways).toEqual([
    'open claimed',
    'open open',
    'open stuck',
    'claimed claimed',
    'claimed open',
    'claimed stuck',
    'claimed imported',
    'stuck claimed',
    'stuck open',
    'stuck stuck',
    'imported open',
  ]);
});

test('whatever happens in whatever order, an ERP that makes a bill for each asking has one for each order that is imported', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('import' as const), n: fc.nat(2) }),
    fc.record({ do: fc.constant('due' as const) }),
    fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 29, 60, 119, 120, 1_000) }),
    fc.record({ do: fc.constant('fault' as const), kind: fc.constantFrom('ok', 'lost', 'not-made', 'refused') }),
    fc.record({ do: fc.constant('away' as const), away: fc.boolean() }),
    fc.record({ do: fc.constant('status' as const), n: fc.nat(2), status: fc.constantFrom(100, 101, 103) }),
    fc.record({ do: fc.constant('crash' as const), n: fc.nat(2), made: fc.boolean() }),
    fc.record({ do: fc.constant('reset' as const), n: fc.nat(2), deleted: fc.boolean() }),
    fc.record({ do: fc.constant('delete' as const), n: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const books = await testBooks(ledger, { autoImport: true });
      const { erp, set, neighbours, merchantId } = books;
      const orderId = (n: number) => books.idOf(`T${n}`);
      /** The code with which it was refused, if it was. */
      const quietly = (work: Promise<unknown>) =>
        work.then(
          () => undefined,
          (error: unknown) => (error instanceof LedgerError ? error.code : Promise.reject(error as Error)),
        );
      await books.receive({ transId: 'T0' }, { transId: 'T1' }, { transId: 'T2' });
      for (const one of steps) {
        const by = { by: 'x', cause: byTest };
        if (one.do === 'import') await quietly(importOne(books, `T${one.n}`));
        else if (one.do === 'due') await importDue(ledger, neighbours);
        else if (one.do === 'wait') ledger.clock.advance(one.seconds);
        else if (one.do === 'away') erp.away = one.away;
        else if (one.do === 'status')
          await books.receive({ transId: `T${one.n}`, status: one.status, changedAt: ledger.clock.now() });
        else if (one.do === 'delete')
          await quietly(deleteOrder(ledger, { merchantId, setId: set.id, orderId: await orderId(one.n), ...by }));
        else if (one.do === 'reset') {
          const billsBefore = erp.bills;
          if (one.deleted) erp.bills = erp.bills.filter(({ draft }) => draft.transId !== `T${one.n}`);
          const refused = await quietly(resetOrder(ledger, neighbours, { set, orderId: await orderId(one.n), ...by }));
          // A bookkeeper deletes a bill to reset its order; where that was not possible, the bill is not deleted.
          const [row] = await ledger.rows<{ import_state: string }>(
            'select import_state from book_orders where merchant_id = $1 and trans_id = $2',
            [merchantId, `T${one.n}`],
          );
          if (refused !== undefined || row?.import_state === 'imported') erp.bills = billsBefore;
        } else if (one.do === 'crash') {
          const claim = await claimImport(ledger, set, await orderId(one.n), 'gone').catch(() => undefined);
          if (claim && one.made && !(await erp.findBill(claim.key).catch(() => 'away')) && claim.draft)
            await erp.makeBill(claim.draft);
        } else {
          erp.onMake = (_, make) => {
            if (one.kind === 'refused') return { kind: 'refused', problem: 'import.refused', subject: '', detail: '' };
            if (one.kind !== 'not-made') {
              const made = make();
              if (one.kind === 'ok') return made;
            }
            return { kind: 'unknown', detail: '' };
          };
        }
      }
      erp.away = false;
      erp.onMake = undefined;
      for (let n = 0; n < 6; n += 1) {
        ledger.clock.advance(4 * 3_600);
        while ((await importDue(ledger, neighbours)) > 0);
      }
      const rows = await ledger.rows<{ trans_id: string; status: number; import_state: string; bill_id: number | null }>(
        'select trans_id, status, import_state, bill_id from book_orders where merchant_id = $1',
        [merchantId],
      );
      for (const { trans_id, status, import_state, bill_id } of rows) {
        const bills = erp.bills.filter(({ draft }) => draft.transId === trans_id);
        expect(bills.length).toBeLessThanOrEqual(1);
        expect(import_state).toBe(status === 100 || bills.length === 1 ? 'imported' : 'open');
        expect(bills[0]?.id ?? null).toBe(bill_id);
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
