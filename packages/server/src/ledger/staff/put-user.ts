import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { endSessions } from './end-sessions.ts';
import { checkPassword, hashPassword } from './password.ts';
import type { Role } from './roles.ts';
import { readUsers, type User } from './user.ts';

export interface UserDraft {
  login: string;
  name?: string;
  role: Role;
  password: string;
  language?: string;
  scope?: User['scope'];
}

export type UserChange = Partial<Omit<UserDraft, 'login'>> & { status?: User['status'] };

const loginShape = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{1,63}$/u;

/** Refuses user.exists, user.password-weak, and request.invalid for a name that is none. */
export async function createUser(ledger: Ledger, merchantId: number, draft: UserDraft): Promise<User> {
  if (!loginShape.test(draft.login)) refuse('request.invalid', 'login: 2 to 64 letters, digits and . _ @ + -');
  checkPassword(draft.password, draft.login);
  const passwordHash = await hashPassword(draft.password);
  return await inTransaction(ledger.db, async (trx) => {
    const made = await trx
      .insertInto('users')
      .values({
        merchant_id: merchantId,
        login: draft.login,
        name: draft.name ?? '',
        role: draft.role,
        language: draft.language ?? '',
        password_hash: passwordHash,
        scoped: draft.scope != null,
        created_at: ledger.clock.now(),
      })
      .onConflict((conflict) => conflict.expression(sql`lower(login)`).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) refuse('user.exists', `login ${draft.login}`);
    if (draft.scope) await setScope(trx, merchantId, made.id, draft.scope);
    return await userOf(trx, merchantId, made.id);
  });
}

/**
 * Changes what is given. A new password, another role or scope, and the end of an account end the sessions there are. Refuses user.unknown,
 * user.password-weak, and user.last-owner: somebody must be able to let others in.
 */
export async function changeUser(ledger: Ledger, merchantId: number, id: number, change: UserChange): Promise<User> {
  const [before] = await readUsers(ledger.db, merchantId, id);
  if (!before) refuse('user.unknown', String(id));
  if (change.password !== undefined) checkPassword(change.password, before.login);
  const passwordHash = change.password === undefined ? undefined : await hashPassword(change.password);
  const { name, role, language, status, scope } = change;
  return await inTransaction(ledger.db, async (trx) => {
    // Two owners who end each other at the same time meet here.
    await trx.selectFrom('merchants').select('id').where('id', '=', merchantId).forNoKeyUpdate().execute();
    await trx
      .updateTable('users')
      .set({
        id: sql`id`,
        ...(name !== undefined && { name }),
        ...(role !== undefined && { role }),
        ...(language !== undefined && { language }),
        ...(status !== undefined && { status }),
        ...(scope !== undefined && { scoped: scope !== null }),
        ...(passwordHash !== undefined && { password_hash: passwordHash }),
      })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', id)
      .execute();
    if (scope !== undefined) await setScope(trx, merchantId, id, scope);
    if (before.role === 'owner') await requireOwner(trx, merchantId);
    const isOther = role !== undefined && role !== before.role;
    const seesOthers = scope !== undefined && !isDeepStrictEqual(inOrder(scope), inOrder(before.scope));
    if (passwordHash !== undefined || isOther || seesOthers || status === 'disabled') {
      await endSessions({ ...ledger, db: trx }, merchantId, { userId: id });
    }
    return await userOf(trx, merchantId, id);
  });
}

const inOrder = (scope: User['scope']) =>
  scope && { machineIds: scope.machineIds.toSorted((a, b) => a - b), lineIds: scope.lineIds.toSorted((a, b) => a - b) };

async function userOf(trx: Trx, merchantId: number, id: number): Promise<User> {
  const [user] = await readUsers(trx, merchantId, id);
  return user ?? refuse('user.unknown', String(id));
}

async function requireOwner(trx: Trx, merchantId: number): Promise<void> {
  const owner = await trx
    .selectFrom('users')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('role', '=', 'owner')
    .where('status', '=', 'active')
    .limit(1)
    .executeTakeFirst();
  if (!owner) refuse('user.last-owner');
}

/** What is another merchant's is nobody's. Refuses machine.unknown, place.unknown. */
async function setScope(trx: Trx, merchantId: number, userId: number, scope: User['scope']): Promise<void> {
  await trx.deleteFrom('user_scopes').where('merchant_id', '=', merchantId).where('user_id', '=', userId).execute();
  if (!scope) return;
  const { machineIds, lineIds } = scope;
  const { rows } = await sql<{ machine: number | null; line: number | null }>`
    select (select w.id from unnest(${machineIds}::bigint[]) as w(id)
        where not exists (select from machines m where m.merchant_id = ${merchantId} and m.id = w.id) limit 1) as machine,
      (select w.id from unnest(${lineIds}::bigint[]) as w(id)
        where not exists (select from lines l where l.merchant_id = ${merchantId} and l.id = w.id) limit 1) as line`.execute(trx);
  const [missing] = rows;
  if (missing?.machine != null) refuse('machine.unknown', `scope.machine_ids ${missing.machine}`);
  if (missing?.line != null) refuse('place.unknown', `scope.line_ids ${missing.line}`);
  await sql`
    insert into user_scopes (merchant_id, user_id, machine_id, line_id)
    select ${merchantId}::bigint, ${userId}::bigint, id, null from unnest(${machineIds}::bigint[]) as w(id)
    union all
    select ${merchantId}, ${userId}, null, id from unnest(${lineIds}::bigint[]) as w(id)`.execute(trx);
}
