import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import { hashSecret } from '../integrations/vault.ts';
import type { Ledger } from '../ledger.ts';
import { networkOf } from './network-of.ts';
import { requireTurn, verifyPassword } from './password.ts';
import { boundsOf, forgetAttempts, noteAttempt } from './throttle.ts';

/** Seconds: a session that is not used, and one at all. */
export const sessionLife = { idle: 12 * 3600, longest: 30 * 86_400 };

/** Seconds after a sign-in that failures elsewhere shut nobody out from where it came. */
const knownFor = 30 * 86_400;
/** Sign-ins of those seconds that are looked through at most. */
const mostKnown = 200;

export interface SignIn {
  login: string;
  password: string;
  /** Where it comes from. */
  address: string;
  agent: string;
}

export interface NewSession {
  /** For the browser alone to keep. */
  token: string;
  merchantId: number;
  userId: number;
}

/** A session for whoever knows the password. Refuses as provePassword does. */
export async function signIn(ledger: Ledger, { agent, ...given }: SignIn): Promise<NewSession> {
  const who = await provePassword(ledger, given);
  return await openSession(ledger, { ...who, address: given.address, agent });
}

/**
 * Whose name and password it is. Guessing is slow: by the hash, and since after a few failures the right password is refused as well
 * for a while. Refuses sign-in.refused, whatever of it was wrong, and sign-in.throttled.
 */
export async function provePassword(
  ledger: Ledger,
  { login, password, address }: Omit<SignIn, 'agent'>,
): Promise<{ merchantId: number; userId: number }> {
  // Before anything is asked of the database.
  requireTurn();
  const name = login.trim().toLowerCase().slice(0, 200);
  const network = networkOf(address);
  const { own, from, all } = boundsOf(name, network);
  const attempts = await noteAttempt(ledger, [own, from]);
  const user = await findByLogin(ledger, name);
  // Counted only now: who is refused already, from one address, must not shut the name's owner out everywhere. And never from where
  // that owner came lately: whoever guesses from many addresses must not do so either.
  const known = user?.addresses.some((one) => networkOf(one) === network) ?? false;
  if (!known) attempts.push(...(await noteAttempt(ledger, [all])));
  const fits = await verifyPassword(user?.status === 'active' ? user.passwordHash : null, password).catch(async (error) => {
    // What nobody had time to look at was no guess.
    await forgetAttempts(ledger, attempts);
    throw error;
  });
  if (!fits || !user) refuse('sign-in.refused');
  // Those of this name from this address as well: they were the same person's.
  await forgetAttempts(ledger, attempts, own.key);
  return { merchantId: user.merchantId, userId: user.id };
}

interface Found {
  merchantId: number;
  id: number;
  passwordHash: string | null;
  status: string;
  /** Where they signed in from lately. */
  addresses: string[];
}

async function findByLogin(ledger: Ledger, name: string): Promise<Found | undefined> {
  const since = secondsAfter(ledger.clock.now(), -knownFor);
  const { rows } = await sql<Found>`
    select u.merchant_id as "merchantId", u.id, u.password_hash as "passwordHash", u.status, array(
      select s.address from sessions s
      where s.merchant_id = u.merchant_id and s.user_id = u.id and s.created_at > ${since}
      order by s.created_at desc limit ${mostKnown}) as addresses
    from users u where lower(u.login) = ${name}`.execute(ledger.db);
  return rows[0];
}

export async function openSession(
  ledger: Ledger,
  { merchantId, userId, address, agent }: { merchantId: number; userId: number; address: string; agent: string },
): Promise<NewSession> {
  const now = ledger.clock.now();
  const token = randomBytes(32).toString('base64url');
  await ledger.db
    .insertInto('sessions')
    .values({
      merchant_id: merchantId,
      user_id: userId,
      hash: hashSecret(token),
      created_at: now,
      seen_at: now,
      expires_at: secondsAfter(now, sessionLife.longest),
      address: address.slice(0, 64),
      agent: agent.toWellFormed().replaceAll('\u0000', '').slice(0, 200),
    })
    .execute();
  return { token, merchantId, userId };
}
