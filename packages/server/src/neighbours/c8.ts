import {
  type BillRefusal,
  createBillRequest,
  findBillRequest,
  type KnownBill,
  listBillsRequest,
  readBillAnswer,
  readBillPage,
  readSessionAnswer,
  sessionRequest,
  type WireRequest,
} from '@polyvend/protocols/gobox';
import type { ImportProblem } from '../ledger/books/import-state.ts';
import type { Bill, BillDraft, BillOutcome, Erp } from '../ledger/books/ports.ts';
import type { SetOfBooks } from '../ledger/books/set-of-books.ts';
import { LedgerError, refuse } from '../ledger/errors.ts';
import type { GuardedHttp } from '../notifications/index.ts';
import { ask, NoAnswer } from './http.ts';

const problems: Record<BillRefusal, ImportProblem> = {
  unknown_barcode: 'import.barcode-unknown',
  period_closed: 'import.period-closed',
  unknown_field: 'import.device-refused',
  invalid: 'import.refused',
};

/** C8 over HTTP, at the address that the operator configured for the set of books and at no other. */
export function c8(http: GuardedHttp, set: SetOfBooks): Erp {
  const { url, key: serviceKey } = set.erp;

  async function read<T>(request: WireRequest, reader: (status: number, body: string) => T | undefined): Promise<T> {
    try {
      const { status, body } = await ask(http, url, request);
      if (status === 401 || status === 403) refuse('erp.credentials');
      return reader(status, body) ?? refuse('erp.unavailable', `HTTP ${status}`);
    } catch (error) {
      if (error instanceof NoAnswer) throw new LedgerError('erp.unavailable', error.message);
      throw error;
    }
  }

  return {
    isSession: (session, userName) => read(sessionRequest(serviceKey, set.number, userName, session), readSessionAnswer),

    async makeBill(draft) {
      const request = createBillRequest(serviceKey, billOf(set, draft), set.timeZone);
      try {
        const { status, body } = await ask(http, url, request);
        return outcomeOf(readBillAnswer(status, body));
      } catch (error) {
        if (error instanceof NoAnswer) return { kind: 'unknown', detail: error.message };
        throw error;
      }
    },

    async findBill(key) {
      const { bills } = await read(findBillRequest(serviceKey, set.number, key), readBillPage);
      const bill = bills.find((one) => one.key === key);
      return bill && known(bill);
    },

    async listBills(day, page) {
      const { bills, next } = await read(listBillsRequest(serviceKey, set.number, day, page), readBillPage);
      return { bills: bills.map(known), next };
    },
  };
}

function outcomeOf(answer: ReturnType<typeof readBillAnswer>): BillOutcome {
  switch (answer.kind) {
    case 'created':
      return { kind: 'made', id: answer.retailId, code: answer.retailCode };
    case 'refused':
      return { kind: 'refused', problem: problems[answer.code], subject: answer.subject, detail: answer.message };
    case 'unauthorized':
      return { kind: 'refused', problem: 'erp.credentials', subject: '', detail: '' };
    case 'unknown':
      return { kind: 'unknown', detail: answer.reason };
  }
}

const billOf = (set: SetOfBooks, draft: BillDraft) => ({ ...draft, setOfBook: set.number });

const known = ({ key, retailId, retailCode, totalCents }: KnownBill): Bill => ({
  key,
  id: retailId,
  code: retailCode,
  totalCents,
});
