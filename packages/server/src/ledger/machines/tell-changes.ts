import { sql } from 'kysely';
import { takeTurn } from '../../database/take-turn.ts';
import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { recordEvents } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import type { MachineChangeKind } from './mark-changed.ts';

/** Seconds in which the changes of one machine become one event. */
const window = 1;

/** Changes told at once. */
const most = 1_000;

/**
 * Tells of machines that changed: one event `machine.status-changed` for what happened to a machine within a second from the first
 * of it, `{changes: MachineChangeKind[]}`, and one `machine.layout-changed` of the same moment where its layout changed. Answers how
 * many changes are told. One process at a time: two at once might each tell a part of what happened to one machine.
 */
export async function tellChanges(ledger: Ledger): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    if (!(await takeTurn(trx, 'tell changes'))) return 0;
    const { rows } = await sql<{ merchantId: number; machineId: number; changes: MachineChangeKind[]; count: number }>`
      with due as (
        select merchant_id, machine_id from machine_changes where at <= ${secondsAfter(ledger.clock.now(), -window)}
        order by at limit ${most}
      ), held as (
        select merchant_id, id from machine_changes where (merchant_id, machine_id) in (select merchant_id, machine_id from due)
        order by merchant_id, id for update skip locked
      ), taken as (
        delete from machine_changes c using held h where c.merchant_id = h.merchant_id and c.id = h.id
        returning c.merchant_id, c.machine_id, c.what
      )
      select merchant_id as "merchantId", machine_id as "machineId", array_agg(distinct what) as changes, count(*) as count
      from taken group by merchant_id, machine_id order by merchant_id, machine_id`.execute(trx);
    await recordEvents(
      ledger,
      trx,
      rows.flatMap(({ merchantId, machineId, changes }) => {
        const status = changes.filter((change) => change !== 'layout');
        const machine = { merchantId, machineId };
        return [
          ...(status.length > 0 ? [{ ...machine, kind: 'machine.status-changed' as const, data: { changes: status } }] : []),
          ...(changes.includes('layout') ? [{ ...machine, kind: 'machine.layout-changed' as const }] : []),
        ];
      }),
      { by: 'sweep' },
    );
    return rows.reduce((sum, { count }) => sum + count, 0);
  });
}
