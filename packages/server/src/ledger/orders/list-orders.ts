import { type RawBuilder, sql } from 'kysely';
import { unitsNotMadeGood } from '../exceptions/find-order-problems.ts';
import type { Ledger } from '../ledger.ts';
import type { OrderState } from './order-state.ts';
import { type OrderSummary, readOrderSummaries } from './read-order-summaries.ts';

export interface OrderFilter {
  merchantId: number;
  /** Null: of all machines. */
  machineIds: readonly number[] | null;
  state?: OrderState | undefined;
  /** Through whose integration they came. */
  integrationId?: number | undefined;
  /** Placed from then on, and before then. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Those alone that were paid for and not made good. */
  trouble?: boolean | undefined;
  /** The last order of the page before. */
  after?: number | undefined;
  limit: number;
}

/**
 * Orders, newest first; page after page by where the last one ended, so that a deep page costs what the first does. What is of few machines is
 * looked for machine by machine, each in its own part of the index.
 */
export async function listOrders(ledger: Ledger, filter: OrderFilter): Promise<OrderSummary[]> {
  const { merchantId, machineIds, limit } = filter;
  const conditions = await conditionsOf(ledger, filter);
  const { rows } = await sql<{ id: number }>`${
    filter.trouble
      ? sql`select o.id from ${unitsNotMadeGood(ledger, merchantId)}
          where ${conditions} and (${machineIds}::bigint[] is null or o.machine_id = any(${machineIds}::bigint[]))
          group by o.id, o.created_at order by o.created_at desc, o.id desc limit ${limit}`
      : machineIds === null
        ? newest(merchantId, conditions, limit)
        : sql`select found.id from unnest(${machineIds}::bigint[]) as machine(id)
            cross join lateral (${newest(merchantId, sql`o.machine_id = machine.id and ${conditions}`, limit)}) found
            order by found.created_at desc, found.id desc limit ${limit}`
  }`.execute(ledger.db);
  return await readOrderSummaries(
    ledger.db,
    merchantId,
    rows.map(({ id }) => id),
  );
}

function newest(merchantId: number, conditions: RawBuilder<unknown>, limit: number): RawBuilder<unknown> {
  return sql`select o.id, o.created_at from orders o where o.merchant_id = ${merchantId} and ${conditions}
    order by o.created_at desc, o.id desc limit ${limit}`;
}

async function conditionsOf(
  ledger: Ledger,
  { merchantId, state, integrationId, from, to, after }: OrderFilter,
): Promise<RawBuilder<unknown>> {
  const conditions = [sql`true`];
  // Said beside it, so that the index of the rarer states is known to have them.
  if (state !== undefined) conditions.push(sql`o.state = ${state}`, ...(state === 'paid' ? [] : [sql`o.state <> 'paid'`]));
  if (integrationId !== undefined) conditions.push(sql`o.integration_id = ${integrationId}`);
  if (from !== undefined) conditions.push(sql`o.created_at >= ${from}`);
  if (to !== undefined) conditions.push(sql`o.created_at < ${to}`);
  if (after !== undefined) {
    const { rows } = await sql<{ at: string }>`
      select created_at::text as at from orders where merchant_id = ${merchantId} and id = ${after}`.execute(ledger.db);
    conditions.push(sql`(o.created_at, o.id) < (${rows[0]?.at ?? '-infinity'}::timestamptz, ${after}::bigint)`);
  }
  return sql.join(conditions, sql` and `);
}
