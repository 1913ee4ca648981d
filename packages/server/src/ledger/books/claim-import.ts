import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { importTimes, moveImport, paid } from './import-state.ts';
import type { BillDraft, BookProduct } from './ports.ts';
import type { SetOfBooks } from './set-of-books.ts';

export interface Claim {
  merchantId: number;
  setId: number;
  orderId: number;
  /** Numbers the claim: who holds an older one has lost it. */
  attempt: number;
  devId: number;
  /** The bill may be there already: the ERP is asked by its key first. */
  askFirst: boolean;
  /** Why no bill may be made, if one may not: then it is only looked for. */
  blocked: 'settling' | 'not-paid' | 'no-device' | undefined;
  draft: BillDraft | undefined;
  /** Of the latest creation before this attempt whose outcome nobody knows. */
  unsettledBefore: Date | null;
  key: string;
  /** What the order was stuck for: once it goes through, what waits for the same goes too. */
  stuckFor: { problem: string; subject: string } | undefined;
}

/** Written down, and therefore committed before it is thrown. */
interface Refused {
  refused: 'book-order.status' | 'import.no-device' | 'import.no-barcode';
  detail: string;
}

/** Of set of books and order: the same however often it is asked for. Neither part can contain what parts them. */
export function billKey(setNumber: string, transId: string): string {
  return `${encodeURIComponent(setNumber)}/${encodeURIComponent(transId)}`;
}

/**
 * Claims an order for one attempt and writes that down, before anybody calls the ERP. Of concurrent claims one is granted.
 * Refuses book-order.unknown, .imported, .importing, .status, and import.no-device and import.no-barcode, for which the order then is stuck.
 */
export async function claimImport(ledger: Ledger, set: SetOfBooks, orderId: number, by: string): Promise<Claim> {
  const { merchantId, id: setId } = set;
  const now = ledger.clock.now();
  const claimed = await inTransaction(ledger.db, async (trx): Promise<Claim | Refused> => {
    const order = await trx
      .selectFrom('book_orders')
      .selectAll()
      .where('merchant_id', '=', merchantId)
      .where('set_id', '=', setId)
      .where('id', '=', orderId)
      .forUpdate()
      .executeTakeFirst();
    if (!order) refuse('book-order.unknown');
    if (order.import_state === 'imported') refuse('book-order.imported', order.bill_code ?? '');
    if (order.import_state === 'claimed' && order.due_at && order.due_at > now) refuse('book-order.importing');
    const mayBeThere = order.unsettled_at !== null;
    const isPaid = order.status === paid;
    const device = await trx
      .selectFrom('book_devices')
      .selectAll()
      .where('merchant_id', '=', merchantId)
      .where('set_id', '=', setId)
      .where('dev_id', '=', order.dev_id)
      .executeTakeFirst();
    const ofOrder = (to: ReturnType<typeof moveImport>) =>
      trx
        .updateTable('book_orders')
        .where('merchant_id', '=', merchantId)
        .where('set_id', '=', setId)
        .where('id', '=', orderId)
        .where('import_state', 'in', to.from)
        .set({ import_state: to.to });
    if (!isPaid && !mayBeThere) {
      await ofOrder(moveImport(['open', 'stuck', 'claimed'], 'open'))
        .set({ due_at: null })
        .execute();
      return { refused: 'book-order.status', detail: String(order.status) };
    }
    const lines = order.products as unknown as BookProduct[];
    const stuck = async (problem: 'import.no-device' | 'import.no-barcode', subject: string) => {
      await ofOrder(moveImport(['open', 'stuck', 'claimed'], 'stuck'))
        .set({ due_at: null, problem, problem_subject: subject, problem_detail: '' })
        .execute();
    };
    if (!device && !mayBeThere) {
      await stuck('import.no-device', String(order.dev_id));
      return { refused: 'import.no-device', detail: `dev_id ${order.dev_id}` };
    }
    const nameless = lines.find(({ barcode }) => barcode === '');
    if (nameless && !mayBeThere) {
      await stuck('import.no-barcode', nameless.name);
      return { refused: 'import.no-barcode', detail: nameless.name };
    }
    const settled = !order.unsettled_at || secondsAfter(order.unsettled_at, importTimes.settling) <= now;
    const blocked = !settled ? 'settling' : !isPaid ? 'not-paid' : !device ? 'no-device' : undefined;
    const attempt = order.attempts + 1;
    await ofOrder(moveImport(['open', 'stuck', 'claimed'], 'claimed'))
      .set({
        due_at: secondsAfter(now, importTimes.claim),
        attempts: attempt,
        ...(blocked === undefined && { unsettled_at: now }),
      })
      .execute();
    await trx
      .insertInto('book_imports')
      .values({ merchant_id: merchantId, set_id: setId, order_id: orderId, attempt, by_user: by, began_at: now })
      .execute();
    const key = billKey(set.number, order.trans_id);
    return {
      merchantId,
      setId,
      orderId,
      attempt,
      devId: order.dev_id,
      askFirst: order.attempts > 0,
      key,
      blocked,
      unsettledBefore: order.unsettled_at,
      draft:
        blocked === undefined && device
          ? {
              key,
              transId: order.trans_id,
              soldAt: order.ordered_at,
              storeId: device.store_id,
              bankId: device.bank_id,
              memberId: device.member_id,
              employeeId: device.employee_id,
              billType: device.bill_type,
              totalCents: order.total_cents,
              lines,
            }
          : undefined,
      stuckFor: order.problem === null ? undefined : { problem: order.problem, subject: order.problem_subject },
    };
  });
  if ('refused' in claimed) refuse(claimed.refused, claimed.detail);
  return claimed;
}
