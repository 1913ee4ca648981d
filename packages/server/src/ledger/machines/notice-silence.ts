import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { recordEvents } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';

/** Machines looked at in one go. */
const most = 500;

/**
 * Machines that have said nothing for too long are offline, and that is told once. A heartbeat does not move the time at which we
 * look; what was heard from since is looked at again when its silence would be over. Answers how many were looked at.
 */
export async function noticeSilence(ledger: Ledger): Promise<number> {
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const { rows } = await sql<{ merchantId: number; machineId: number; silent: boolean }>`
      with due as (
        select merchant_id, machine_id, last_seen_at + make_interval(secs => ${ledger.rules.silence}) as silent_at
        from machine_status where silence_due_at <= ${now}
        order by silence_due_at limit ${most} for no key update skip locked
      ), looked_at as (
        update machine_status s set silence_due_at = case when d.silent_at > ${now} then d.silent_at end
        from due d where s.merchant_id = d.merchant_id and s.machine_id = d.machine_id
        returning s.merchant_id, s.machine_id, s.silence_due_at is null as silent
      ), marked as (
        insert into machine_changes (merchant_id, machine_id, what, at)
        select merchant_id, machine_id, 'offline', ${now} from looked_at where silent
      )
      select merchant_id as "merchantId", machine_id as "machineId", silent from looked_at`.execute(trx);
    const events = rows
      .filter(({ silent }) => silent)
      .map(({ merchantId, machineId }) => ({
        merchantId,
        machineId,
        kind: 'machine.offline' as const,
        data: { reason: 'silence' },
      }));
    await recordEvents(ledger, trx, events, { by: 'sweep' });
    return rows.length;
  });
}
