import { isToDispense, type OrderNotice, readOrderNotice, refundStatuses } from '@polyvend/protocols/owitho';
import { LedgerError } from '../../../ledger/errors.ts';
import { cancelChannelOrder } from '../../../ledger/orders/cancel-channel-order.ts';
import { placeChannelOrder } from '../../../ledger/orders/place-channel-order.ts';
import { draftOf } from '../map/notice.ts';
import type { Call, Handler } from './call.ts';

/**
 * An order that was paid there: its units are sent to the machine at once, and what cannot be had is called back as failed, so a machine
 * that is offline is no reason to refuse. The same notice again is the same order. One that tells of a refund ends what has not been
 * sent to the machine; one that is not paid says nothing.
 */
export const takeNotice: Handler = async (call) => {
  const notice = readOrderNotice(call.data);
  const { full, part } = refundStatuses;
  if (isToDispense(notice)) await placeChannelOrder(call.ledger, draftOf(notice, call));
  else if (notice.refundStatus === full || notice.refundStatus === part) await takeRefund(call, notice);
  return '';
};

async function takeRefund({ ledger, integration, merchantId, cause, ...call }: Call, notice: OrderNotice): Promise<void> {
  const part = notice.refundStatus === refundStatuses.part;
  const cancellation = { merchantId, integrationId: integration.id, channelNo: notice.orderViewId, part, cause };
  try {
    await cancelChannelOrder(ledger, cancellation);
  } catch (error) {
    if (!(error instanceof LedgerError && error.code === 'order.unknown')) throw error;
    // The notice that it was paid may still be on its way: it must find the order, and find it over.
    const draft = draftOf(notice, { ledger, integration, merchantId, cause, ...call });
    await placeChannelOrder(ledger, { ...draft, refunded: true });
    await cancelChannelOrder(ledger, cancellation);
  }
}
