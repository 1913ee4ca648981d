import type { Ledger } from './ledger.ts';

/**
 * Does the work unless another process, or another call in this one, is at work of the same name: then it answers false, and nothing
 * was done. Takes a connection of its own meanwhile; when that is lost, so is the lock, so the work must bear being done twice.
 */
export async function exclusively(ledger: Ledger, name: string, work: () => Promise<void>): Promise<boolean> {
  const client = await ledger.pool.connect();
  let ours = false;
  try {
    const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as ours', [
      name,
    ]);
    ours = rows[0]?.ours ?? false;
    if (ours) await work();
    return ours;
  } finally {
    // Ending the session gives the lock back, whatever happened.
    client.release(ours);
  }
}
