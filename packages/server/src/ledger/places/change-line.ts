import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { holdPlaces } from './hold-places.ts';
import { putAreaIn } from './put-area.ts';

/** What is not said stays as it is. */
export interface LineChange {
  name?: string | undefined;
  /** By its name, made when it is not there; null: in none. */
  area?: string | null | undefined;
  description?: string | undefined;
}

export interface LineChanging {
  merchantId: number;
  lineId: number;
  change: LineChange;
  cause: Cause;
}

/** Refuses place.unknown, and request.invalid for a name that is taken. */
export async function changeLine(ledger: Ledger, { merchantId, lineId, change, cause }: LineChanging): Promise<void> {
  const { name, area, description } = change;
  await inTransaction(ledger.db, async (trx) => {
    await holdPlaces(trx, merchantId);
    const before = await lineOfMerchant(trx, merchantId, lineId);
    if (name !== undefined && name !== before.name) await refuseTakenLine(trx, merchantId, name);
    const changed = await trx
      .updateTable('lines')
      .set({
        name: name ?? before.name,
        ...(area !== undefined && { area_id: area === null ? null : await putAreaIn(ledger, trx, merchantId, area) }),
        ...(description !== undefined && { description }),
      })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', lineId)
      .returning('name')
      .executeTakeFirstOrThrow();
    await recordEvent(ledger, trx, { merchantId, kind: 'line.changed', data: { lineId, ...changed } }, cause);
  });
}

/** Refuses request.invalid when there is a line of this name. */
export async function refuseTakenLine(trx: Trx, merchantId: number, name: string): Promise<void> {
  const other = await trx
    .selectFrom('lines')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (other) refuse('request.invalid', `name: there is a line ${name}`);
}

/** Refuses place.unknown. */
export async function lineOfMerchant(trx: Trx, merchantId: number, lineId: number): Promise<{ name: string }> {
  const line = await trx
    .selectFrom('lines')
    .select('name')
    .where('merchant_id', '=', merchantId)
    .where('id', '=', lineId)
    .executeTakeFirst();
  return line ?? refuse('place.unknown', `line ${lineId}`);
}
