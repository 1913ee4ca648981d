import { sql } from 'kysely';
import type { Db } from '../ledger.ts';
import type { Role } from './roles.ts';

export interface User {
  id: number;
  login: string;
  name: string;
  role: Role;
  /** '' where nobody chose. */
  language: string;
  status: 'active' | 'disabled';
  /** Which machines are theirs; null: all. */
  scope: { machineIds: number[]; lineIds: number[] } | null;
  createdAt: Date;
  /** Of their sessions, the latest; null: never signed in. */
  seenAt: Date | null;
}

/** Users of a merchant, or the one of that id. */
export async function readUsers(db: Db, merchantId: number, id?: number): Promise<User[]> {
  const { rows } = await sql<User>`
    select u.id, u.login, u.name, u.role, u.language, u.status, u.created_at as "createdAt",
      (select max(s.seen_at) from sessions s where s.merchant_id = u.merchant_id and s.user_id = u.id) as "seenAt",
      case when u.scoped then jsonb_build_object(
        'machineIds', array(select c.machine_id from user_scopes c
          where c.merchant_id = u.merchant_id and c.user_id = u.id and c.machine_id is not null order by 1),
        'lineIds', array(select c.line_id from user_scopes c
          where c.merchant_id = u.merchant_id and c.user_id = u.id and c.line_id is not null order by 1)) end as scope
    from users u
    where u.merchant_id = ${merchantId} and (${id ?? null}::bigint is null or u.id = ${id ?? null})
    order by u.id`.execute(db);
  return rows;
}

/** The ids of the machines that a scope names, by themselves or by their lines; undefined: every machine. */
export async function machinesInScope(db: Db, merchantId: number, scope: User['scope']): Promise<number[] | undefined> {
  if (!scope) return undefined;
  const { rows } = await sql<{ id: number }>`
    select id from machines where merchant_id = ${merchantId} and id = any(${scope.machineIds}::bigint[])
    union
    select m.id from machines m join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
    where m.merchant_id = ${merchantId} and p.line_id = any(${scope.lineIds}::bigint[])`.execute(db);
  return rows.map(({ id }) => id);
}
