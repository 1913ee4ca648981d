import { type Static, Type } from 'typebox';
import { FieldError, type Fields, readInteger } from '../../shared/fields.ts';
import { yuan } from '../../shared/money.ts';
import {
  MoneyText,
  mostRows,
  optionalCode,
  optionalTime,
  parseData,
  readCode,
  readMoney,
  readRows,
  readStatus,
  readTime,
} from './reading.ts';
import { type PayMethod, type PayStatus, payMethods, payStatuses, type RefundStatus, refundStatuses } from './values.ts';

export const OrderNoticeData = Type.Object(
  {
    orderViewId: Type.String({ description: '订单号: the same order may be told several times' }),
    machineCode: Type.String({ description: '机器code' }),
    containerCode: Type.String({ description: '货柜号; empty where the machine has none' }),
    discountMoney: MoneyText('支付渠道优惠金额'),
    originAmount: MoneyText('订单原始金额'),
    actualAmount: MoneyText('订单实际金额'),
    payStatus: Type.Enum(Object.values(payStatuses), { description: '0 waiting, 1 paid, 2 failed' }),
    refundStatus: Type.Enum(Object.values(refundStatuses), { description: '0 none, 1 full, 2 part, 3 failed' }),
    orderTime: Type.Integer({ description: '下单时间, ms' }),
    payCompleteTime: Type.Integer({ description: '支付成功时间, ms; 0 while not paid' }),
    payMethod: Type.Enum(Object.values(payMethods), {
      description: '1 Alipay, 2 WeChat, 3 balance, 4 bank card, 5 cash, 6 other',
    }),
    orderDetailList: Type.Array(
      Type.Object({
        skuCode: Type.String({ description: '商品code' }),
        slotNum: Type.String({ description: '分配的应出货货道' }),
        quantity: Type.Integer({ minimum: 1, description: '商品数量' }),
        originalPrice: MoneyText('商品原始单价'),
        actualPrice: MoneyText('商品真实单价, the discount taken off'),
      }),
      { description: '订单明细; one slot has several rows where the discount leaves a cent over' },
    ),
  },
  { description: 'An order that is paid, to be dispensed (订单通知)' },
);
export type OrderNoticeData = Static<typeof OrderNoticeData>;

/** Units of one slot, one product and one price. Money in fen for one. */
export interface OrderDetail {
  readonly skuCode: string;
  readonly slotNum: string;
  readonly quantity: number;
  readonly originalPrice: number;
  readonly actualPrice: number;
}

/** An order as `/order/notice` tells it. Money in fen. */
export interface OrderNotice {
  readonly orderViewId: string;
  readonly machineCode: string;
  readonly containerCode?: string | undefined;
  readonly discountMoney: number;
  readonly originAmount: number;
  readonly actualAmount: number;
  readonly payStatus: PayStatus;
  readonly refundStatus: RefundStatus;
  readonly orderTime: Date;
  readonly payCompleteTime?: Date | undefined;
  readonly payMethod: PayMethod;
  readonly orderDetailList: readonly OrderDetail[];
}

function readDetail(row: Fields): OrderDetail {
  return {
    skuCode: readCode(row, 'skuCode'),
    slotNum: readCode(row, 'slotNum'),
    quantity: readInteger(row, 'quantity', { min: 1, max: mostRows }),
    originalPrice: readMoney(row, 'originalPrice'),
    actualPrice: readMoney(row, 'actualPrice'),
  };
}

/**
 * The data of `/order/notice`, an object or its JSON text. Its sums need not add up (the vendor's own sample does not).
 * containerCode may be missing though the vendor's table requires it: not every machine has one. So may payCompleteTime.
 * @throws FieldError such as `orderDetailList[1].quantity must be at least 1`.
 */
export function readOrderNotice(data: unknown): OrderNotice {
  const fields = parseData(data);
  const orderDetailList = readRows(fields, 'orderDetailList', readDetail);
  if (orderDetailList.length === 0) throw new FieldError('orderDetailList', 'must have at least one row');
  if (unitCount(orderDetailList) > mostRows) throw new FieldError('orderDetailList', `must have at most ${mostRows} units`);
  return {
    orderViewId: readCode(fields, 'orderViewId'),
    machineCode: readCode(fields, 'machineCode'),
    containerCode: optionalCode(fields, 'containerCode'),
    discountMoney: readMoney(fields, 'discountMoney'),
    originAmount: readMoney(fields, 'originAmount'),
    actualAmount: readMoney(fields, 'actualAmount'),
    payStatus: readStatus(fields, 'payStatus', Object.values(payStatuses)),
    refundStatus: readStatus(fields, 'refundStatus', Object.values(refundStatuses)),
    orderTime: readTime(fields, 'orderTime'),
    payCompleteTime: optionalTime(fields, 'payCompleteTime'),
    payMethod: readStatus(fields, 'payMethod', Object.values(payMethods)),
    orderDetailList,
  };
}

export function writeOrderNotice(notice: OrderNotice): OrderNoticeData {
  return {
    ...notice,
    containerCode: notice.containerCode ?? '',
    discountMoney: yuan(notice.discountMoney),
    originAmount: yuan(notice.originAmount),
    actualAmount: yuan(notice.actualAmount),
    orderTime: notice.orderTime.getTime(),
    payCompleteTime: notice.payCompleteTime?.getTime() ?? 0,
    orderDetailList: notice.orderDetailList.map((row) => ({
      ...row,
      originalPrice: yuan(row.originalPrice),
      actualPrice: yuan(row.actualPrice),
    })),
  };
}

/** Whether a notice asks for goods: paid, and nothing refunded. */
export const isToDispense = ({ payStatus, refundStatus }: Pick<OrderNotice, 'payStatus' | 'refundStatus'>): boolean =>
  payStatus === payStatuses.paid && refundStatus === refundStatuses.none;

const unitCount = (rows: readonly OrderDetail[]) => rows.reduce((sum, { quantity }) => sum + quantity, 0);

/** The rows laid flat, one for each unit, as an outcome lists them. */
export const unitsOf = (rows: readonly OrderDetail[]): Omit<OrderDetail, 'quantity'>[] =>
  rows.flatMap(({ quantity, ...unit }) => Array.from({ length: quantity }, () => unit));
