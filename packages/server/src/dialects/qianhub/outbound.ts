import type { EventKind } from '../../ledger/events/event.ts';
import type { OutboundDialect } from '../../notifications/outbound-dialect.ts';
import { dialect } from './integration.ts';

/** The gateway is asked; it tells nobody anything. */
export const wants = [] as const satisfies readonly EventKind[];

export const outbound = (): OutboundDialect => ({ dialect, wants, render: () => Promise.resolve([]) });
