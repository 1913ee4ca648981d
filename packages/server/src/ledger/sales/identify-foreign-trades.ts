import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';
import type { ForeignTrade } from './put-foreign-trades.ts';

interface Known {
  id: number;
  upstreamTradeId: string | null;
  machineId: number;
  orderNo: string;
  slotName: string;
  state: string;
  changedAt: Date;
}

export interface IdentifiedTrade extends ForeignTrade {
  /** Which of ours it is; null: a new one. */
  tradeId: number | null;
  /** It is what the trade is now, whatever was told before. */
  whole: boolean;
}

/**
 * Which trades of ours these are. One that is told with its id is known by it, or is one of its order and slot that was told without. What is told
 * without ids is known by order and slot; where an order took several out of one slot, those alike are the same first, and the rest in their
 * order. Who is who among them may be mistaken; so such a list, when it is whole and newer than what we know, is what they are.
 */
export async function identifyForeignTrades(
  trx: Trx,
  { merchantId, upstreamIntegrationId }: { merchantId: number; upstreamIntegrationId: number },
  trades: readonly ForeignTrade[],
): Promise<IdentifiedTrade[]> {
  const ids = trades.flatMap(({ upstreamTradeId }) => upstreamTradeId ?? []);
  const orderNos = [...new Set(trades.map(({ orderNo }) => orderNo))];
  const { rows } = await sql<Known>`
    select id, upstream_trade_id as "upstreamTradeId", machine_id as "machineId", order_no as "orderNo", slot_name as "slotName",
      concat_ws(' ', pay_status, deliver_state, refund_state, floor(extract(epoch from executed_at))) as state, changed_at as "changedAt"
    from trades
    where merchant_id = ${merchantId} and upstream_integration_id = ${upstreamIntegrationId}
      and (order_no = any(${orderNos}::text[]) or upstream_trade_id = any(${ids}::text[]))
    order by length(upstream_trade_id), upstream_trade_id, id`.execute(trx);
  const byId = new Map(rows.flatMap((row) => (row.upstreamTradeId === null ? [] : [[row.upstreamTradeId, row] as const])));
  const places = Map.groupBy(rows, placeOf);
  const told = Map.groupBy(
    trades.filter(({ upstreamTradeId }) => upstreamTradeId === null),
    placeOf,
  );
  const found = new Map<ForeignTrade, Known>();
  for (const [place, alike] of told) match(alike, places.get(place) ?? [], found);
  for (const trade of trades) {
    if (trade.upstreamTradeId === null) continue;
    const known = byId.get(trade.upstreamTradeId) ?? (await name(trx, merchantId, trade, places.get(placeOf(trade)) ?? []));
    if (known) found.set(trade, known);
  }
  return trades.map((trade) => {
    const known = found.get(trade);
    const together = trade.upstreamTradeId === null ? (told.get(placeOf(trade))?.length ?? 0) : 0;
    const isWhole = together > 1 && together >= (places.get(placeOf(trade))?.length ?? 0);
    const newer = trade.askedAt !== undefined && known !== undefined && known.changedAt <= trade.askedAt;
    return { ...trade, tradeId: known?.id ?? null, whole: isWhole && newer };
  });
}

const placeOf = ({ machineId, orderNo, slotName }: Pick<Known, 'machineId' | 'orderNo' | 'slotName'>): string =>
  JSON.stringify([machineId, orderNo, slotName]);

const stateOf = ({ payStatus, deliverState, refundState, executedAt }: ForeignTrade): string =>
  [payStatus, deliverState, refundState, executedAt && Math.floor(executedAt.getTime() / 1000)]
    .filter((part) => part !== null)
    .join(' ');

function match(trades: readonly ForeignTrade[], known: readonly Known[], found: Map<ForeignTrade, Known>): void {
  const free = new Set(known);
  const take = (trade: ForeignTrade, row: Known | undefined): void => {
    if (!row) return;
    free.delete(row);
    found.set(trade, row);
  };
  for (const trade of trades)
    take(
      trade,
      [...free].find(({ state }) => state === stateOf(trade)),
    );
  for (const trade of trades) if (!found.has(trade)) take(trade, [...free][0]);
}

/** Its id is told for the first time. */
async function name(trx: Trx, merchantId: number, trade: ForeignTrade, alike: readonly Known[]): Promise<Known | undefined> {
  const nameless = alike.filter(({ upstreamTradeId }) => upstreamTradeId === null);
  const known = nameless.find(({ state }) => state === stateOf(trade)) ?? nameless[0];
  if (!known) return undefined;
  known.upstreamTradeId = trade.upstreamTradeId;
  await trx
    .updateTable('trades')
    .set({ upstream_trade_id: trade.upstreamTradeId })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', known.id)
    .execute();
  return known;
}
