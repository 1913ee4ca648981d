import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import { hashSecret } from '../integrations/vault.ts';
import type { Ledger } from '../ledger.ts';
import type { Merchant } from '../merchants/get-merchant.ts';
import { getMerchant } from '../merchants/get-merchant.ts';
import { sessionLife } from './sign-in.ts';
import { machinesInScope, readUsers, type User } from './user.ts';

export interface Session {
  id: number;
  merchant: Merchant;
  user: User;
  /** Undefined: every machine. */
  machineIds: readonly number[] | undefined;
}

/** Seconds after which it is written down again that a session was used. */
const noted = 60;

/** Whose session it is; undefined when it is over, idle for too long, or nobody's. `looking`: that it is looked at is no use of it. */
export async function findSession(ledger: Ledger, token: string, { looking = false } = {}): Promise<Session | undefined> {
  if (token.length === 0 || token.length > 100) return undefined;
  const now = ledger.clock.now();
  const { rows } = await sql<{ merchantId: number; id: number; userId: number; seenAt: Date }>`
    select s.merchant_id as "merchantId", s.id, s.user_id as "userId", s.seen_at as "seenAt"
    from sessions s join users u on u.merchant_id = s.merchant_id and u.id = s.user_id
    where s.hash = ${hashSecret(token)} and s.ended_at is null and s.expires_at > ${now}
      and s.seen_at > ${secondsAfter(now, -sessionLife.idle)} and u.status = 'active'`.execute(ledger.db);
  const [found] = rows;
  if (!found) return undefined;
  const { merchantId, id, userId, seenAt } = found;
  const [user] = await readUsers(ledger.db, merchantId, userId);
  if (!user) return undefined;
  if (!looking && seenAt < secondsAfter(now, -noted)) {
    await sql`update sessions set seen_at = ${now} where merchant_id = ${merchantId} and id = ${id}`.execute(ledger.db);
  }
  return {
    id,
    merchant: await getMerchant(ledger, merchantId),
    user,
    machineIds: await machinesInScope(ledger.db, merchantId, user.scope),
  };
}

export interface OpenSession {
  id: number;
  createdAt: Date;
  seenAt: Date;
  address: string;
  agent: string;
}

/** Where a user is signed in, the latest first. */
export async function listSessions(ledger: Ledger, merchantId: number, userId: number): Promise<OpenSession[]> {
  const now = ledger.clock.now();
  const { rows } = await sql<OpenSession>`
    select id, created_at as "createdAt", seen_at as "seenAt", address, agent from sessions
    where merchant_id = ${merchantId} and user_id = ${userId} and ended_at is null and expires_at > ${now}
      and seen_at > ${secondsAfter(now, -sessionLife.idle)}
    order by seen_at desc, id desc limit 100`.execute(ledger.db);
  return rows;
}
