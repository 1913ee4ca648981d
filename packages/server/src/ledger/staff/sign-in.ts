import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import { hashSecret } from '../integrations/vault.ts';
import type { Ledger } from '../ledger.ts';
import { verifyPassword } from './password.ts';

/** Seconds: a session that is not used, and one at all. */
export const sessionLife = { idle: 12 * 3600, longest: 30 * 86_400 };

/** Failures within so many seconds after which nobody is let in: for a name from one address, for a name, and from an address. */
const throttle = { seconds: 15 * 60, nameFromAddress: 5, name: 50, address: 30 };

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

/**
 * A session for whoever knows the password. Guessing is slow: by the hash, and since after a few failures the right password is
 * refused as well for a while. Refuses sign-in.refused, whatever of it was wrong, and sign-in.throttled.
 */
export async function signIn(ledger: Ledger, { login, password, address, agent }: SignIn): Promise<NewSession> {
  const now = ledger.clock.now();
  const name = login.trim().toLowerCase().slice(0, 200);
  const own = keyOf('name from address', name, address);
  const from = keyOf('address', address);
  const all = keyOf('name', name);
  const since = secondsAfter(now, -throttle.seconds);
  const [ofOwn = 0, ofAddress = 0] = await countFailures(ledger, [own, from], { now, since });
  if (ofOwn > throttle.nameFromAddress || ofAddress > throttle.address) refuse('sign-in.throttled');
  // Counted only now: who is refused already, from one address, must not shut the name's owner out everywhere.
  const [ofName = 0] = await countFailures(ledger, [all], { now, since });
  if (ofName > throttle.name) refuse('sign-in.throttled');
  const user = await ledger.db
    .selectFrom('users')
    .select(['merchant_id', 'id', 'password_hash', 'status'])
    .where(sql`lower(login)`, '=', name)
    .executeTakeFirst();
  const fits = await verifyPassword(user?.status === 'active' ? user.password_hash : null, password);
  if (!fits || !user) refuse('sign-in.refused');
  await forgetFailures(ledger, { own, others: [from, all] }, now);
  return await openSession(ledger, { merchantId: user.merchant_id, userId: user.id, address, agent });
}

/** One more for each, written down before it is known how it ends: a hundred guesses at once are a hundred failures, not one. */
async function countFailures(
  ledger: Ledger,
  keys: readonly Buffer[],
  { now, since }: { now: Date; since: Date },
): Promise<number[]> {
  await sql`insert into sign_in_failures (key, at) select key, ${now} from unnest(${[...keys]}::bytea[]) as k(key)`.execute(
    ledger.db,
  );
  const { rows } = await sql<{ failures: number }>`
    select (select count(*)::int from sign_in_failures f where f.key = k.key and f.at > ${since}) as failures
    from unnest(${[...keys]}::bytea[]) with ordinality as k(key, n) order by n`.execute(ledger.db);
  return rows.map(({ failures }) => failures);
}

/** The one that was counted for this sign-in, and those of this name from this address: they were the same person's. */
async function forgetFailures(
  ledger: Ledger,
  { own, others }: { own: Buffer; others: readonly Buffer[] },
  now: Date,
): Promise<void> {
  await sql`delete from sign_in_failures where key = ${own}`.execute(ledger.db);
  await sql`
    delete from sign_in_failures where id in (
      select max(id) from sign_in_failures where key = any(${[...others]}::bytea[]) and at = ${now} group by key)`.execute(
    ledger.db,
  );
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

function keyOf(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
