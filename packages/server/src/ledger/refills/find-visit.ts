import { refuse } from '../errors.ts';
import type { Db } from '../ledger.ts';
import type { Visit, VisitedSlot } from './visit.ts';

/** A visit of the merchant by its id. Refuses request.invalid where there is none. */
export async function findVisit(db: Db, merchantId: number, id: number): Promise<Visit> {
  const row = await db
    .selectFrom('visits')
    .select([
      'id',
      'machine_id as machineId',
      'key',
      'visitor',
      'begun_at as begunAt',
      'done_at as doneAt',
      'refill_id as refillId',
      'slots',
    ])
    .where('merchant_id', '=', merchantId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) refuse('request.invalid', `visit ${id}`);
  return { ...row, slots: row.slots as unknown as VisitedSlot[] };
}
