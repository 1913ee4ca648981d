import { sql } from 'kysely';
import { secondsAfter } from './clock.ts';
import type { Ledger } from './ledger.ts';

const day = 86_400;

/** Seconds that readings and words to machines are kept. What is about money, stock or orders is kept for ever. */
export const kept = {
  telemetry: 90 * day,
  sentMessages: 30 * day,
  typedCodes: day,
  inboundMessages: 30 * day,
  sessions: 30 * day,
};

/** Most rows of one go: a prune must not hold the database. */
const atOnce = 10_000;

/** Deletes what is older than it is kept. Answers how many rows. */
export async function pruneLedger(ledger: Ledger): Promise<number> {
  const now = ledger.clock.now();
  const telemetry = await sql`
    delete from machine_telemetry where ctid = any(array(
      select ctid from machine_telemetry where at < ${secondsAfter(now, -kept.telemetry)} limit ${atOnce}))`.execute(ledger.db);
  const messages = await sql`
    delete from machine_messages where ctid = any(array(
      select ctid from machine_messages where sent_at < ${secondsAfter(now, -kept.sentMessages)} limit ${atOnce}))`.execute(
    ledger.db,
  );
  const typed = await sql`
    delete from typed_codes where ctid = any(array(
      select ctid from typed_codes where at < ${secondsAfter(now, -kept.typedCodes)} limit ${atOnce}))`.execute(ledger.db);
  const inbound = await sql`
    delete from inbound_messages where ctid = any(array(
      select ctid from inbound_messages
      where state <> 'waiting' and received_at < ${secondsAfter(now, -kept.inboundMessages)} limit ${atOnce}))`.execute(
    ledger.db,
  );
  const failures = await sql`
    delete from sign_in_failures where ctid = any(array(
      select ctid from sign_in_failures where at < ${secondsAfter(now, -day)} limit ${atOnce}))`.execute(ledger.db);
  const sessions = await sql`
    delete from sessions where ctid = any(array(
      select ctid from sessions where least(expires_at, ended_at) < ${secondsAfter(now, -kept.sessions)} limit ${atOnce}))`.execute(
    ledger.db,
  );
  return [failures, sessions, telemetry, messages, typed, inbound].reduce(
    (sum, { numAffectedRows }) => sum + Number(numAffectedRows ?? 0n),
    0,
  );
}
