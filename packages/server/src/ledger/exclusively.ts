import type { Ledger } from './ledger.ts';

/**
 * Does the work unless another process, or another call in this one, is at work of the same name: then it answers false, and nothing
 * was done. Takes a connection of its own meanwhile; when that is lost, so is the lock, so the work must bear being done twice.
 */
export async function exclusively(ledger: Ledger, name: string, work: () => Promise<void>): Promise<boolean> {
  const client = await ledger.pool.connect();
  const ask = async (asked: 'pg_try_advisory_lock' | 'pg_advisory_unlock'): Promise<boolean> => {
    const { rows } = await client.query<{ done: boolean }>(`select ${asked}(hashtextextended($1, 0)) as done`, [name]);
    return rows[0]?.done ?? false;
  };
  // Ending the session gives the lock back too, where it cannot be given back in words.
  let clean = false;
  try {
    const ours = await ask('pg_try_advisory_lock');
    try {
      if (ours) await work();
    } finally {
      clean = !ours || (await ask('pg_advisory_unlock'));
    }
    return ours;
  } finally {
    client.release(!clean);
  }
}
