import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { putAreaIn } from './put-area.ts';

/** A line (线路) by its name; what is not said stays as it is. */
export interface LineDraft {
  merchantId: number;
  name: string;
  /** By its name; made when it is not there. */
  area?: string | undefined;
  description?: string | undefined;
  cause?: Cause | undefined;
}

/** Adds or changes a line; answers its id. */
export async function putLine(ledger: Ledger, draft: LineDraft): Promise<number> {
  const { merchantId, name, cause = { by: 'person' } } = draft;
  return await inTransaction(ledger.db, async (trx) => {
    const lineId = await putLineIn(ledger, trx, draft);
    await recordEvent(ledger, trx, { merchantId, kind: 'line.changed', data: { lineId, name } }, cause);
    return lineId;
  });
}

export async function putLineIn(ledger: Ledger, trx: Trx, { merchantId, name, area, description }: LineDraft): Promise<number> {
  const change = {
    ...(area !== undefined && { area_id: await putAreaIn(ledger, trx, merchantId, area) }),
    ...(description !== undefined && { description }),
  };
  const { id } = await trx
    .insertInto('lines')
    .values({ merchant_id: merchantId, name, created_at: ledger.clock.now(), ...change })
    .onConflict((conflict) => conflict.columns(['merchant_id', 'name']).doUpdateSet({ name, ...change }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
