import { FieldError, type Fields, optionalInteger, optionalText, readInteger, readText } from '../../shared/fields.ts';
import { moment, words } from './received.ts';
import { type DeliverStatus, deliverStatusOf, payStatuses, refundStatuses } from './values.ts';

export interface ReceivedTrade {
  /** The trade's identity at its platform. */
  readonly id: string;
  readonly assetId: string;
  readonly orderNo: string;
  /** The payment's number. */
  readonly tradeNo: string;
  readonly cid: string;
  readonly locationId: string;
  readonly goodsId: string;
  readonly goodsName: string;
  readonly goodsNumber: string;
  readonly type: string;
  readonly typeName: string;
  /** Fen. */
  readonly price: number;
  readonly count: number;
  readonly payStyle: number;
  readonly payStatus: number;
  readonly deliverStatus: DeliverStatus;
  readonly refundStatus: number;
  /** Fen. */
  readonly refundFee: number;
  /** Seconds; undefined for a time that is not told, or 0. */
  readonly createTime: number;
  readonly payTime: number | undefined;
  readonly executedTime: number | undefined;
  readonly refundTime: number | undefined;
}

/** A trade or a prize, pushed; an item of trade/list reads by {@link readTradeItem}. */
export const readTradePush = (params: Fields): ReceivedTrade => ({
  ...readTrade(params, 'push'),
  id: readText(params, 'id', { max: 128 }),
  tradeNo: words(params, 'tradeNo'),
});

/**
 * An item of another platform's trade/list. It has no id: `id` is empty here, and orderNo is what the trade is known by. tradeNo is
 * the payment's number, as in a push; the machine's own is `machineTradeNo`.
 */
export const readTradeItem = (params: Fields): ReceivedTrade & { readonly machineTradeNo: string } => ({
  ...readTrade(params, 'list'),
  id: words(params, 'id'),
  tradeNo: words(params, 'transaction_id'),
  machineTradeNo: words(params, 'tradeNo'),
});

function readTrade(params: Fields, where: 'push' | 'list'): Omit<ReceivedTrade, 'id' | 'tradeNo'> {
  const deliverStatus = deliverStatusOf(readInteger(params, 'deliverStatus'), where);
  if (deliverStatus === undefined) throw new FieldError('deliverStatus', 'must be one of the states of this message');
  const assetId = readText(params, 'assetId', { max: 128 });
  return {
    assetId,
    orderNo: readText(params, 'orderNo', { max: 128 }),
    cid: optionalText(params, 'cid', { max: 128 }) ?? assetId,
    locationId: words(params, 'locationId'),
    goodsId: words(params, 'goodsId'),
    goodsName: words(params, 'goodsName'),
    goodsNumber: words(params, 'goodsNumber'),
    type: words(params, 'type'),
    typeName: words(params, 'typeName'),
    price: readInteger(params, 'price', { min: 0 }),
    count: optionalInteger(params, 'count', { min: 1 }) ?? 1,
    payStyle: readInteger(params, 'payStyle', { min: 0, max: 9_999 }),
    payStatus: readInteger(params, 'payStatus', { min: payStatuses.waiting, max: payStatuses.failed }),
    deliverStatus,
    refundStatus: optionalInteger(params, 'refundStatus', { min: refundStatuses.none, max: refundStatuses.failed }) ?? 0,
    refundFee: optionalInteger(params, 'refundFee', { min: 0 }) ?? 0,
    createTime: readInteger(params, 'createTime', { min: 1, max: 9_999_999_999 }),
    payTime: moment(params, 'payTime'),
    executedTime: moment(params, 'exec_ts'),
    refundTime: moment(params, 'refundTime'),
  };
}
