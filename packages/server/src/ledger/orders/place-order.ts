import { batched } from '../batch.ts';
import { secondsAfter } from '../clock.ts';
import { LedgerError } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { placeOrdersSql } from './place-order.sql.ts';
import { whyNotPlaced } from './why-not-placed.ts';

export interface OrderDraft {
  merchantId: number;
  integrationId: number;
  machineNo: string;
  /** The merchant's own number of the order. */
  tradeId: string;
  notifyUrl: string;
  lines: readonly { productId: number; quantity: number }[];
  cause: Cause;
}

export interface PlacedOrder {
  id: number;
  amountCents: number;
}

/** A try may lose against another that has gone by the time we look why: then it is tried again, so often at most. */
const mostTries = 5;

/**
 * Takes the ordered quantities from the slots and writes the order, atomically: all lines or none.
 * Refuses: machine.unknown, machine.not-operational, product.unknown, product.off-sale, stock.insufficient, order.duplicate.
 */
export async function placeOrder(ledger: Ledger, draft: OrderDraft): Promise<PlacedOrder> {
  for (let tries = 1; ; tries += 1) {
    const placed = tries === 1 ? await together(ledger)(draft) : (await placeOrders(ledger, [draft]))[0];
    if (placed) return placed;
    const reason = await whyNotPlaced(ledger, draft);
    if (reason) throw reason;
    if (tries === mostTries) throw new LedgerError('stock.insufficient');
  }
}

/** One statement for all: the result per draft, undefined where it could not be placed. */
export async function placeOrders(ledger: Ledger, drafts: readonly OrderDraft[]): Promise<readonly (PlacedOrder | undefined)[]> {
  const now = ledger.clock.now();
  const { rows } = await ledger.pool.query<{ merchant_id: number; id: number; trade_id: string; amount_cents: number }>({
    name: 'place-orders',
    text: placeOrdersSql,
    values: [
      JSON.stringify(drafts.map(toRow)),
      JSON.stringify(drafts.flatMap(toLineRows)),
      now,
      secondsAfter(now, ledger.rules.paymentWindow),
    ],
  });
  const placed = new Map(rows.map((row) => [keyOf(row.merchant_id, row.trade_id), row]));
  return drafts.map((draft) => {
    const row = placed.get(keyOf(draft.merchantId, draft.tradeId));
    return row && { id: row.id, amountCents: row.amount_cents };
  });
}

const batches = new WeakMap<Ledger, (draft: OrderDraft) => Promise<PlacedOrder | undefined>>();

/** Orders that arrive at once go in one statement; one by itself goes at once. */
function together(ledger: Ledger): (draft: OrderDraft) => Promise<PlacedOrder | undefined> {
  let batch = batches.get(ledger);
  if (!batch) {
    batch = batched((drafts) => placeOrders(ledger, drafts), {
      size: 64,
      lanes: 2,
      key: (draft) => keyOf(draft.merchantId, draft.tradeId),
    });
    batches.set(ledger, batch);
  }
  return batch;
}

function keyOf(merchantId: number, tradeId: string): string {
  return `${merchantId} ${tradeId}`;
}

function toRow(draft: OrderDraft, n: number): Record<string, unknown> {
  return {
    n,
    merchant_id: draft.merchantId,
    machine_no: draft.machineNo,
    integration_id: draft.integrationId,
    trade_id: draft.tradeId,
    notify_url: draft.notifyUrl,
    cause: draft.cause,
  };
}

function toLineRows(draft: OrderDraft, n: number): Record<string, unknown>[] {
  return draft.lines.map(({ productId, quantity }, position) => ({ n, position, product_id: productId, quantity }));
}
