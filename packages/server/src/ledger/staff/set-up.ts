import { randomInt, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { refuse } from '../errors.ts';
import { hashSecret } from '../integrations/vault.ts';
import type { Ledger } from '../ledger.ts';
import { createMerchant } from '../merchants/create-merchant.ts';
import { createUser } from './put-user.ts';
import type { User } from './user.ts';

/** Wrong codes after which a new one has to be made: of 10^12 nobody guesses one in twenty. */
const mostFailures = 20;

export async function needsSetUp(ledger: Ledger): Promise<boolean> {
  return !(await ledger.db.selectFrom('users').select('id').limit(1).executeTakeFirst());
}

/** Whether anybody can sign in; and where nobody can, whether there is a merchant already. */
export async function readSetUp(ledger: Ledger): Promise<{ needed: boolean; merchant: 'there' | null }> {
  const needed = await needsSetUp(ledger);
  const merchant = needed ? await ledger.db.selectFrom('merchants').select('id').limit(1).executeTakeFirst() : undefined;
  return { needed, merchant: merchant ? 'there' : null };
}

/** A code for the log, `1234-5678-9012`; undefined when somebody can sign in already. The one before counts no more. */
export async function makeSetUpCode(ledger: Ledger): Promise<string | undefined> {
  if (!(await needsSetUp(ledger))) return undefined;
  const code = Array.from({ length: 3 }, () => String(randomInt(10_000)).padStart(4, '0')).join('-');
  await sql`
    insert into setup_code (hash, made_at) values (${hashSecret(code)}, ${ledger.clock.now()})
    on conflict (only_one) do update set hash = excluded.hash, made_at = excluded.made_at, failures = 0`.execute(ledger.db);
  return code;
}

export interface SetUp {
  code: string;
  login: string;
  name: string;
  password: string;
  /** A new merchant; where there is exactly one already, it stays as it is. */
  merchant: { name: string; timeZone: string; currency: string };
  /** For the audit, of which it is the first. */
  requestId: string;
  address: string;
}

/**
 * The first owner, and the merchant where there is none. Refuses setup.done, setup.code, what create-user refuses, and request.invalid
 * where there are several merchants: whose the owner is, only the command line can say.
 */
export async function setUp(
  ledger: Ledger,
  { code, login, name, password, merchant, requestId, address }: SetUp,
): Promise<{ merchantId: number; user: User }> {
  if (!(await takesCode(ledger, code))) refuse('setup.code');
  return await inTransaction(ledger.db, async (trx) => {
    await sql`select from setup_code for update`.execute(trx);
    const inside = { ...ledger, db: trx };
    if (!(await needsSetUp(inside))) refuse('setup.done');
    const merchants = await trx.selectFrom('merchants').select('id').orderBy('id').limit(2).execute();
    if (merchants.length > 1) refuse('request.invalid', 'there are several merchants: polyvend user create');
    const merchantId = merchants[0]?.id ?? (await createMerchant(inside, { ...merchant, pickupCodesEnabled: true })).id;
    const user = await createUser(inside, merchantId, { login, name, password, role: 'owner' });
    await sql`delete from setup_code`.execute(trx);
    await recordAudit(inside, {
      ...{ merchantId, userId: user.id, integrationId: null, who: login, requestId, address },
      ...{ action: 'POST /v1/setup', subject: `user ${user.id}`, before: null },
      after: { login, name, role: 'owner', ...(merchants.length === 0 && { merchant }) },
    });
    return { merchantId, user };
  });
}

/** Counts what is wrong in a transaction of its own, so that a refusal does not take the count back. */
async function takesCode(ledger: Ledger, code: string): Promise<boolean> {
  const { rows } = await sql<{ hash: Buffer; failures: number }>`
    update setup_code set failures = failures + 1 returning hash, failures`.execute(ledger.db);
  const [kept] = rows;
  if (!kept) refuse('setup.done');
  const given = hashSecret(code.replaceAll(/[^0-9]/g, '').replace(/^(\d{4})(\d{4})(\d{4})$/, '$1-$2-$3'));
  if (kept.failures > mostFailures || !timingSafeEqual(kept.hash, given)) return false;
  await sql`update setup_code set failures = failures - 1`.execute(ledger.db);
  return true;
}
