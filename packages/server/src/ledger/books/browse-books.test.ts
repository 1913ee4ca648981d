import { afterAll, beforeAll, expect, test } from 'vitest';
import { testBooks } from '../../testing/books.ts';
import { byTest, refusal, type TestLedger, testLedger } from '../../testing/ledger.ts';
import { checkDay } from './check-day.ts';
import { hurryImports } from './hurry-imports.ts';
import { importDue } from './import-due.ts';
import { importOrder } from './import-order.ts';
import { keepDayCheck, listDayChecks } from './keep-day-check.ts';
import { listProblems } from './list-problems.ts';
import { overviewBooks } from './overview-books.ts';
import { showBookOrder } from './show-order.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

const line = { name: 'cola', quantity: 1, amountCents: 300, costCents: 200 };

test('an order is shown with each attempt, the latest first; another merchant’s is not there', async () => {
  const books = await testBooks(ledger);
  const { merchantId, set, erp, neighbours } = books;
  await books.receive({ transId: 'A1' });
  const orderId = await books.idOf('A1');
  erp.onMake = () => ({ kind: 'refused', problem: 'import.period-closed', subject: '2025-05', detail: 'closed' });
  expect(await refusal(importOrder(ledger, neighbours, { set, orderId, by: 'li', cause: byTest }))).toBe('import.period-closed');
  erp.onMake = undefined;
  await importOrder(ledger, neighbours, { set, orderId, by: 'wu', cause: byTest });
  const order = await showBookOrder(ledger, merchantId, set.id, orderId);
  expect(order).toMatchObject({ transId: 'A1', importState: 'imported', totalCents: 660, billCode: erp.bills[0]?.code });
  expect(order.attempts).toMatchObject([
    { attempt: 2, by: 'wu', outcome: 'imported' },
    { attempt: 1, by: 'li', outcome: 'failed', problem: 'import.period-closed', detail: '2025-05 closed' },
  ]);
  const other = await testBooks(ledger);
  expect(await refusal(showBookOrder(ledger, other.merchantId, set.id, orderId))).toBe('book-order.unknown');
});

test('all of a problem are tried again at once: those for a person, and those that would wait for their time', async () => {
  const books = await testBooks(ledger, { autoImport: true });
  const { merchantId, set, erp, neighbours } = books;
  await books.receive({ transId: 'P1' }, { transId: 'P2' }, { transId: 'P3', products: [{ ...line, barcode: '' }] });
  erp.away = true;
  erp.onMake = () => ({ kind: 'refused', problem: 'erp.unavailable', subject: '', detail: 'away' });
  await importDue(ledger, neighbours);
  const groups = await listProblems(ledger, merchantId, set.id);
  expect(groups.map(({ problem, kind, orders }) => [problem, kind, orders])).toEqual([
    ['import.no-barcode', 'person', 1],
    ['erp.unavailable', 'retry', 2],
  ]);
  expect(await overviewBooks(ledger, merchantId)).toMatchObject([
    { number: set.number, stuck: 1, due: 2, importedToday: 0, active: true },
  ]);
  expect((await overviewBooks(ledger, merchantId))[0]?.pausedUntil).not.toBeNull();
  erp.away = false;
  erp.onMake = undefined;
  expect(await importDue(ledger, neighbours)).toBe(0);
  expect(await hurryImports(ledger, { merchantId, setId: set.id, problem: 'erp.unavailable', subject: '' })).toBe(2);
  await importDue(ledger, neighbours);
  expect(await overviewBooks(ledger, merchantId)).toMatchObject([{ stuck: 1, due: 0, importedToday: 2, pausedUntil: null }]);
  expect(erp.bills).toHaveLength(2);
  expect(await hurryImports(ledger, { merchantId, setId: set.id, problem: 'import.no-barcode', subject: 'cola' })).toBe(1);
  const other = await testBooks(ledger);
  expect(
    await hurryImports(ledger, { merchantId: other.merchantId, setId: set.id, problem: 'import.no-barcode', subject: 'cola' }),
  ).toBe(0);
});

test('the check of a day is kept, and one of the same day takes its place', async () => {
  const books = await testBooks(ledger);
  const { merchantId, set, erp, neighbours } = books;
  await books.receive({ transId: 'C1' }, { transId: 'C2' });
  await importOrder(ledger, neighbours, { set, orderId: await books.idOf('C1'), by: 'li', cause: byTest });
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: set.timeZone }).format(ledger.clock.now());
  const keep = async () =>
    await keepDayCheck(ledger, { merchantId, setId: set.id, check: await checkDay(ledger, neighbours, set, day), by: 'li' });
  expect(await keep()).toMatchObject({ day, agreed: 1, agreedCents: 660, missing: 0, waiting: 1, checkedBy: 'li' });
  const bill = erp.bills.pop();
  await keep();
  const list = () => listDayChecks(ledger, { merchantId, setId: set.id, limit: 10 });
  expect(await list()).toMatchObject([
    { day, agreed: 0, missing: 1, found: { missing: [{ transId: 'C1', billCode: bill?.code }] } },
  ]);
  const other = await testBooks(ledger);
  expect(await listDayChecks(ledger, { merchantId: other.merchantId, setId: set.id, limit: 10 })).toEqual([]);
});
