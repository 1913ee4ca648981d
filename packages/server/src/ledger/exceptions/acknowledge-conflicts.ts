import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { readConflictKey } from './find-conflicts.ts';
import { lookBack } from './patience.ts';

export interface AcknowledgeConflicts {
  merchantId: number;
  /** Of the problem, as it was listed. */
  key: string;
  by: string;
  /** Whose machines are a few may acknowledge what is about those. */
  machineIds: readonly number[] | null;
}

/**
 * A person has seen these conflicts: those of the key's kind and machine up to the latest that it names. Again changes nothing. Answers how many
 * were new to be seen. Refuses request.invalid (no key of a conflict), machine.unknown.
 */
export async function acknowledgeConflicts(
  ledger: Ledger,
  { merchantId, key, by, machineIds }: AcknowledgeConflicts,
): Promise<number> {
  const conflict = readConflictKey(key);
  if (!conflict) refuse('request.invalid', 'only conflicts are acknowledged: all else clears itself');
  const { kind, machineId, latest } = conflict;
  if (machineIds !== null && !(machineId !== null && machineIds.includes(machineId))) refuse('machine.unknown');
  const now = ledger.clock.now();
  const { numAffectedRows } = await sql`
    insert into acknowledgements (merchant_id, event_id, acknowledged_at, acknowledged_by)
    select e.merchant_id, e.id, ${now}, ${by} from events e
    where e.merchant_id = ${merchantId} and e.kind like 'conflict.%' and e.kind = ${kind} and e.machine_id is not distinct from ${machineId}
      and e.id <= ${latest} and e.at > ${secondsAfter(now, -lookBack.conflicts)}
    on conflict do nothing`.execute(ledger.db);
  return Number(numAffectedRows ?? 0n);
}
