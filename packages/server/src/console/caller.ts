import type { Actor } from '../ledger/audit/record-audit.ts';
import { refuse } from '../ledger/errors.ts';
import type { Merchant } from '../ledger/merchants/get-merchant.ts';
import type { Session } from '../ledger/staff/find-session.ts';
import type { Permission } from '../ledger/staff/roles.ts';

/** Who calls: a person with a session, or a program with a token. */
export interface Caller extends Actor {
  merchant: Merchant;
  permissions: ReadonlySet<Permission>;
  /** Whose machines alone they may see and touch; undefined: all. */
  machineIds: readonly number[] | undefined;
  /** Of a person. */
  session: Session | undefined;
}

/** Refuses permission.denied. */
export function requirePermission({ permissions }: Caller, needed: Permission): void {
  if (!permissions.has(needed)) refuse('permission.denied', needed);
}

/** Of what is of all machines together. Refuses permission.denied to whoever may see some machines alone. */
export function requireEveryMachine({ machineIds }: Caller): void {
  if (machineIds) refuse('permission.denied', 'every machine');
}

/** Refuses machine.unknown: what is not theirs is not there. */
export function requireMachine({ machineIds }: Caller, machineId: number): void {
  if (machineIds && !machineIds.includes(machineId)) refuse('machine.unknown', String(machineId));
}
