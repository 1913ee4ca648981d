import { Type } from 'typebox';
import { importProblems } from '../../ledger/books/import-state.ts';
import { Cents, Id, Nullable, Time } from '../shapes.ts';

/** What the routes of sets of books are asked with, and what they answer. */

export const oneSet = Type.Object({ set: Id });
export const oneOrder = Type.Object({ set: Id, order: Id });
export const oneDevice = Type.Object({ set: Id, device: Id });

export const BooksView = Type.Object({
  ...{
    id: Id,
    integration_id: Id,
    number: Type.String(),
    time_zone: Type.String(),
    erp_kind: Type.String(),
    source_kind: Type.String(),
  },
  ...{ auto_import: Type.Boolean(), active: Type.Boolean() },
  paused_until: Nullable(Type.String({ description: 'The ERP could not be reached: nothing is tried before then' })),
  stuck: Type.Integer({ description: 'Orders that wait for a person' }),
  due: Type.Integer({ description: 'Orders that are tried by themselves' }),
  imported_today: Type.Integer(),
});

const problemNames = Object.keys(importProblems) as (keyof typeof importProblems)[];

export const ProblemView = Type.Object({
  problem: Type.Enum(problemNames),
  subject: Type.String({ description: 'The barcode, the period, the field' }),
  kind: Type.Enum(['retry', 'person']),
  ...{ orders: Type.Integer(), amount_cents: Cents, oldest: Time, next_try: Nullable(Time) },
  trans_ids: Type.Array(Type.String(), { description: 'A few of them' }),
  ...{ message: Type.String(), remedy: Type.String() },
});

const bill = { bill_id: Nullable(Type.Integer()), bill_code: Nullable(Type.String()) };

export const BookOrderView = Type.Object({
  ...{
    id: Id,
    trans_id: Type.String(),
    status: Type.Integer(),
    user_no: Type.String(),
    dev_id: Type.Integer(),
    device_name: Nullable(Type.String({ description: 'As its configuration calls it' })),
    ordered_at: Time,
  },
  ...{ changed_at: Time, total_cents: Cents, received_at: Time, received_by: Type.String() },
  products: Type.Array(
    Type.Object({
      ...{ barcode: Type.String(), name: Type.String(), quantity: Type.Number(), amount_cents: Cents, cost_cents: Cents },
    }),
  ),
  import_state: Type.Enum(['open', 'claimed', 'stuck', 'imported']),
  ...{
    problem: Nullable(Type.String()),
    problem_subject: Type.String(),
    imported_at: Nullable(Time),
    imported_by: Nullable(Type.String()),
  },
  ...bill,
  refunded_after_import_at: Nullable(Time),
});

export const ShownOrderView = Type.Object({
  ...BookOrderView.properties,
  ...{ problem_detail: Type.String(), due_at: Nullable(Time), unsettled_at: Nullable(Time), order_id: Nullable(Id) },
  attempts: Type.Array(
    Type.Object({
      ...{ attempt: Type.Integer(), by: Type.String(), began_at: Time, ended_at: Nullable(Time) },
      outcome: Nullable(Type.Enum(['imported', 'found', 'failed', 'unknown'])),
      ...{ problem: Nullable(Type.String()), detail: Type.String() },
    }),
  ),
});

const CheckedOrder = Type.Object({
  ...{ trans_id: Type.String(), total_cents: Cents, bill_code: Type.String() },
  bill_cents: Type.Optional(Type.Integer({ description: 'Of the bill, where it is another than the order’s' })),
});

export const DayCheckView = Type.Object({
  ...{ day: Type.String(), checked_at: Time, checked_by: Type.String(), agreed: Type.Integer(), agreed_cents: Cents },
  waiting: Type.Integer({ description: 'Paid, and not imported yet' }),
  missing: Type.Integer({ description: 'Imported, and the ERP has no such bill' }),
  different: Type.Integer({ description: 'The bill has another amount, or is another' }),
  refunded: Type.Integer({ description: 'Imported, then refunded: a credit note is to be made' }),
  surplus: Type.Integer({ description: 'Bills without an order' }),
  found: Type.Object(
    {
      ...{ missing: Type.Array(CheckedOrder), different: Type.Array(CheckedOrder), refunded: Type.Array(CheckedOrder) },
      surplus: Type.Array(Type.Object({ key: Type.String(), id: Type.Integer(), code: Type.String(), total_cents: Cents })),
    },
    { description: 'The first hundred of each' },
  ),
});

const Number52 = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const DeviceIn = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    dev_id: Number52,
    ...{ store_id: Number52, bank_id: Number52, member_id: Number52, employee_id: Number52, bill_type: Number52 },
  },
  { additionalProperties: false },
);

export const DeviceView = Type.Object({
  ...{ id: Id, ...DeviceIn.properties },
  ...{ created_at: Time, created_by: Type.String(), updated_at: Time, updated_by: Type.String() },
});
