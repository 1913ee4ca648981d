import { statusOf } from '@polyvend/protocols/gobox';
import type { C8Behaviour } from '@polyvend/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestHub, type TestHub, until } from '../support/index.ts';
import { openBooks, type TestBooks, type TestBooksOptions } from '../support/open-books.ts';

// Exactly one bill for an order, whatever the ERP does.

const patience = 400;

let hub: TestHub;
/** As patient as hubs are, for what must be heard in time on a busy computer too. */
let calm: TestHub;
const opened: TestBooks[] = [];

beforeAll(async () => {
  [hub, calm] = await Promise.all([startTestHub({ neighbourTimeout: patience }), startTestHub()]);
});
afterAll(async () => {
  await Promise.all(opened.map((books) => books.close()));
  await Promise.all([hub?.stop(), calm?.stop()]);
});

async function open(options: Partial<TestBooksOptions> = {}, at = hub): Promise<TestBooks> {
  const books = await openBooks(at, { merchantId: at.merchant.id, ...options });
  opened.push(books);
  return books;
}

/** What the ERP is about takes less than the seconds that pass, as it would if they passed by themselves. */
async function letPass(books: TestBooks, seconds: number): Promise<void> {
  await books.c8.idle();
  hub.clock.advance(seconds);
  await hub.settle();
}

/** Of every try: import by hand as an impatient person does, then the background, as long as anything is due. */
async function importPatiently(books: TestBooks, transId: string): Promise<void> {
  await books.import(transId);
  await books.import(transId);
  await until(
    async () => {
      if ((await books.order(transId)).is_imported) return true;
      await letPass(books, 60);
      return false;
    },
    `order ${transId} to be imported`,
    60_000,
  );
}

async function expectOneBill(books: TestBooks, transId: string): Promise<void> {
  const bills = books.c8.billsOf(transId);
  expect(bills).toHaveLength(1);
  const order = await books.order(transId);
  expect(order).toMatchObject({ is_imported: true, retail_id: bills[0]?.retailId, retail_code: bills[0]?.retailCode });
  expect(bills[0]).toMatchObject({ totalCents: 1250, setOfBook: books.number, transId, storeId: 11, billType: 2 });
}

const faults: Record<string, C8Behaviour> = {
  'answers well': { kind: 'ok' },
  'makes the bill and answers after our time-out': { kind: 'late', ms: patience + 200 },
  'makes the bill and answers 500': { kind: 'made-500' },
  'makes the bill and never answers': { kind: 'made-silent' },
  'makes the bill and breaks the connection': { kind: 'made-reset' },
  'makes the bill and answers garbage': { kind: 'made-garbage' },
  'answers twice': { kind: 'answers-twice' },
  'makes nothing and answers 500': { kind: 'broken' },
  'makes nothing and breaks the connection': { kind: 'reset' },
};

for (const ignoresKeys of [false, true]) {
  describe(ignoresKeys ? 'at an ERP that makes another bill for the same key' : 'at an ERP that keeps its promise', () => {
    describe.each(Object.entries(faults))('that %s', (_, behaviour) => {
      test('once', async () => {
        const books = await open({ autoImport: true, c8: { ignoresKeys } });
        books.c8.behave(behaviour, 1);
        await books.send('T1');
        await importPatiently(books, 'T1');
        await expectOneBill(books, 'T1');
      });

      test('three times, and answers no questions meanwhile', async () => {
        const books = await open({ autoImport: true, c8: { ignoresKeys } });
        books.c8.behave(behaviour, 3);
        books.c8.hideBills(true);
        await books.send('T1');
        await books.import('T1');
        await letPass(books, 60);
        books.c8.hideBills(false);
        await importPatiently(books, 'T1');
        await expectOneBill(books, 'T1');
      });
    });

    test('twenty imports of one order at once', async () => {
      const books = await open({ c8: { ignoresKeys } }, calm);
      await books.send('T1');
      const answers = await Promise.all(Array.from({ length: 20 }, () => books.import('T1')));
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
      for (const answer of answers) if (answer !== undefined) expect(answer).toMatch(/^订单(已导入|正在导入)/);
      await expectOneBill(books, 'T1');
      expect(books.c8.asked).toHaveLength(1);
    });

    test('thirty orders, imported by hand and in the background at once', async () => {
      const books = await open({ autoImport: true, c8: { ignoresKeys } });
      books.c8.behave({ kind: 'late', ms: 50 }, 30);
      const ids = Array.from({ length: 30 }, (_, n) => `T${n}`);
      await Promise.all(ids.map((transId) => books.send(transId)));
      await Promise.all([hub.settle(), ...ids.map((transId) => books.import(transId))]);
      for (const transId of ids) await importPatiently(books, transId);
      for (const transId of ids) await expectOneBill(books, transId);
    });
  });
}

test('a claim whose holder is gone is taken over, and the ERP is asked first', async () => {
  const books = await open({}, calm);
  await books.send('T1');
  books.c8.behave({ kind: 'made-silent' }, 1);
  books.c8.hideBills(true);
  // As if the process had ended between the ERP's answer and our write: the claim stands, the bill is there.
  const { id } = await books.order('T1');
  const { claimImport } = await import('../../packages/server/src/ledger/books/claim-import.ts');
  const claim = await claimImport(calm.ledger, await books.set(), id, 'gone');
  if (claim.draft) books.c8.addBill({ ...claim.draft, setOfBook: books.number });
  books.c8.hideBills(false);
  expect(await books.import('T1')).toMatch(/正在导入/);
  calm.clock.advance(121);
  expect(await books.import('T1')).toBeUndefined();
  await expectOneBill(books, 'T1');
  expect(books.c8.asked).toHaveLength(0);
});

test('an order that is refunded while nobody knows of its bill: the ERP is still asked', async () => {
  const books = await open({ autoImport: true });
  books.c8.behave({ kind: 'made-silent' }, 1);
  books.c8.hideBills(true);
  await books.send('T1');
  await books.import('T1');
  hub.clock.advance(1);
  await books.send('T1', { status: statusOf.refunded });
  books.c8.hideBills(false);
  await until(async () => {
    await letPass(books, 300);
    return (await books.order('T1')).is_imported;
  }, 'the bill to be found');
  expect(await books.order('T1')).toMatchObject({ is_imported: true, status: statusOf.refunded, refunded_after_import: true });
  expect(books.c8.billsOf('T1')).toHaveLength(1);
});

test('and where it turns out that there is none, none is made', async () => {
  const books = await open({ autoImport: true });
  books.c8.behave({ kind: 'reset' }, 1);
  await books.send('T1');
  await books.import('T1');
  hub.clock.advance(1);
  await books.send('T1', { status: statusOf.refunded });
  hub.clock.advance(600);
  await hub.settle();
  expect(await books.order('T1')).toMatchObject({ is_imported: false, status: statusOf.refunded });
  expect(books.c8.bills).toHaveLength(0);
  expect(await books.import('T1')).toMatch(/不是支付成功/);
});
