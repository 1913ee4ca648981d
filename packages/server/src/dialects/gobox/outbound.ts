import type { EventKind } from '../../ledger/events/event.ts';
import type { OutboundDialect } from '../../notifications/outbound-dialect.ts';
import { dialect } from './integration.ts';

/** This interface calls nobody back: bills reach the ERP through its port, and who wants to know asks. */
export const wants = [] as const satisfies readonly EventKind[];

export function outbound(): OutboundDialect {
  return { dialect, wants, render: async () => [] };
}
