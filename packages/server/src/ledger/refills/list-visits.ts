import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { Visit } from './visit.ts';

/** A visit, and what it settled: null while that is not reckoned yet, and for ever where nothing was added. Money in minor units. */
export interface ListedVisit extends Visit {
  settlement: VisitSettlement | null;
}

export interface VisitSettlement {
  /** The refill before; null: it was the first. */
  previousAt: Date | null;
  units: number;
  amountCents: number;
}

export interface VisitFilter {
  merchantId: number;
  machineId: number;
  visitId?: number | undefined;
  /** Those before this one. */
  before?: number | undefined;
  /** Most visits; 20. */
  limit?: number | undefined;
}

type Row = Visit & { settledAt: Date | null; previousAt: Date | null; units: number; amountCents: number };

/** Visits at a machine, the newest first. */
export async function listVisits(ledger: Ledger, filter: VisitFilter): Promise<ListedVisit[]> {
  const { merchantId, machineId, visitId, before, limit = 20 } = filter;
  const { rows } = await sql<Row>`
    select v.id, v.machine_id as "machineId", v.key, v.visitor, v.begun_at as "begunAt", v.done_at as "doneAt", v.refill_id as "refillId",
      v.slots, s.settled_at as "settledAt", s.previous_at as "previousAt", coalesce(t.units, 0)::bigint as units,
      coalesce(t.amount_cents, 0)::bigint as "amountCents"
    from visits v
    left join settlements s on s.merchant_id = v.merchant_id and s.refill_id = v.refill_id
    left join lateral (
      select sum(units) as units, sum(amount_cents) as amount_cents from settlement_sales
      where merchant_id = v.merchant_id and refill_id = v.refill_id
    ) t on true
    where v.merchant_id = ${merchantId} and v.machine_id = ${machineId}
      and (${visitId ?? null}::bigint is null or v.id = ${visitId ?? null})
      and (${before ?? null}::bigint is null or v.id < ${before ?? null})
    order by v.id desc limit ${limit}`.execute(ledger.db);
  return rows.map(({ settledAt, previousAt, units, amountCents, ...visit }) => ({
    ...visit,
    settlement: settledAt === null ? null : { previousAt, units, amountCents },
  }));
}
