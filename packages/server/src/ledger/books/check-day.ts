import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { billKey } from './claim-import.ts';
import { paid } from './import-state.ts';
import type { Bill, Neighbours } from './ports.ts';
import type { SetOfBooks } from './set-of-books.ts';

export interface CheckedOrder {
  transId: string;
  totalCents: number;
  billCode: string;
  /** Of the bill, where it is another than the order's. */
  billCents?: number;
}

/** Orders of a day against the ERP's bills of it. */
export interface DayCheck {
  day: string;
  /** Orders whose bill says the same. */
  agreed: number;
  agreedCents: number;
  /** Imported, and the ERP has no such bill any more. */
  missing: CheckedOrder[];
  /** The bill has another amount, or is another than the one that was made. */
  different: CheckedOrder[];
  /** Imported, then refunded: a credit note is to be made. They agree or not beside that. */
  refunded: CheckedOrder[];
  /** Bills that belong to no imported order, and a second one of the same order. */
  surplus: Bill[];
  /** Paid, and not imported yet. */
  waiting: number;
}

interface Row {
  transId: string;
  totalCents: number;
  status: number;
  importState: string;
  billId: number | null;
  billCode: string | null;
  refunded: boolean;
}

/** @param day YYYY-MM-DD in the set's zone, by when the orders were placed. Refuses erp.unavailable. */
export async function checkDay(ledger: Ledger, neighbours: Neighbours, set: SetOfBooks, day: string): Promise<DayCheck> {
  const bills = await billsOf(neighbours, set, day);
  const { rows } = await sql<Row>`
    select trans_id as "transId", total_cents as "totalCents", status, import_state as "importState", bill_id as "billId",
      bill_code as "billCode", refunded_after_import_at is not null as refunded
    from book_orders
    where merchant_id = ${set.merchantId} and set_id = ${set.id}
      and ordered_at >= ${day}::date::timestamp at time zone ${set.timeZone}
      and ordered_at < (${day}::date + 1)::timestamp at time zone ${set.timeZone}
    order by ordered_at, id`.execute(ledger.db);
  const check: DayCheck = { day, agreed: 0, agreedCents: 0, missing: [], different: [], refunded: [], surplus: [], waiting: 0 };
  for (const row of rows) {
    if (row.importState !== 'imported') {
      if (row.status === paid) check.waiting += 1;
      continue;
    }
    const checked = { transId: row.transId, totalCents: row.totalCents, billCode: row.billCode ?? '' };
    const key = billKey(set.number, row.transId);
    const bill = bills.get(key)?.shift();
    if (row.refunded) check.refunded.push(checked);
    if (!bill) check.missing.push(checked);
    else if (bill.totalCents !== row.totalCents || bill.id !== row.billId) {
      check.different.push({ ...checked, billCents: bill.totalCents });
    } else {
      check.agreed += 1;
      check.agreedCents += row.totalCents;
    }
  }
  check.surplus = [...bills.values()].flat();
  return check;
}

/** By their keys; a list each, because a second one is what the check is to see. */
async function billsOf(neighbours: Neighbours, set: SetOfBooks, day: string): Promise<Map<string, Bill[]>> {
  const erp = neighbours.erpOf(set);
  const bills = new Map<string, Bill[]>();
  for (let page: number | null = 1; page !== null; ) {
    const { bills: some, next }: { bills: Bill[]; next: number | null } = await erp.listBills(day, page);
    for (const bill of some) bills.set(bill.key, [...(bills.get(bill.key) ?? []), bill]);
    page = next !== null && next > page ? next : null;
  }
  return bills;
}
