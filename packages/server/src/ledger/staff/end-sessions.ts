import type { Ledger } from '../ledger.ts';

/** Ends sessions of a user, or one of them; those that are over stay so. Answers how many ended. */
export async function endSessions(
  ledger: Ledger,
  merchantId: number,
  { userId, sessionId }: { userId: number; sessionId?: number },
): Promise<number> {
  let query = ledger.db
    .updateTable('sessions')
    .set({ ended_at: ledger.clock.now() })
    .where('merchant_id', '=', merchantId)
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null);
  if (sessionId !== undefined) query = query.where('id', '=', sessionId);
  const { numUpdatedRows } = await query.executeTakeFirst();
  return Number(numUpdatedRows);
}
