import type { ImportProblem } from './import-state.ts';
import type { SetOfBooks } from './set-of-books.ts';

// What the ledger asks of its neighbours. Who they are, and over which wire they are asked, is outside.

/** One line of an order, and of its bill. Money in minor units; amounts are of the whole line. */
export interface BookProduct {
  barcode: string;
  name: string;
  quantity: number;
  amountCents: number;
  costCents: number;
}

/** A retail bill that is to be made of an order. */
export interface BillDraft {
  /** Of set of books and trans_id: the same order has the same, whenever it is asked for. */
  key: string;
  transId: string;
  soldAt: Date;
  storeId: number;
  bankId: number;
  memberId: number;
  employeeId: number;
  billType: number;
  totalCents: number;
  lines: readonly BookProduct[];
}

/** A bill that the ERP has. */
export interface Bill {
  key: string;
  id: number;
  code: string;
  totalCents: number;
}

export type BillOutcome =
  | { kind: 'made'; id: number; code: string }
  /** No bill was made, and none will be of this call. */
  | { kind: 'refused'; problem: ImportProblem; subject: string; detail: string }
  /** No answer that says which: the bill may be there, or yet come. */
  | { kind: 'unknown'; detail: string };

/** The ERP of a set of books. Calls take seconds at most; one that cannot be made refuses erp.unavailable. */
export interface Erp {
  /** Whether this session is the user's. */
  isSession(session: string, userName: string): Promise<boolean>;
  /** Never throws: what cannot be told is an unknown outcome. */
  makeBill(draft: BillDraft): Promise<BillOutcome>;
  findBill(key: string): Promise<Bill | undefined>;
  /** Bills whose orders were placed on a day (YYYY-MM-DD) of the set's zone; pages from 1, `next` null after the last. */
  listBills(day: string, page: number): Promise<{ bills: Bill[]; next: number | null }>;
}

/** An order as its source tells it. */
export interface SourceOrder {
  transId: string;
  /** Of an order of our own, told as it is now, whenever it last changed. */
  orderId?: number;
  status: number;
  userNo: string;
  devId: number;
  orderedAt: Date;
  changedAt: Date;
  products: readonly BookProduct[];
}

export interface SourceFilter {
  from?: Date | undefined;
  /** Not included. */
  before?: Date | undefined;
  devId?: number | undefined;
  transId?: string | undefined;
  status?: number | undefined;
}

export interface SourceToken {
  token: string;
  expiresAt: Date;
}

/**
 * Where a set of books gets its orders, when it is not sent them. One that needs a token is given the set's, which the ledger keeps and
 * renews. Refuses order-source.unavailable, and order-source.refused when key or token do not count.
 */
export interface OrderSource {
  /** Undefined where none is needed. */
  signIn?: () => Promise<SourceToken>;
  /** Pages from 1; `next` is null after the last. Orders that change while pages are read come again, or on a later day. */
  readPage(token: string, filter: SourceFilter, page: number): Promise<{ orders: SourceOrder[]; next: number | null }>;
}

export interface Neighbours {
  /** Refuses erp.unavailable where there is none of this kind. */
  erpOf(set: SetOfBooks): Erp;
  /** Refuses order-source.none where the set has none. */
  sourceOf(set: SetOfBooks): OrderSource;
}
