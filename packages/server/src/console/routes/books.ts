import { Type } from 'typebox';
import { changeSetOfBooks } from '../../ledger/books/change-set-of-books.ts';
import { checkDay } from '../../ledger/books/check-day.ts';
import { hurryImports } from '../../ledger/books/hurry-imports.ts';
import { importOrder } from '../../ledger/books/import-order.ts';
import { isImportProblem } from '../../ledger/books/import-state.ts';
import { withdrawBill } from '../../ledger/books/keep-bill.ts';
import { keepDayCheck, listDayChecks } from '../../ledger/books/keep-day-check.ts';
import { listOrders } from '../../ledger/books/list-orders.ts';
import { listProblems } from '../../ledger/books/list-problems.ts';
import { overviewBooks } from '../../ledger/books/overview-books.ts';
import { resetOrder } from '../../ledger/books/reset-order.ts';
import { getSetOfBooks } from '../../ledger/books/set-of-books.ts';
import { showBookOrder } from '../../ledger/books/show-order.ts';
import { ledgerErrors, refuse } from '../../ledger/errors.ts';
import { periodOf } from '../../ledger/sales/period.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Done, done, TextIn } from '../shapes.ts';
import { toWire } from '../to-wire.ts';
import { BookOrderView, BooksView, DayCheckView, oneOrder, oneSet, ProblemView, ShownOrderView } from './books-shapes.ts';
import { Day, requirePeriod } from './sales-shapes.ts';

type OfSet = Pick<Call<Shape>, 'ledger' | 'merchantId'> & { params: { set: number } };
type OfOrder = OfSet & { params: { set: number; order: number } };

/** The caller's set. Refuses set-of-books.unknown. */
export async function setOf({ ledger, merchantId, params }: OfSet) {
  return await getSetOfBooks(ledger, merchantId, params.set);
}

const readOrder = async ({ ledger, merchantId, params }: OfOrder) => {
  const { importState, problem, billCode } = await showBookOrder(ledger, merchantId, params.set, params.order);
  return { importState, problem, billCode };
};
const orderSubject = ({ params }: { params: { set: number; order: number } }) => `books ${params.set} order ${params.order}`;

