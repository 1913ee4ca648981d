import { keepBill, listKeptBills } from '../ledger/books/keep-bill.ts';
import type { Erp } from '../ledger/books/ports.ts';
import type { SetOfBooks } from '../ledger/books/set-of-books.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** An ERP without an interface: its bills are kept here and written into files (`polyvend books export`), which a person takes there. */
export function file(ledger: Ledger, set: SetOfBooks): Erp {
  return {
    // Nobody signs in at a file: tokens for users are given out by the operator.
    isSession: async () => false,
    async makeBill(draft) {
      const { id, code } = await keepBill(ledger, set, draft);
      return { kind: 'made', id, code };
    },
    findBill: async (key) => (await listKeptBills(ledger, set, { key }))[0],
    listBills: async (day) => ({ bills: await listKeptBills(ledger, set, { day }), next: null }),
  };
}
