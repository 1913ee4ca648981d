import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import { lookBack, patience } from './patience.ts';
import type { FindProblems } from './problem.ts';

/** Orders that do not come into an ERP until a person mends something, by what that is: it costs what is not in the books. */
export const findStuckImports: FindProblems = async (ledger, { merchantId, machineIds }) => {
  if (machineIds !== null) return [];
  const { rows } = await sql<{
    setId: number;
    set: string;
    problem: string;
    subject: string;
    since: Date;
    count: number;
    costCents: number;
    transIds: string[];
  }>`
    select b.set_id as "setId", min(s.number) as set, b.problem, b.problem_subject as subject, min(b.ordered_at) as since,
      count(*)::int as count, sum(b.total_cents)::bigint as "costCents", (array_agg(b.trans_id order by b.ordered_at))[1:5] as "transIds"
    from book_orders b join sets_of_books s on s.merchant_id = b.merchant_id and s.id = b.set_id
    where b.merchant_id = ${merchantId} and b.import_state = 'stuck'
    group by b.set_id, b.problem, b.problem_subject`.execute(ledger.db);
  return rows.map(({ setId, set, problem, subject, since, count, costCents, transIds }) => ({
    kind: 'imports-stuck',
    key: `imports-stuck:${setId}:${problem}:${subject}`,
    ...{ since, machineId: null, orderId: null, count, costCents },
    costPer: 'once',
    action: 'mend-imports',
    facts: { set_id: setId, set, problem, subject, trans_ids: transIds },
  }));
};

/** Platforms whose records cannot be fetched. */
export const findFailingMirrors: FindProblems = async (ledger, { merchantId, machineIds }) => {
  if (machineIds !== null) return [];
  const { rows } = await sql<{ integrationId: number; name: string; since: Date; error: string }>`
    select p.integration_id as "integrationId", coalesce(nullif(i.name, ''), i.wire_id) as name, p.failing_since as since, p.last_error as error
    from pos_mirrors p join integrations i on i.merchant_id = p.merchant_id and i.id = p.integration_id
    where p.merchant_id = ${merchantId} and i.status = 'active'
      and p.failing_since <= ${secondsAfter(ledger.clock.now(), -patience.mirror)}`.execute(ledger.db);
  return rows.map(({ integrationId, name, since, error }) => ({
    kind: 'mirror-failing',
    key: `mirror-failing:${integrationId}`,
    ...{ since, machineId: null, orderId: null, count: 1, costCents: null, costPer: null },
    action: 'look-at-integration',
    facts: { integration_id: integrationId, name, error },
  }));
};

/** Days of shops whose documents and sales do not agree. */
export const findDifferingBooks: FindProblems = async (ledger, { merchantId, machineIds }) => {
  if (machineIds !== null) return [];
  const { rows } = await sql<{ shopId: number; sn: string; day: string; since: Date; count: number; first: unknown }>`
    select c.shop_id as "shopId", s.sn, c.business_day as day, c.differs_since as since, jsonb_array_length(c.differences) as count,
      c.differences -> 0 as first
    from pos_checks c join pos_shops s on s.merchant_id = c.merchant_id and s.id = c.shop_id
    where c.merchant_id = ${merchantId} and c.differs_since is not null`.execute(ledger.db);
  return rows.map(({ shopId, sn, day, since, count, first }) => ({
    kind: 'books-differ',
    key: `books-differ:${shopId}:${day}`,
    ...{ since, machineId: null, orderId: null, count, costCents: null, costPer: null },
    action: 'look-at-books',
    facts: { shop_id: shopId, sn, day, first },
  }));
};

/** What other platforms told within a week and cannot be right, by integration. */
export const findRefusedMessages: FindProblems = async (ledger, { merchantId, machineIds }) => {
  if (machineIds !== null) return [];
  const { rows } = await sql<{ integrationId: number; name: string; since: Date; count: number; kinds: string[]; error: string }>`
    select b.integration_id as "integrationId", min(coalesce(nullif(i.name, ''), i.wire_id)) as name, min(b.received_at) as since,
      count(*)::int as count, array_agg(distinct b.kind) as kinds, (array_agg(b.error order by b.id desc))[1] as error
    from inbound_messages b join integrations i on i.merchant_id = b.merchant_id and i.id = b.integration_id
    where b.merchant_id = ${merchantId} and b.state <> 'applied' and b.state in ('refused', 'failed')
      and b.received_at > ${secondsAfter(ledger.clock.now(), -lookBack.refusedMessages)}
    group by b.integration_id`.execute(ledger.db);
  return rows.map(({ integrationId, name, since, count, kinds, error }) => ({
    kind: 'messages-refused',
    key: `messages-refused:${integrationId}`,
    ...{ since, machineId: null, orderId: null, count, costCents: null, costPer: null },
    action: 'look-at-integration',
    facts: { integration_id: integrationId, name, kinds, error },
  }));
};
