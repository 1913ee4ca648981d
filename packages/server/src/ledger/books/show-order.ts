import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { type BookOrder, orderColumns } from './list-orders.ts';

/** One try to bring an order into the ERP. */
export interface ImportAttempt {
  attempt: number;
  by: string;
  beganAt: Date;
  /** Null: it is under way, or whoever tried is gone. */
  endedAt: Date | null;
  /** found: the ERP had its bill already. unknown: nobody knows whether there is one. */
  outcome: 'imported' | 'found' | 'failed' | 'unknown' | null;
  problem: string | null;
  detail: string;
}

export interface ShownBookOrder extends BookOrder {
  problemDetail: string;
  /** When it is tried next; null: not by itself. */
  dueAt: Date | null;
  /** Since when nobody knows whether the ERP has made its bill. */
  unsettledAt: Date | null;
  /** Of an order of our own. */
  orderId: number | null;
  attempts: ImportAttempt[];
}

/** Refuses book-order.unknown. */
export async function showBookOrder(ledger: Ledger, merchantId: number, setId: number, id: number): Promise<ShownBookOrder> {
  const { rows } = await sql<Omit<ShownBookOrder, 'attempts'>>`
    select ${orderColumns}, o.problem_detail as "problemDetail", o.due_at as "dueAt", o.unsettled_at as "unsettledAt", o.order_id as "orderId"
    from book_orders o where o.merchant_id = ${merchantId} and o.set_id = ${setId} and o.id = ${id}`.execute(ledger.db);
  const [order] = rows;
  if (!order) refuse('book-order.unknown', String(id));
  const { rows: attempts } = await sql<ImportAttempt>`
    select attempt, by_user as by, began_at as "beganAt", ended_at as "endedAt", outcome, problem, detail from book_imports
    where merchant_id = ${merchantId} and set_id = ${setId} and order_id = ${id} order by attempt desc limit 100`.execute(
    ledger.db,
  );
  return { ...order, attempts };
}
