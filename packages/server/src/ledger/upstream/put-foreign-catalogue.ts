import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { type ForeignGoods, putForeignGoodsIn } from './put-foreign-goods.ts';

/** Each by its number there. */
export interface ToldCatalogue {
  merchantId: number;
  upstreamIntegrationId: number;
  goods: readonly (ForeignGoods & { number: string })[];
  cause: Cause;
}

/** Adds or changes goods of another platform, by that platform's own numbers, all or nothing. Of one number the last word counts. */
export async function putForeignCatalogue(
  ledger: Ledger,
  { merchantId, upstreamIntegrationId, goods, cause }: ToldCatalogue,
): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    if (goods.length === 0) return;
    await putForeignGoodsIn(ledger, trx, { merchantId, upstreamIntegrationId, catalogue: 'theirs' }, goods);
    const data = { integrationId: upstreamIntegrationId, goods: [...new Set(goods.map(({ number }) => number))] };
    await recordEvent(ledger, trx, { merchantId, kind: 'foreign-goods.changed', data }, cause);
  });
}
