import { sql } from 'kysely';
import { isDatabaseGone, isDataError } from '../database/errors.ts';
import { secondsAfter } from '../ledger/clock.ts';
import { getIntegration } from '../ledger/integrations/get-integration.ts';
import type { Integration } from '../ledger/integrations/integration.ts';
import type { Ledger, Trx } from '../ledger/ledger.ts';
import { exclusively, type InboundOf } from './exclusively.ts';
import { hastenPoll } from './hasten-poll.ts';
import { InboundDelay, type InboundDialect, type InboundMessage, InboundRefusal } from './inbound-dialect.ts';

export type MessageOutcome = 'applied' | 'refused' | 'delayed' | 'failed';

export interface AppliedMessages {
  /** Messages that were looked at. */
  done: number;
  /** Another process is at some that are due. */
  busy: boolean;
}

export interface ApplyOptions {
  ledger: Ledger;
  dialects: readonly InboundDialect[];
  /** `error` of what was not applied. */
  tell(outcome: MessageOutcome, of: InboundOf & { messageId: number; kind: string }, error?: unknown): void;
}

/** Messages of one integration in one go, so that those of the others get their turn. */
const atOnce = 100;
/** Seconds until what could not be applied is tried again, and after which it is given up. */
const [firstWait, longestWait, givenUpAfter] = [5, 3_600, 3 * 86_400];

/** Applies what is due, of each integration in the order in which it came. What cannot be applied keeps no other from its turn. */
export async function applyMessages(options: ApplyOptions): Promise<AppliedMessages> {
  const { ledger } = options;
  const { rows } = await sql<InboundOf>`
    select merchant_id as "merchantId", integration_id as "integrationId" from inbound_messages
    where state = 'waiting' and due_at <= ${ledger.clock.now()} group by 1, 2 order by 1, 2`.execute(ledger.db);
  const all: AppliedMessages = { done: 0, busy: false };
  for (const of of rows) {
    for (let n = 0; n < atOnce; n++) {
      const result = await applyNext(options, of);
      if (result === 'busy') all.busy = true;
      if (result !== 'done') break;
      all.done += 1;
    }
  }
  return all;
}

async function applyNext({ ledger, dialects, tell }: ApplyOptions, of: InboundOf): Promise<'done' | 'none' | 'busy'> {
  let message: InboundMessage | undefined;
  const about = () => ({ ...of, messageId: message?.id ?? 0, kind: message?.kind ?? '' });
  try {
    const integration = await getIntegration(ledger, of.merchantId, of.integrationId);
    const result = await exclusively(ledger, of, { wait: false }, async (within, trx) => {
      message = integration && (await nextMessage(ledger, trx, integration));
      if (!message) return 'none';
      const dialect = dialects.find((one) => one.dialect === integration?.dialect && one.role === integration.role);
      if (!dialect) throw new InboundRefusal('nobody takes what this integration tells');
      await dialect.apply(within, message);
      await sql`
        update inbound_messages set state = 'applied', error = '', applied_at = ${ledger.clock.now()}
        where merchant_id = ${of.merchantId} and id = ${message.id}`.execute(trx);
      return 'done';
    });
    if (result === 'done') tell('applied', about());
    return result ?? 'busy';
  } catch (error) {
    if (!message || isDatabaseGone(error)) throw error;
    tell(await putOff(ledger, of, message, error), about(), error);
    return 'done';
  }
}

async function nextMessage(ledger: Ledger, trx: Trx, integration: Integration): Promise<InboundMessage | undefined> {
  const { rows } = await sql<Omit<InboundMessage, 'integration'>>`
    select id, kind, query, body, received_at as "receivedAt", attempts from inbound_messages
    where merchant_id = ${integration.merchant.id} and integration_id = ${integration.id} and state = 'waiting'
      and due_at <= ${ledger.clock.now()}
    order by id limit 1`.execute(trx);
  return rows[0] && { ...rows[0], integration };
}

async function putOff(ledger: Ledger, of: InboundOf, message: InboundMessage, error: unknown): Promise<MessageOutcome> {
  const now = ledger.clock.now();
  const final = error instanceof InboundRefusal || isDataError(error);
  const old = now.getTime() - message.receivedAt.getTime() >= givenUpAfter * 1000;
  const outcome = final ? 'refused' : old ? 'failed' : 'delayed';
  const wait = Math.min(longestWait, firstWait * 2 ** Math.min(message.attempts, 20));
  await sql`
    update inbound_messages
    set state = ${outcome === 'delayed' ? 'waiting' : outcome}, error = ${wordsOf(error)}, attempts = attempts + 1,
      due_at = ${secondsAfter(now, wait)}
    where merchant_id = ${of.merchantId} and id = ${message.id} and state = 'waiting'`.execute(ledger.db);
  if (error instanceof InboundDelay) await hastenPoll(ledger, of);
  return outcome;
}

/** An error of ours is in the log; here it stands in few words. */
function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replaceAll('\u0000', '').slice(0, 500);
}
