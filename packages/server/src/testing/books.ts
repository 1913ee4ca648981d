import { createSetOfBooks } from '../ledger/books/create-set-of-books.ts';
import type { Bill, BillDraft, BillOutcome, Erp, Neighbours, SourceOrder } from '../ledger/books/ports.ts';
import { putDevice } from '../ledger/books/put-device.ts';
import { receiveOrders } from '../ledger/books/receive-orders.ts';
import { getSetOfBooks, type SetOfBooks } from '../ledger/books/set-of-books.ts';
import { refuse } from '../ledger/errors.ts';
import { createMerchant } from '../ledger/merchants/create-merchant.ts';
import { byTest, type TestLedger } from './ledger.ts';

/** An ERP as the ledger sees one, without any wire: its bills in memory, its creations as a test wants them. */
export interface TestErp extends Erp {
  bills: (Bill & { draft: BillDraft })[];
  /** In place of making the bill; `make` makes it. */
  onMake?: ((draft: BillDraft, make: () => BillOutcome) => Promise<BillOutcome> | BillOutcome) | undefined;
  away: boolean;
}

export function testErp(): TestErp {
  let lastId = 500;
  const erp: TestErp = {
    bills: [],
    away: false,
    isSession: async () => true,
    async makeBill(draft) {
      const make = (): BillOutcome => {
        lastId += 1;
        const made = { key: draft.key, id: lastId, code: `B${lastId}`, totalCents: draft.totalCents, draft };
        erp.bills.push(made);
        return { kind: 'made', id: made.id, code: made.code };
      };
      return erp.onMake ? await erp.onMake(draft, make) : make();
    },
    async findBill(key) {
      if (erp.away) refuse('erp.unavailable');
      return erp.bills.find((bill) => bill.key === key);
    },
    listBills: async () => ({ bills: erp.bills, next: null }),
  };
  return erp;
}

export interface TestBooks {
  merchantId: number;
  set: SetOfBooks;
  erp: TestErp;
  neighbours: Neighbours;
  receive(...orders: Partial<SourceOrder>[]): Promise<void>;
  idOf(transId: string): Promise<number>;
}

let sets = 0;

/** A set of books of a merchant of its own, or `of` one, with a configuration for device 7. */
export async function testBooks(
  ledger: TestLedger,
  {
    autoImport = false,
    device = true,
    of,
    source,
  }: { autoImport?: boolean; device?: boolean; of?: number; source?: string } = {},
): Promise<TestBooks> {
  const merchantId = of ?? (await createMerchant(ledger, { name: 'books' })).id;
  sets += 1;
  const erp = testErp();
  const { id: setId } = await createSetOfBooks(ledger, {
    merchantId,
    number: `S${sets}`,
    dialect: 'plain',
    role: 'import',
    erp: { kind: 'test', url: '', key: 'key' },
    ...(source !== undefined && { source: { kind: source, url: '', userName: '', key: '' } }),
    autoImport,
    by: 'test',
  });
  if (device) await putDevice(ledger, { ...testDevice, merchantId, setId });
  return {
    merchantId,
    set: await getSetOfBooks(ledger, merchantId, setId),
    erp,
    neighbours: { erpOf: () => erp, sourceOf: () => refuse('order-source.none') },
    async receive(...orders) {
      const made = orders.map((order) => ({ ...sourceOrder(ledger.clock.now()), ...order }));
      await receiveOrders(ledger, { merchantId, setId, orders: made, by: 'sender', cause: byTest });
    },
    async idOf(transId) {
      const [row] = await ledger.rows<{ id: number }>('select id from book_orders where merchant_id = $1 and trans_id = $2', [
        merchantId,
        transId,
      ]);
      return row?.id ?? 0;
    },
  };
}

export const testDevice = {
  name: 'one',
  devId: 7,
  storeId: 1,
  bankId: 2,
  memberId: 3,
  employeeId: 4,
  billType: 5,
  by: 'test',
  cause: byTest,
};

function sourceOrder(at: Date): SourceOrder {
  return {
    transId: 'T1',
    status: 100,
    userNo: 'u',
    devId: 7,
    orderedAt: at,
    changedAt: at,
    products: [{ barcode: '690', name: 'cola', quantity: 2, amountCents: 660, costCents: 400 }],
  };
}
