import { toStorable } from '../events/to-storable.ts';
import type { Ledger } from '../ledger.ts';

/** Who changed something: a person, or a program with a token. */
export interface Actor {
  userId: number | null;
  integrationId: number | null;
  /** As they are called now. */
  who: string;
}

export interface AuditDraft extends Actor {
  merchantId: number;
  /** Method and path as they are documented, e.g. `PUT /v1/machines/{machine}`. */
  action: string;
  /** What was changed, e.g. `machine 12`. */
  subject: string;
  /** As it was and as it is: null where there was nothing, or is nothing any more. Without secrets. */
  before: unknown;
  after: unknown;
  requestId: string;
  address: string;
}

/** Of what somebody gave a subject may be of any length, and what an index holds may not. */
export const toSubject = (text: string): string => text.slice(0, 200).toWellFormed();

/** In the transaction of the change: `ledger.db` is that transaction. */
export async function recordAudit(ledger: Ledger, draft: AuditDraft): Promise<void> {
  await ledger.db
    .insertInto('audit_log')
    .values({
      merchant_id: draft.merchantId,
      at: ledger.clock.now(),
      user_id: draft.userId,
      integration_id: draft.integrationId,
      who: draft.who,
      action: draft.action,
      subject: toSubject(draft.subject),
      before: toStorable(draft.before),
      after: toStorable(draft.after),
      request_id: draft.requestId,
      address: draft.address,
    })
    .execute();
}
