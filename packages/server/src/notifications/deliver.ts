import type { Clock } from '../ledger/clock.ts';
import type { ClaimedNotification } from './claim-notifications.ts';
import type { GuardedHttp, HttpAnswer } from './http/guarded-http.ts';
import { toHttpFailure } from './http/http-failure.ts';
import type { OutboundDialect, StoredNotification } from './outbound-dialect.ts';
import type { Outcome } from './record-outcomes.ts';
import { nextAttempt, readRetryAfter } from './schedule.ts';

export interface DeliverOptions {
  http: Pick<GuardedHttp, 'post'>;
  clock: Clock;
  /** By integrations.dialect. */
  dialects: ReadonlyMap<string, OutboundDialect>;
  /** From 0 to 1. */
  random: () => number;
}

type Ending = Pick<Outcome, 'status' | 'error' | 'answer' | 'countsForEndpoint'> & { retryAfter: number | null; final?: boolean };

/** Makes one attempt and says how it ended; the caller records that. Never throws. */
export async function deliver(options: DeliverOptions, notification: ClaimedNotification): Promise<Outcome> {
  const { retryAfter, final = false, ...ending } = await attempt(options, notification);
  const { merchantId, id, attempt: number, createdAt, giveUpAt } = notification;
  const outcome = { merchantId, id, attempt: number, nextAttemptAt: null, ...ending };
  if (ending.error === '') return { ...outcome, state: 'delivered' };
  const now = options.clock.now();
  const failed = { now, createdAt, giveUpAt, attempt: number, retryAfter, random: options.random() };
  const next = final ? null : nextAttempt(failed);
  if (next) return { ...outcome, state: 'waiting', nextAttemptAt: next };
  try {
    await options.dialects.get(notification.dialect)?.gaveUp?.(notification, ending.error);
  } catch (error) {
    // Who waits for it would wait for ever: it is given up again in a while.
    const later = nextAttempt({ ...failed, createdAt: now, giveUpAt: null });
    return { ...outcome, state: 'waiting', nextAttemptAt: later, error: `not given up: ${messageOf(error)}` };
  }
  return { ...outcome, state: 'failed' };
}

async function attempt({ http, clock, dialects }: DeliverOptions, notification: ClaimedNotification): Promise<Ending> {
  if (!notification.integrationActive) return ours('integration revoked', true);
  const dialect = dialects.get(notification.dialect);
  const left = notification.giveUpAt && notification.giveUpAt.getTime() - clock.now().getTime();
  if (left !== null && left <= 0) return ours('too late', true);
  let { url, headers, body } = notification;
  try {
    const fresh = await dialect?.prepare?.(notification);
    if (fresh) ({ url = url, headers, body } = { ...fresh, headers: { ...headers, ...fresh.headers } });
    if (url !== notification.url && URL.parse(url)?.origin !== notification.endpoint) throw new Error('another endpoint');
  } catch (error) {
    return ours(`not prepared: ${messageOf(error)}`);
  }
  let answer: HttpAnswer;
  try {
    answer = await http.post(url, {
      headers: { 'content-type': 'application/json', ...headers },
      body,
      ...(left !== null && { timeout: left }),
    });
  } catch (error) {
    const { message, final } = toHttpFailure(error);
    return { ...unanswered, error: message, countsForEndpoint: !final, final };
  }
  const { status } = answer;
  let error = await judge(dialect, answer, notification);
  if (error === '') {
    try {
      await dialect?.answered?.(notification, { status, body: answer.body });
    } catch (failure) {
      error = `answer not taken: ${messageOf(failure)}`;
    }
  }
  return {
    status,
    error,
    answer: cutBytes(answer.body, 2048),
    countsForEndpoint: true,
    retryAfter: readRetryAfter(answer.headers['retry-after'], clock.now()),
  };
}

/** Empty when received. */
async function judge(
  dialect: OutboundDialect | undefined,
  { status, body }: HttpAnswer,
  notification: StoredNotification,
): Promise<string> {
  if (status >= 300 && status < 400) return `redirect (${status}), not followed`;
  if (!dialect?.accepted) return status >= 200 && status < 300 ? '' : `HTTP ${status}`;
  try {
    const verdict = await dialect.accepted({ status, body }, notification);
    return verdict === true ? '' : verdict || 'not accepted';
  } catch (error) {
    return `answer not understood: ${messageOf(error)}`;
  }
}

const unanswered = { status: null, answer: '', retryAfter: null };

/** A failure that says nothing of the endpoint. */
function ours(error: string, final = false): Ending {
  return { ...unanswered, error, countsForEndpoint: false, final };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}

/** At most so many bytes of UTF-8, without half a character at the end. */
function cutBytes(text: string, most: number): string {
  if (text.length <= most / 3) return text;
  const bytes = Buffer.from(text);
  return bytes.length <= most ? text : new TextDecoder().decode(bytes.subarray(0, most), { stream: true });
}
