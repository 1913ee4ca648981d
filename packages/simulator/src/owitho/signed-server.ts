import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Answer,
  answerError,
  type Envelope,
  FieldError,
  isSalt,
  isUtcNear,
  type NumericAnswer,
  readEnvelope,
  verifyEnvelope,
} from '@polyvend/protocols/owitho';
import { sleep, type Timers } from '../shared/clock.ts';
import { createHistory, type History } from '../shared/history.ts';
import { bytesOf, listen, type TestServer } from '../shared/http-server.ts';
import { randomStream, type Seed } from '../shared/random.ts';
import { drawWireFate, type WireFaults } from '../shared/wire-faults.ts';

/** A call that came in, once it is over. */
export interface ReceivedCall {
  readonly at: Date;
  readonly path: string;
  readonly appId: string;
  /** What its `data` held, whether or not its signature fitted; its text when that is no JSON. */
  readonly data: unknown;
  /** `code` and `msg` of the answer, also of one that was then lost; undefined when the request was lost. */
  readonly code: number | undefined;
  readonly msg: string | undefined;
  /** Whether the caller got the answer, as far as the simulator knows. */
  readonly answered: boolean;
}

export interface SignedServerOptions {
  /** By path. A FieldError becomes 40000. */
  readonly calls: Readonly<Record<string, (data: string, appId: string) => Answer>>;
  /** By path: what is asked for by `GET` with a query. */
  readonly queries?: Readonly<Record<string, (query: Readonly<Record<string, unknown>>) => NumericAnswer>>;
  /** The tokens, and secret keys, that may sign for an app; undefined: there is no such app. */
  readonly signersOf: (appId: string) => readonly string[] | undefined;
  readonly faults: () => WireFaults;
  readonly timers: Timers;
  readonly seed: Seed;
  readonly remember: number;
  readonly port: number | undefined;
}

export interface SignedServer extends TestServer {
  readonly history: History<ReceivedCall>;
}

/** Takes signed calls, over a wire as bad as it is told. */
export async function createSignedServer(options: SignedServerOptions): Promise<SignedServer> {
  const { calls, queries = {}, signersOf, faults, timers, seed } = options;
  const history = createHistory<ReceivedCall>(options.remember);
  const counts = new Map<string, number>();

  function judge(envelope: Envelope): Answer | undefined {
    const signers = signersOf(envelope.appId);
    if (signers === undefined) return answerError('unknownAppId');
    if (!isSalt(envelope.salt)) return answerError('saltOutOfRange');
    if (!isUtcNear(envelope.utc, timers.now())) return answerError('utcOutOfWindow');
    return verifyEnvelope(envelope, signers) ? undefined : answerError('signatureInvalid');
  }

  function answerCall(path: string, envelope: Envelope): Answer {
    const refusal = judge(envelope);
    if (refusal) return refusal;
    try {
      return calls[path]?.(envelope.data, envelope.appId) ?? answerError('failed', `There is no ${path} here`);
    } catch (error) {
      if (error instanceof FieldError) return answerError('failed', error.message);
      throw error;
    }
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = timers.now();
    const url = new URL(request.url ?? '/', 'http://simulator');
    const path = url.pathname;
    const count = counts.get(path) ?? 0;
    counts.set(path, count + 1);
    const body = await bytesOf(request);
    const fate = drawWireFate(randomStream(seed, path, count), faults());
    if (fate.delayMs > 0) await sleep(timers, fate.delayMs);

    const query = Object.fromEntries(url.searchParams);
    const read = readEnvelope(body);
    const appId = read.ok ? read.envelope.appId : (query.appId ?? '');
    const received = { at, path, appId, data: read.ok ? parsed(read.envelope.data) : query };
    if (fate.loseRequest) {
      history.add({ ...received, code: undefined, msg: undefined, answered: false });
      return void response.destroy();
    }
    const answer = () =>
      queries[path]?.(query) ?? (read.ok ? answerCall(path, read.envelope) : answerError('failed', read.reason));
    if (fate.repeat) answer();
    const last = answer();
    if (fate.loseAnswer) response.destroy();
    else response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(last));
    history.add({ ...received, code: Number(last.code), msg: last.msg, answered: !fate.loseAnswer });
  }

  const server = await listen(receive, options.port);
  return { ...server, history };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
