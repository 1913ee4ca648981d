import { afterAll, beforeAll, expect, test } from 'vitest';
import { importOrder } from '../ledger/books/import-order.ts';
import { listKeptBills, markExported, withdrawBill } from '../ledger/books/keep-bill.ts';
import { resetOrder } from '../ledger/books/reset-order.ts';
import { testBooks } from '../testing/books.ts';
import { byTest, refusal, type TestLedger, testLedger } from '../testing/ledger.ts';
import { file } from './file.ts';
import { writeBills } from './write-bills.ts';

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

test('an ERP without an interface: its bills are kept, written into files, and one can be withdrawn', async () => {
  const books = await testBooks(ledger);
  const { set } = books;
  const erp = file(ledger, set);
  const neighbours = { ...books.neighbours, erpOf: () => erp };
  const products = [
    { barcode: '06901028075831', name: '=可乐,"大"', quantity: 2, amountCents: 660, costCents: 400 },
    { barcode: '690', name: '薯片', quantity: 1, amountCents: 29, costCents: 0 },
  ];
  await books.receive({ products }, { transId: 'T2', orderedAt: new Date('2025-06-03T00:00:00Z') });
  const orderId = await books.idOf('T1');
  const { billCode } = await importOrder(ledger, neighbours, { set, orderId, by: 'x', cause: byTest });
  await importOrder(ledger, neighbours, { set, orderId: await books.idOf('T2'), by: 'x', cause: byTest });

  const bills = await listKeptBills(ledger, set, { day: '2025-06-01' });
  expect(bills).toMatchObject([{ code: billCode, totalCents: 689, exportedAt: null }]);
  const [draft] = bills.map((bill) => bill.draft);
  // The same key again is the same bill.
  if (draft) expect(await erp.makeBill(draft)).toMatchObject({ kind: 'made', code: billCode });

  const csv = (await writeBills(bills, 'csv', set.timeZone)).toString('utf8');
  expect(csv).toBe(
    [
      '\ufeffretail_code,trans_id,bill_time,store_id,bank_id,member_id,employee_id,bill_type,total_amount,barcode,name,quantity,amount,cost',
      `${billCode},T1,2025-06-01 08:00:00,1,2,3,4,5,6.89,06901028075831,"'=可乐,""大""",2,6.6,4`,
      `${billCode},T1,2025-06-01 08:00:00,1,2,3,4,5,6.89,690,薯片,1,0.29,0`,
      '',
    ].join('\r\n'),
  );
  const xlsx = await writeBills(bills, 'xlsx', set.timeZone);
  expect(xlsx.subarray(0, 2).toString()).toBe('PK');

  await markExported(
    ledger,
    set,
    bills.map(({ id }) => id),
  );
  expect((await listKeptBills(ledger, set, { day: '2025-06-01' }))[0]?.exportedAt).toEqual(ledger.clock.now());
  const reset = () => resetOrder(ledger, neighbours, { set, orderId, by: 'x', cause: byTest });
  expect(await refusal(reset())).toBe('book-order.bill-exists');
  expect(await withdrawBill(ledger, set, 'T1')).toBe(true);
  await reset();
  expect(await withdrawBill(ledger, set, 'T1')).toBe(false);
});
