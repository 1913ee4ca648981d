import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  answerFailure,
  calls,
  FieldError,
  type Fields,
  type PushName,
  pushes,
  type ReadMessage,
  readSigned,
} from '@polyvend/protocols/smart-vending';
import { answerCallback } from '../mall/answer-callback.ts';
import { type MallBehaviour, type PlainBehaviour, remember } from '../mall/behaviour.ts';
import { type Clock, realClock } from '../shared/clock.ts';
import { createHistory } from '../shared/history.ts';
import { bytesOf, listen } from '../shared/http-server.ts';
import { type CodeFate, createHeldCodes, type HeldCode } from './held-codes.ts';

/** How a customer answers: as a mall does. `refuse` is HTTP 200 with `"result":"FAIL"`. */
export type CustomerBehaviour = MallBehaviour | { readonly kind: 'refuse' };

/** What a platform sends, or asks the customer in its role as a mall. */
export type CustomerPath = PushName | 'check' | 'use';

export interface ReceivedPush {
  readonly at: Date;
  /** Which URL it came to. */
  readonly push: PushName;
  /** Its fields, as readSigned reads them. */
  readonly params: Fields;
  /** The body's characters. */
  readonly body: string;
  /** Whether it is the platform's: its clientId, its signature. What is not is answered with HTTP 403. */
  readonly verified: boolean;
  readonly answered: PlainBehaviour['kind'];
}

/** A question about a pickup code. */
export interface ReceivedQuestion {
  readonly at: Date;
  readonly asked: 'check' | 'use';
  readonly params: Fields;
  readonly verified: boolean;
  readonly answered: PlainBehaviour['kind'];
}

export interface CustomerOptions {
  /** What the platform issued to it. */
  readonly clientId: string;
  readonly key: string;
  readonly behaviour?: CustomerBehaviour;
  readonly codes?: readonly HeldCode[];
  readonly clock?: Clock;
  /** Pushes kept (100 000). */
  readonly remember?: number;
  /** 0: any that is free. */
  readonly port?: number;
}

export interface Customer {
  /** Its own address: what a platform asks about pickup codes stands below it. */
  readonly url: string;
  /** Where each push is to go. */
  readonly pushUrls: Readonly<Record<PushName, string>>;
  /**
   * How it answers from now on: at one path, or everywhere that has no behaviour of its own. About codes: hang, slow, drip, huge and reset
   * carry out what was asked and then spoil the answer; status, redirect and refuse do not carry it out.
   */
  behave(behaviour: CustomerBehaviour, path?: CustomerPath): void;
  /** Every push that came, repeats and forgeries too, oldest first. */
  readonly received: readonly ReceivedPush[];
  readonly questions: readonly ReceivedQuestion[];
  /** The oldest push that fits, come or to come, that no earlier call was given (15 000 ms). */
  waitFor(predicate: (push: ReceivedPush) => boolean, timeoutMs?: number): Promise<ReceivedPush>;
  /** As waitFor, but only among those to come, and several may wait for the same. */
  next(predicate: (push: ReceivedPush) => boolean, timeoutMs?: number): Promise<ReceivedPush>;
  /** Sells a pickup code. */
  sellCode(code: HeldCode): void;
  /** What became of a code. */
  codeFate(code: string): CodeFate;
  close(): Promise<void>;
}

const root = '/push/';
const patienceMs = 15_000;
const refusal = JSON.stringify({ result: 'FAIL' });
/** These leave what was asked undone. */
const undone: readonly PlainBehaviour['kind'][] = ['status', 'redirect'];

/** The server of a Smart Vending platform's customer, which is also a mall whose pickup codes the platform's machines take. */
export async function createCustomer(options: CustomerOptions): Promise<Customer> {
  const { clientId, key, clock = realClock, behaviour = { kind: 'ok' }, remember: limit = 100_000, port = 0 } = options;
  const history = createHistory<ReceivedPush>(limit);
  const questions = createHistory<ReceivedQuestion>(limit);
  const codes = createHeldCodes(() => clock.now());
  for (const code of options.codes ?? []) codes.add(code);
  const byPath = new Map<CustomerPath, ReturnType<typeof remember>>();
  let otherwise = remember(plain(behaviour));
  const show = (path: CustomerPath): PlainBehaviour => (byPath.get(path) ?? otherwise)();

  const isVerified = (message: ReadMessage): boolean =>
    message.ok && message.verify(key) && String(message.params.clientId) === clientId;

  function takePush(push: PushName, body: Buffer, response: ServerResponse): void {
    const message = readSigned({ body });
    const verified = isVerified(message);
    const shown: PlainBehaviour = verified ? show(push) : { kind: 'status', status: 403 };
    answerCallback(response, shown, JSON.stringify({ result: 'SUCCESS' }));
    const params = message.ok ? message.params : {};
    history.add({ at: clock.now(), push, params, body: body.toString('utf8'), verified, answered: shown.kind });
  }

  function answerQuestion(asked: 'check' | 'use', query: string, body: Buffer, response: ServerResponse): void {
    const message = readSigned({ query, body, form: true });
    const verified = isVerified(message);
    const shown: PlainBehaviour = verified ? show(asked) : { kind: 'ok' };
    const refused = undone.includes(shown.kind) || (shown.kind === 'ok' && shown.body !== undefined);
    const params = message.ok ? message.params : {};
    const answer = !verified ? answerFailure('signInvalid') : refused ? {} : answered(() => codes[asked](params));
    response.setHeader('Content-Type', 'application/json');
    answerCallback(response, shown, JSON.stringify(answer));
    questions.add({ at: clock.now(), asked, params, verified, answered: shown.kind });
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    const body = await bytesOf(request);
    const push = path.startsWith(root) ? path.slice(root.length) : '';
    if (isPush(push)) takePush(push, body, response);
    else if (path === calls.checkCode.path) answerQuestion('check', query, body, response);
    else if (path === calls.useCode.path) answerQuestion('use', query, body, response);
    else response.writeHead(404).end();
  }

  const { baseUrl: url, close } = await listen(receive, port);
  const pushUrls = Object.fromEntries(Object.keys(pushes).map((name) => [name, url + root + name])) as Record<PushName, string>;
  return {
    url,
    pushUrls,
    behave(changed, path) {
      if (path === undefined) otherwise = remember(plain(changed));
      else byPath.set(path, remember(plain(changed)));
    },
    received: history.entries,
    questions: questions.entries,
    waitFor: (predicate, timeoutMs = patienceMs) => history.take(predicate, timeoutMs, 'a push to the customer'),
    next: (predicate, timeoutMs = patienceMs) => history.next(predicate, timeoutMs, 'a push to the customer'),
    sellCode: (code) => codes.add(code),
    codeFate: (code) => codes.fate(code),
    close,
  };
}

const plain = (behaviour: CustomerBehaviour): MallBehaviour =>
  behaviour.kind === 'refuse' ? { kind: 'ok', body: refusal } : behaviour;

const isPush = (name: string): name is PushName => Object.hasOwn(pushes, name);

function answered(act: () => object): object {
  try {
    return act();
  } catch (error) {
    if (error instanceof FieldError) return answerFailure('fieldInvalid', error.message);
    throw error;
  }
}
