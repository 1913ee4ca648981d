import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { CheckedOrder, DayCheck } from './check-day.ts';
import type { Bill } from './ports.ts';

/** What a day's check found: how many of each, and the first of them. */
export interface KeptDayCheck {
  day: string;
  checkedAt: Date;
  checkedBy: string;
  agreed: number;
  agreedCents: number;
  waiting: number;
  missing: number;
  different: number;
  refunded: number;
  surplus: number;
  found: { missing: CheckedOrder[]; different: CheckedOrder[]; refunded: CheckedOrder[]; surplus: Bill[] };
}

/** Of each kind: of many the first tell enough. */
const most = 100;

/** Keeps what the check of a set's day found, in place of what was found before. */
export async function keepDayCheck(
  ledger: Ledger,
  { merchantId, setId, check, by }: { merchantId: number; setId: number; check: DayCheck; by: string },
): Promise<KeptDayCheck> {
  const { missing, different, refunded, surplus } = check;
  const found = {
    missing: missing.slice(0, most),
    different: different.slice(0, most),
    refunded: refunded.slice(0, most),
    surplus: surplus.slice(0, most),
  };
  const { rows } = await sql<KeptDayCheck>`
    insert into book_checks (merchant_id, set_id, day, checked_at, checked_by, agreed, agreed_cents, waiting, missing, different, refunded,
      surplus, found)
    values (${merchantId}, ${setId}, ${check.day}, ${ledger.clock.now()}, ${by}, ${check.agreed}, ${check.agreedCents}, ${check.waiting},
      ${missing.length}, ${different.length}, ${refunded.length}, ${surplus.length}, ${JSON.stringify(found)}::jsonb)
    on conflict (merchant_id, set_id, day) do update set (checked_at, checked_by, agreed, agreed_cents, waiting, missing, different, refunded,
      surplus, found) = row (excluded.checked_at, excluded.checked_by, excluded.agreed, excluded.agreed_cents, excluded.waiting,
      excluded.missing, excluded.different, excluded.refunded, excluded.surplus, excluded.found)
    returning ${columns}`.execute(ledger.db);
  const [kept] = rows;
  if (!kept) throw new Error('A row that was put is there.');
  return kept;
}

/** The latest days first. */
export async function listDayChecks(
  ledger: Ledger,
  { merchantId, setId, limit }: { merchantId: number; setId: number; limit: number },
): Promise<KeptDayCheck[]> {
  const { rows } = await sql<KeptDayCheck>`
    select ${columns} from book_checks where merchant_id = ${merchantId} and set_id = ${setId} order by day desc limit ${limit}`.execute(
    ledger.db,
  );
  return rows;
}

const columns = sql`day, checked_at as "checkedAt", checked_by as "checkedBy", agreed, agreed_cents as "agreedCents", waiting, missing, different,
  refunded, surplus, found`;
