import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { toSubject } from './record-audit.ts';

export interface AuditEntry {
  id: number;
  at: Date;
  userId: number | null;
  integrationId: number | null;
  who: string;
  action: string;
  subject: string;
  /** What the subject is called, and what it is of, where it is still there. */
  about: { kind: string; id: number; name: string; machineId: number | null } | null;
  before: unknown;
  after: unknown;
  requestId: string;
  address: string;
}

export interface AuditFilter {
  /** As it was written: `machine 12`. */
  subject?: string | undefined;
  /** As a person writes it: the number or the name of a machine, `order 12`, somebody of the staff, or as above. */
  text?: string | undefined;
  userId?: number | undefined;
  from?: Date | undefined;
  /** Before then. */
  to?: Date | undefined;
  /** Older than this entry. */
  before?: number | undefined;
  limit: number;
}

/** The latest first. */
export async function listAudit(ledger: Ledger, merchantId: number, filter: AuditFilter): Promise<AuditEntry[]> {
  const conditions = [sql`a.merchant_id = ${merchantId}`];
  if (filter.subject !== undefined) conditions.push(sql`a.subject = ${toSubject(filter.subject)}`);
  if (filter.text !== undefined) conditions.push(sql`a.subject = any(array(${subjectsOf(merchantId, filter.text)}))`);
  if (filter.userId !== undefined) conditions.push(sql`a.user_id = ${filter.userId}`);
  if (filter.from !== undefined) conditions.push(sql`a.at >= ${filter.from}`);
  if (filter.to !== undefined) conditions.push(sql`a.at < ${filter.to}`);
  if (filter.before !== undefined) conditions.push(sql`a.id < ${filter.before}`);
  const { rows } = await sql<AuditEntry>`
    select a.id, a.at, a.user_id as "userId", a.integration_id as "integrationId", a.who, a.action, a.subject, a.before, a.after,
      a.request_id as "requestId", a.address, (
        select jsonb_build_object('kind', t.kind, 'id', t.id, 'name', t.name, 'machineId', t.machine_id) from (${things(
          merchantId,
          sql`
          lower(split_part(a.subject, ' ', 1))`,
          sql`substr(a.subject, strpos(a.subject, ' ') + 1)`,
          sql`(a.action ~ '^POST /v1/[a-z]+$' and a.action <> 'POST /v1/setup')`,
        )}) t limit 1
      ) as about
    from audit_log a where ${sql.join(conditions, sql` and `)}
    order by a.id desc limit ${filter.limit}`.execute(ledger.db);
  return rows;
}

/** What was written of it: by its id, and by its number or its name where it was being made. Either way there is an index. */
function things(merchantId: number, kind: RawBuilder<unknown>, rest: RawBuilder<unknown>, isNew: RawBuilder<unknown>) {
  const id = sql`case when ${rest} ~ '^[0-9]{1,15}$' then (${rest})::bigint end`;
  const is = (own: string, name: string) =>
    sql`((${isNew} and ${sql.ref(name)} = ${rest}) or (not ${isNew} and ${sql.ref(`${own}.id`)} = ${id}))`;
  return sql`
    select 'machine' as kind, m.id, concat_ws(' ', nullif(m.name, ''), m.machine_no) as name, m.id as machine_id from machines m
      where ${kind} = 'machine' and m.merchant_id = ${merchantId} and ${is('m', 'm.machine_no')}
    union all
    select 'slot', s.id, concat_ws(' ', coalesce(nullif(m.name, ''), m.machine_no), s.name), m.id from slots s
      join machines m on m.merchant_id = s.merchant_id and m.id = s.machine_id
      where ${kind} = 'slot' and s.merchant_id = ${merchantId} and s.id = ${id}
    union all
    select 'order', o.id, o.id::text, null from orders o where ${kind} = 'order' and o.merchant_id = ${merchantId} and o.id = ${id}
    union all
    select 'user', u.id, coalesce(nullif(u.name, ''), u.login), null from users u
      where ${kind} = 'user' and u.merchant_id = ${merchantId} and ${is('u', 'u.login')}
    union all
    select 'good', g.id, g.name, null from goods g where ${kind} = 'good' and g.merchant_id = ${merchantId} and ${is('g', 'g.number')}
    union all
    select 'site', p.id, p.name, null from sites p where ${kind} = 'site' and p.merchant_id = ${merchantId} and ${is('p', 'p.number')}
    union all
    select 'line', l.id, l.name, null from lines l where ${kind} = 'line' and l.merchant_id = ${merchantId} and ${is('l', 'l.name')}
    union all
    select ${kind}, i.id, coalesce(nullif(i.name, ''), i.wire_id), null from integrations i
      where ${kind} in ('integration', 'token') and i.merchant_id = ${merchantId} and i.id = ${id}`;
}

/** How subjects are written of whatever somebody calls so: of a machine its slots as well. */
function subjectsOf(merchantId: number, text: string): RawBuilder<unknown> {
  // `machine 10000001`, `机器 10000001`, `订单号：12`: the words before it are ours or the page's.
  const plain = text.normalize('NFKC').replaceAll('\u0000', '').trim();
  const name = plain.replace(
    /^(?:machine|order|user|slot|good|site|line|机器|订单号?|员工|商品|点位|线路)\s*[:#]?\s*(?=\S)/iu,
    '',
  );
  const names = [...new Set([plain, name.replace(/^#/u, '')].map((one) => one.toLowerCase()))];
  const isOrder = !/^(?:machine|user|slot|good|site|line|机器|员工|商品|点位|线路)/iu.test(plain);
  return sql`
    with machine as (
      select id, machine_no from machines
      where merchant_id = ${merchantId} and (lower(machine_no) = any(${names}::text[]) or lower(name) = any(${names}::text[])
        or lower(concat_ws(' ', name, machine_no)) = any(${names}::text[]))
    )
    select ${plain}::text
    union all select 'machine ' || id from machine
    union all select 'machine ' || machine_no from machine
    union all select 'slot ' || s.id from machine m join slots s on s.merchant_id = ${merchantId} and s.machine_id = m.id
    union all select 'order ' || o from unnest(${isOrder ? names : []}::text[]) o where o ~ '^[0-9]{1,15}$'
    union all select 'user ' || unnest(array[id::text, login]) from users
      where merchant_id = ${merchantId} and (lower(login) = any(${names}::text[]) or lower(name) = any(${names}::text[]))
    union all select 'site ' || unnest(array[id::text, number]) from sites where merchant_id = ${merchantId} and lower(name) = any(${names}::text[])
    union all select 'line ' || unnest(array[id::text, name]) from lines where merchant_id = ${merchantId} and lower(name) = any(${names}::text[])
    union all select 'good ' || unnest(array[id::text, number]) from goods
      where merchant_id = ${merchantId} and (lower(number) = any(${names}::text[]) or lower(name) = any(${names}::text[]))`;
}
