import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';
import { markSalesDue } from '../sales/mark-sales-due.ts';

/** The projector looks at what was sold of these goods and is not in the ERP's books yet. */
export async function renewBarcodes(trx: Trx, merchantId: number, goodsIds: readonly number[]): Promise<void> {
  const { rows } = await sql<{ orderId: number }>`
    select distinct b.order_id as "orderId"
    from book_orders b join order_lines l on l.merchant_id = b.merchant_id and l.order_id = b.order_id
    where b.merchant_id = ${merchantId} and b.order_id is not null and b.import_state <> 'imported'
      and l.goods_id = any(${goodsIds}::bigint[])`.execute(trx);
  await markSalesDue(
    trx,
    merchantId,
    rows.map(({ orderId }) => orderId),
  );
}
