import {
  calls,
  codes,
  encodeEnvelope,
  OwithoError,
  patience,
  readAnswer,
  readOrderQueryAnswer,
  writeOrderNotice,
} from '@polyvend/protocols/owitho';
import type { EventKind, LedgerEvent } from '../../../ledger/events/event.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { beginNotice } from '../../../ledger/remote-orders/begin-notice.ts';
import { getForeignOrder } from '../../../ledger/remote-orders/get-foreign-order.ts';
import { recordNoticeOutcome } from '../../../ledger/remote-orders/record-notice-outcome.ts';
import { recordRemoteOutcome } from '../../../ledger/remote-orders/record-remote-outcome.ts';
import { recordRemoteUnknown } from '../../../ledger/remote-orders/record-remote-unknown.ts';
import type { NotificationDraft, OutboundAnswer, StoredNotification } from '../../../notifications/outbound-dialect.ts';
import { dialect, platformSettings } from '../integration.ts';
import { noticeOf } from '../map/order-notice.ts';
import { orderViewIdOf } from '../map/order-number.ts';
import { outcomeRows } from '../map/remote-outcome.ts';
import { stampOf } from './stamp.ts';

export const tellsOrders = ['remote-order.notice-due', 'remote-order.query-due'] as const satisfies readonly EventKind[];

/** Seconds for which one question is worth repeating: the ledger asks anew by itself. */
const questionLife = 60;

/**
 * The protocol has no code for an order that is not known: 40000 may also be a fault that passes. It is taken for the answer when it was said
 * so many times in a row.
 */
const timesUnknown = 3;

const cause = { by: 'notifications' };
const { path: noticePath } = calls.orderNotice;
const { path: queryPath } = calls.orderQuery;

/** Whether a notification is of these: of its call's path. */
export const isOfOrders = ({ method }: Pick<StoredNotification, 'method'>): boolean =>
  method === noticePath || method === queryPath;

/** Orders of ours that a third party dispenses: it is told of them, and asked what became of them. */
export function orderTelling(ledger: Ledger) {
  const refOf = ({ merchantId, integrationId, orderId }: StoredNotification) => ({
    ...{ merchantId, integrationId, cause },
    orderId: orderId ?? 0,
  });

  return {
    render({ id: eventId, merchantId, orderId, kind, data }: LedgerEvent, { id, settings }: Integration): NotificationDraft[] {
      const { thirdUrl } = platformSettings({ settings });
      // Nobody is told: when the notice's time is over the order is cancelled and paid back.
      if (thirdUrl === '') return [];
      const isNotice = kind === 'remote-order.notice-due';
      const until = Date.parse(String(data.noticeUntil));
      const left = Math.min((until - ledger.clock.now().getTime()) / 1000, patience.noticeMs / 1000);
      const path = isNotice ? noticePath : queryPath;
      return [
        {
          ...{ merchantId, integrationId: id, eventId, orderId, lineId: null },
          jobKey: `${dialect}:${id}:${eventId}`,
          orderKey: `${dialect}:${id}:${isNotice ? 'notice' : 'query'}:${orderId}`,
          method: path,
          url: thirdUrl + path,
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: '',
          giveUpAfter: isNotice ? Math.max(left, 0) : questionLife,
        },
      ];
    },

    async bodyOf(notification: StoredNotification, integration: Integration): Promise<string> {
      const { merchantId, orderId } = refOf(notification);
      const order = await getForeignOrder(ledger, merchantId, orderId);
      if (notification.method === queryPath) {
        return encodeEnvelope({ orderViewId: orderViewIdOf(order) }, await stampOf(ledger, integration));
      }
      if (!(await beginNotice(ledger, { merchantId, orderId, cause }))) throw new Error('it is not to be told any more');
      return encodeEnvelope(writeOrderNotice(noticeOf(order)), await stampOf(ledger, integration));
    },

    accepted({ status, body }: OutboundAnswer, notification: StoredNotification): true | string {
      try {
        readAnswer(status, body);
        return true;
      } catch (error) {
        if (!(error instanceof OwithoError)) throw error;
        if (isUnknown(error) && notification.method === queryPath && notification.attempt >= timesUnknown) return true;
        return error.code === undefined ? error.message : `${error.code} ${error.message}`.slice(0, 200);
      }
    },

    async answered(notification: StoredNotification, { status, body }: OutboundAnswer): Promise<void> {
      const order = refOf(notification);
      if (notification.method === noticePath) return await recordNoticeOutcome(ledger, { ...order, outcome: 'accepted' });
      let answer: unknown;
      try {
        answer = readAnswer(status, body);
      } catch (error) {
        if (!(error instanceof OwithoError)) throw error;
        await recordRemoteUnknown(ledger, order);
        return;
      }
      const outcome = readOrderQueryAnswer(answer);
      const { orderViewId, outStatus } = outcome;
      if (orderViewId !== orderViewIdOf(await getForeignOrder(ledger, order.merchantId, order.orderId))) {
        throw new Error(`it answered of order ${orderViewId}`);
      }
      const rows = outcomeRows(outcome);
      if (!rows) throw new Error(`outStatus ${outStatus} is not what its rows add up to`);
      await recordRemoteOutcome(ledger, { ...order, source: 'query', rows, complete: outStatus !== 100 });
    },

    async gaveUp(notification: StoredNotification): Promise<void> {
      if (notification.method !== noticePath) return;
      await recordNoticeOutcome(ledger, { ...refOf(notification), outcome: 'given-up' });
    },
  };
}

const isUnknown = ({ code }: OwithoError) => code === codes.failed.code;
