import { Type } from 'typebox';
import { acknowledgeConflicts } from '../../ledger/exceptions/acknowledge-conflicts.ts';
import { listProblems, problemKinds } from '../../ledger/exceptions/list-problems.ts';
import type { ProblemKind } from '../../ledger/exceptions/problem.ts';
import type { Permission } from '../../ledger/staff/roles.ts';
import type { Caller } from '../caller.ts';
import { changing, reading } from '../route.ts';
import { Cents, Id, Nullable, Time } from '../shapes.ts';
import { toWire, Verbatim } from '../to-wire.ts';

/** Who may not see something does not see what is wrong with it. */
const needed: Readonly<Record<ProblemKind, Permission>> = {
  'machine-offline': 'machines.read',
  'slot-fault': 'machines.read',
  'sold-out': 'machines.read',
  'slot-short': 'machines.read',
  'paid-without-goods': 'orders.read',
  'remote-order-undecided': 'orders.read',
  conflict: 'orders.read',
  'notifications-failing': 'integrations.read',
  'imports-stuck': 'books.read',
  'mirror-failing': 'integrations.read',
  'books-differ': 'books.read',
  'messages-refused': 'integrations.read',
};

const visibleTo = ({ permissions }: Caller) => problemKinds.filter((kind) => permissions.has(needed[kind]));

const Kind = Type.Enum([...problemKinds]);

const ProblemView = Type.Object({
  kind: Kind,
  key: Type.String({ description: 'The same as long as it is the same problem' }),
  since: Nullable(Time),
  machine: Nullable(Type.Object({ id: Id, no: Type.String(), name: Type.String(), site: Type.String() })),
  order_id: Nullable(Id),
  count: Type.Integer({ description: 'How many slots, orders or messages it stands for' }),
  cost_cents: Nullable(Cents),
  cost_per: Nullable(Type.Enum(['day', 'once'])),
  action: Type.String({ description: 'What a person can do about it' }),
  facts: Type.Record(Type.String(), Type.Unknown(), { description: 'What a text about it needs, by kind' }),
});

export const problemRoutes = {
  'GET /problems': reading({
    summary: 'What is wrong now, the dearest first',
    description:
      'It is found in the facts each time, and gone when they are; but conflicts, which somebody acknowledges. What keeps a machine or slots from selling costs their share of the machine’s mean sales a day over the last 28 days; orders cost what was paid for them, once.',
    needs: 'machines.read',
    shape: {
      query: Type.Object({
        kind: Type.Optional(Kind),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '30 unless told' })),
      }),
      answer: Type.Object({
        total: Type.Integer(),
        by_kind: Type.Record(Type.String(), Type.Integer()),
        day_cents: Cents,
        once_cents: Cents,
        problems: Type.Array(ProblemView),
      }),
    },
    async handle({ ledger, merchantId, caller, query: { kind, limit = 30 } }) {
      const kinds = visibleTo(caller).filter((one) => kind === undefined || one === kind);
      const found = await listProblems(ledger, { merchantId, machineIds: caller.machineIds ?? null, kinds, limit });
      return toWire({
        ...found,
        byKind: new Verbatim<Record<string, number>>(found.byKind),
        problems: found.problems.map(({ machineId: _, facts, ...problem }) => ({ ...problem, facts: new Verbatim(facts) })),
      });
    },
  }),

  'POST /problems/{key}/acknowledge': changing({
    summary: 'A person has seen a conflict',
    description: 'What came since it was listed stays. All else clears itself, and is not acknowledged: request.invalid.',
    needs: 'orders.make-good',
    shape: {
      params: Type.Object({ key: Type.String({ maxLength: 200 }) }),
      answer: Type.Object({ seen: Type.Integer({ description: 'How many events that were not acknowledged before' }) }),
    },
    audit: { subject: ({ params }) => `problem ${params.key}`, after: (answer) => answer },
    async handle({ ledger, merchantId, caller, params: { key } }) {
      const seen = await acknowledgeConflicts(ledger, { merchantId, key, by: caller.who, machineIds: caller.machineIds ?? null });
      return { seen };
    },
  }),
};