export const booksRoutes = {
  'GET /books': reading({
    summary: 'Sets of books, and how they go',
    needs: 'books.read',
    everyMachine: true,
    shape: { answer: Type.Object({ items: Type.Array(BooksView) }) },
    async handle({ ledger, merchantId }) {
      return { items: toWire(await overviewBooks(ledger, merchantId)) };
    },
  }),

  'PATCH /books/{set}': changing({
    summary: 'Import what is due by itself, or not',
    needs: 'books.write',
    everyMachine: true,
    shape: {
      params: oneSet,
      body: Type.Object({ auto_import: Type.Boolean() }, { additionalProperties: false }),
      answer: Done,
    },
    audit: {
      subject: ({ params }) => `books ${params.set}`,
      read: async (call) => ({ autoImport: (await setOf(call)).autoImport }),
    },
    async handle(call) {
      const { ledger, merchantId, caller, cause, body } = call;
      await setOf(call);
      await changeSetOfBooks(ledger, merchantId, call.params.set, { autoImport: body.auto_import }, caller.who, cause);
      return done;
    },
  }),

  'GET /books/{set}/problems': reading({
    summary: 'What keeps orders from being imported, what needs a person first',
    needs: 'books.read',
    everyMachine: true,
    shape: { params: oneSet, answer: Type.Object({ items: Type.Array(ProblemView) }) },
    async handle(call) {
      await setOf(call);
      const groups = await listProblems(call.ledger, call.merchantId, call.params.set);
      return { items: toWire(groups.map((group) => ({ ...group, ...ledgerErrors[group.problem] }))) };
    },
  }),

  'GET /books/{set}/orders': reading({
    summary: 'Orders of a set, the latest first',
    needs: 'books.read',
    everyMachine: true,
    shape: {
      params: oneSet,
      query: Type.Object({
        ...{ from: Type.Optional(Day), to: Type.Optional(Day) },
        device: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
        trans_id: Type.Optional(TextIn()),
        status: Type.Optional(Type.Integer({ minimum: 100, maximum: 110, description: '100 paid, 103 refunded …' })),
        imported: Type.Optional(Type.Boolean()),
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless told' })),
      }),
      answer: Type.Object({ items: Type.Array(BookOrderView), total: Type.Integer() }),
    },
    async handle(call) {
      const { ledger, merchantId, params, query } = call;
      await setOf(call);
      requirePeriod(query);
      const { from, until } = await periodOf(ledger, merchantId, query);
      const { device: devId, trans_id: transId, status, imported, offset = 0, limit = 50 } = query;
      const filter = { merchantId, setId: params.set, from, before: until, devId, transId, status, imported };
      const { orders, total } = await listOrders(ledger, filter, { offset, limit });
      return { items: toWire(orders), total };
    },
  }),

  'GET /books/{set}/orders/{order}': reading({
    summary: 'One order with every attempt to import it',
    needs: 'books.read',
    everyMachine: true,
    shape: { params: oneOrder, answer: ShownOrderView },
    async handle(call) {
      await setOf(call);
      return toWire(await showBookOrder(call.ledger, call.merchantId, call.params.set, call.params.order));
    },
  }),

  'POST /books/{set}/retry': changing({
    summary: 'Try everything again that failed for a problem',
    description: 'It is due at once; in sets that import by themselves it is then tried.',
    needs: 'books.write',
    everyMachine: true,
    shape: {
      params: oneSet,
      body: Type.Object({ problem: TextIn(64), subject: TextIn(500) }, { additionalProperties: false }),
      answer: Type.Object({ orders: Type.Integer() }),
    },
    audit: {
      subject: ({ params }) => `books ${params.set}`,
      after: ({ orders }, { body }) => ({ retried: body, orders }),
    },
    async handle(call) {
      await setOf(call);
      const { problem, subject } = call.body;
      if (!isImportProblem(problem)) refuse('request.invalid', 'problem');
      return {
        orders: await hurryImports(call.ledger, { merchantId: call.merchantId, setId: call.params.set, problem, subject }),
      };
    },
  }),

  'POST /books/{set}/orders/{order}/retry': changing({
    summary: 'Import one order now',
    description:
      'As exactly one bill, however often it is asked for. What keeps it from being imported is answered as a refusal, and written down.',
    needs: 'books.write',
    everyMachine: true,
    apart: true,
    shape: { params: oneOrder, answer: Type.Object({ bill_id: Type.Integer(), bill_code: Type.String() }) },
    audit: { subject: orderSubject, read: readOrder },
    async handle(call) {
      const set = await setOf(call);
      const { ledger, context, caller, cause, params } = call;
      return toWire(await importOrder(ledger, context.neighbours, { set, orderId: params.order, by: caller.who, cause }));
    },
  }),

  'POST /books/{set}/orders/{order}/reset': changing({
    summary: 'Make an imported order one that is not imported, once the ERP has its bill no more',
    description: 'Refused with `book-order.bill-exists` as long as the ERP has it.',
    needs: 'books.write',
    everyMachine: true,
    apart: true,
    shape: { params: oneOrder, answer: Done },
    audit: { subject: orderSubject, read: readOrder },
    async handle(call) {
      const set = await setOf(call);
      const { ledger, context, caller, cause, params } = call;
      await resetOrder(ledger, context.neighbours, { set, orderId: params.order, by: caller.who, cause });
      return done;
    },
  }),

  'POST /books/{set}/orders/{order}/withdraw': changing({
    summary: 'Take a bill out of the file that is still to be given to the ERP, and make its order one that is not imported',
    description: 'Of sets whose bills are kept here alone.',
    needs: 'books.write',
    everyMachine: true,
    apart: true,
    shape: { params: oneOrder, answer: Done },
    audit: { subject: orderSubject, read: readOrder },
    async handle(call) {
      const set = await setOf(call);
      const { ledger, merchantId, context, caller, cause, params } = call;
      const { transId } = await showBookOrder(ledger, merchantId, set.id, params.order);
      if (set.erp.kind !== 'file') refuse('request.invalid', 'the bills of this set are in the ERP');
      await withdrawBill(ledger, set, transId);
      await resetOrder(ledger, context.neighbours, { set, orderId: params.order, by: caller.who, cause });
      return done;
    },
  }),

  'GET /books/{set}/checks': reading({
    summary: 'What the checks of days against the ERP found, the latest days first',
    needs: 'books.read',
    everyMachine: true,
    shape: { params: oneSet, answer: Type.Object({ items: Type.Array(DayCheckView) }) },
    async handle(call) {
      await setOf(call);
      const { ledger, merchantId, params } = call;
      return { items: toWire(await listDayChecks(ledger, { merchantId, setId: params.set, limit: 62 })) };
    },
  }),

  'POST /books/{set}/check': changing({
    summary: 'Hold a day’s orders against the ERP’s bills of it',
    description: 'The ERP is asked for all of its bills of the day.',
    needs: 'books.write',
    everyMachine: true,
    apart: true,
    shape: { params: oneSet, body: Type.Object({ day: Day }, { additionalProperties: false }), answer: DayCheckView },
    audit: {
      subject: ({ params, body }) => `books ${params.set} day ${body.day}`,
      after: ({ agreed, missing, different, surplus }) => ({ agreed, missing, different, surplus }),
    },
    async handle(call) {
      const set = await setOf(call);
      const { ledger, merchantId, context, caller, body } = call;
      const check = await checkDay(ledger, context.neighbours, set, body.day);
      return toWire(await keepDayCheck(ledger, { merchantId, setId: set.id, check, by: caller.who }));
    },
  }),
};
