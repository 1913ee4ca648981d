import { sql } from 'kysely';
import { type DispenseState, openStates } from '../dispensing/dispense-state.ts';

const fetching: readonly DispenseState[] = [...openStates, 'dispensed'];

/**
 * Whether a pickup code `p` gave the buyer what it was for, or may be giving it now. One that is used, and whose unit failed or was given back to
 * the stock when its order was left, gave nothing, unless the machine gave it out by itself. Who decides by it holds the code: what a unit
 * behind a code comes to, and that it is asked for again, waits for the code (lockFetched).
 */
export const isSpent = sql<boolean>`(p.state = 'taken' or (p.state = 'used' and (
  p.used_by in ('machine', 'elsewhere') or p.conflict_at is not null or exists (
    select from dispenses f where f.merchant_id = p.merchant_id and f.order_id = p.order_id and f.state = any(${fetching})))))`;
