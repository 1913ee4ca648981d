import type { Fields } from '../shared/fields.ts';
import { formatTime } from '../shared/time.ts';
import { type OrderMessage, yuanNumber } from './read.ts';
import { tokenHeader } from './values.ts';
import { isWhole, parseObject, type WireRequest } from './wire.ts';

// The vending system's interface as this product defines it (ours): its maker publishes none. The README has it as a document.

export const sourcePaths = { token: '/polyvend/token', orders: '/polyvend/orders' } as const;

/** Orders of one page. */
export const sourcePageSize = 100;

export function sourceTokenRequest(app_key: string, user_name: string): WireRequest {
  const body = JSON.stringify({ app_key, user_name });
  return { method: 'POST', path: sourcePaths.token, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

export type SourceTokenAnswer =
  | { readonly kind: 'token'; readonly token: string; readonly expiresInSeconds: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown'; readonly reason: string };

export function readSourceToken(status: number, body: string): SourceTokenAnswer {
  const answer = parseObject(body);
  if (status === 401) return { kind: 'refused' };
  const { access_token: token, expires_in: seconds } = answer ?? {};
  if (status !== 200 || answer?.state !== 1 || typeof token !== 'string' || !isWhole(seconds) || seconds <= 0 || token === '') {
    return { kind: 'unknown', reason: `HTTP ${status}` };
  }
  return { kind: 'token', token, expiresInSeconds: seconds };
}

export interface SourceQuery {
  readonly from?: Date;
  readonly before?: Date;
  readonly devId?: number;
  readonly transId?: string;
  readonly status?: number;
  /** From 1. */
  readonly page: number;
}

/** `end_date` of this wire is included, to the second. */
export function sourcePageRequest(token: string, query: SourceQuery, timeZone: string): WireRequest {
  const { from, before, devId, transId, status, page } = query;
  const params = new URLSearchParams({ page: String(page), limit: String(sourcePageSize) });
  if (from) params.set('start_date', formatTime(from, timeZone));
  if (before) params.set('end_date', formatTime(new Date(before.getTime() - 1_000), timeZone));
  if (devId !== undefined) params.set('dev_id', String(devId));
  if (transId !== undefined) params.set('trans_id', transId);
  if (status !== undefined) params.set('status', String(status));
  return { method: 'GET', path: `${sourcePaths.orders}?${params}`, headers: { [tokenHeader.toLowerCase()]: token } };
}

export type SourcePageAnswer =
  | { readonly kind: 'page'; readonly orders: readonly Fields[]; readonly next: number | null }
  /** The token counts no more: get another. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Orders come as they are sent to 2.1: `readOrder` reads each. */
export function readSourcePage(status: number, body: string): SourcePageAnswer {
  const answer = parseObject(body);
  if (status === 401) return { kind: 'refused' };
  const next = answer?.page ?? null;
  const orders = answer?.orders;
  const wellFormed = Array.isArray(orders) && orders.every((one) => typeof one === 'object' && one !== null);
  if (status !== 200 || answer?.state !== 1 || !wellFormed || (next !== null && !isWhole(next))) {
    return { kind: 'unknown', reason: `HTTP ${status}` };
  }
  return { kind: 'page', orders: orders as Fields[], next };
}

/** An order in the form of 2.1: what a sender sends, and a page has. */
export function orderBody(order: OrderMessage, timeZone: string) {
  return {
    trans_id: order.transId,
    status: order.status,
    e_id: order.userNo,
    dev_id: order.devId,
    create_time: formatTime(order.createTime, timeZone),
    update_time: formatTime(order.updateTime, timeZone),
    products: order.products.map(({ barcode, name, num, amountCents, costCents }) => ({
      barcode,
      name,
      num,
      amount: yuanNumber(amountCents),
      cost: yuanNumber(costCents),
    })),
  };
}
