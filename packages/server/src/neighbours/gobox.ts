import {
  FieldError,
  type OrderMessage,
  readOrder,
  readSourcePage,
  readSourceToken,
  sourcePageRequest,
  sourceTokenRequest,
  type WireRequest,
} from '@polyvend/protocols/gobox';
import type { OrderSource, SourceOrder } from '../ledger/books/ports.ts';
import type { SetOfBooks } from '../ledger/books/set-of-books.ts';
import { type Clock, secondsAfter } from '../ledger/clock.ts';
import { LedgerError, refuse } from '../ledger/errors.ts';
import type { GuardedHttp } from '../notifications/index.ts';
import { ask, NoAnswer } from './http.ts';

/** goBox over HTTP: a token for app key and user name, and orders by page. */
export function gobox(http: GuardedHttp, clock: Clock, set: SetOfBooks): OrderSource {
  const { url, userName, key } = set.source;

  async function read(request: WireRequest): Promise<{ status: number; body: string }> {
    try {
      return await ask(http, url, request);
    } catch (error) {
      if (error instanceof NoAnswer) throw new LedgerError('order-source.unavailable', error.message);
      throw error;
    }
  }

  return {
    async signIn() {
      const { status, body } = await read(sourceTokenRequest(key, userName));
      const answer = readSourceToken(status, body);
      if (answer.kind === 'refused') refuse('order-source.refused');
      if (answer.kind === 'unknown') refuse('order-source.unavailable', answer.reason);
      return { token: answer.token, expiresAt: secondsAfter(clock.now(), answer.expiresInSeconds) };
    },

    async readPage(token, filter, page) {
      const { from, before, devId, transId, status: wanted } = filter;
      const query = {
        ...(from && { from }),
        ...(before && { before }),
        ...(devId !== undefined && { devId }),
        ...(transId !== undefined && { transId }),
        ...(wanted !== undefined && { status: wanted }),
        page,
      };
      const { status, body } = await read(sourcePageRequest(token, query, set.timeZone));
      const answer = readSourcePage(status, body);
      if (answer.kind === 'refused') refuse('order-source.refused');
      if (answer.kind === 'unknown') refuse('order-source.unavailable', answer.reason);
      const orders = answer.orders.map((fields, n) => readOne(() => readOrder(fields, set.timeZone), n));
      return { orders: orders.map(sourceOrderOf), next: answer.next !== null && answer.next > page ? answer.next : null };
    },
  };
}

/** A page with one order that cannot be read is taken as a whole or not at all: nothing is lost silently. */
function readOne(read: () => OrderMessage, n: number): OrderMessage {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldError) refuse('order-source.unavailable', `orders[${n}]: ${error.message}`);
    throw error;
  }
}

function sourceOrderOf({ transId, status, userNo, devId, createTime, updateTime, products }: OrderMessage): SourceOrder {
  return {
    transId,
    status,
    userNo,
    devId,
    orderedAt: createTime,
    changedAt: updateTime,
    products: products.map(({ num, ...product }) => ({ ...product, quantity: num })),
  };
}
