import { findRole } from '../../integrations/find-role.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import { type Caller, requirePermission } from '../caller.ts';

type Kind = Pick<Integration, 'dialect' | 'role' | 'settings'>;

const conferred = ({ dialect, role, settings }: Kind) => findRole(dialect, role).confers({ settings });

/** Nobody makes or uses credentials that may do more than they may. Refuses permission.denied. @throws IntegrationMistake */
export function requireConferred(caller: Caller, kind: Kind): void {
  for (const permission of conferred(kind)) requirePermission(caller, permission);
}

/** Whether they could have credentials of it made for themselves. */
export const maySignAs = ({ permissions }: Caller, kind: Kind): boolean =>
  permissions.has('integrations.write') && conferred(kind).every((one) => permissions.has(one));
