import { refuse } from '../../ledger/errors.ts';
import type { Caller } from '../caller.ts';

/** Of things that are of all machines together. Refuses permission.denied to whoever may see some machines alone. */
export function requireEveryMachine({ machineIds }: Caller): void {
  if (machineIds) refuse('permission.denied', 'every machine');
}
