import type { LedgerEvent } from '../ledger/events/event.ts';
import type { NotificationDraft, OutboundDialect } from './outbound-dialect.ts';

export interface Rendered {
  drafts: readonly NotificationDraft[];
  /** The first dialect's failure, when one failed; the drafts are then the others'. */
  failure?: unknown;
}

/** Asks every dialect that wants the event. One that takes longer than `timeout` milliseconds has failed. Never throws. */
export async function renderEvent(event: LedgerEvent, dialects: readonly OutboundDialect[], timeout: number): Promise<Rendered> {
  const wanting = dialects.filter(({ wants }) => wants.includes(event.kind));
  const results = await Promise.allSettled(wanting.map((dialect) => within(timeout, dialect, event)));
  const drafts = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const failed = results.find((result) => result.status === 'rejected');
  return failed ? { drafts, failure: failed.reason } : { drafts };
}

async function within(timeout: number, dialect: OutboundDialect, event: LedgerEvent): Promise<readonly NotificationDraft[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The dialect ${dialect.dialect} took more than ${timeout} ms.`)), timeout);
  });
  try {
    return await Promise.race([dialect.render(event), late]);
  } finally {
    clearTimeout(timer);
  }
}
