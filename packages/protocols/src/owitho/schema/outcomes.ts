import { type Static, Type } from 'typebox';
import { FieldError, type Fields } from '../../shared/fields.ts';
import { parseData, readCode, readRows, readStatus } from './reading.ts';
import { type OutStatus, outStatuses, type UnitStatus } from './values.ts';

const OutDetailData = Type.Object({
  slotNum: Type.String({ description: '货道号' }),
  skuCode: Type.String({ description: '商品id' }),
  status: Type.Enum([outStatuses.dispensed, outStatuses.failed], { description: '200 dispensed, 400 failed' }),
});

const outcomeOf = <const Status extends readonly number[]>(statuses: Status, description: string) =>
  Type.Object(
    {
      orderViewId: Type.String({ description: '订单号' }),
      outStatus: Type.Enum([...statuses] as Status[number][], { description: '100 dispensing, 200 all, 300 some, 400 none' }),
      outDetailList: Type.Array(OutDetailData, { description: '出货详情: a row for each unit' }),
    },
    { description },
  );

const { dispensing, dispensed, partly, failed } = outStatuses;
export const OrderCallbackData = outcomeOf([dispensed, partly, failed] as const, 'How an order ended (出货回调)');
export const OrderQueryAnswer = outcomeOf(
  [dispensing, dispensed, partly, failed] as const,
  'How far an order is (出货结果查询); while 100, only the units that are decided',
);

export const OrderRefData = Type.Object({ orderViewId: Type.String({ description: '订单号' }) });
export type OrderRefData = Static<typeof OrderRefData>;

export interface OutDetail {
  readonly slotNum: string;
  readonly skuCode: string;
  readonly status: UnitStatus;
}

/** How far an order is: also what is sent, as it holds no money. */
export interface OrderOutcome {
  readonly orderViewId: string;
  readonly outStatus: OutStatus;
  /** A row for each unit that is decided. */
  readonly outDetailList: readonly OutDetail[];
}

/** An outcome that is final. */
export interface OrderCallback extends OrderOutcome {
  readonly outStatus: Exclude<OutStatus, typeof dispensing>;
}

function readOutDetail(row: Fields): OutDetail {
  return {
    slotNum: readCode(row, 'slotNum'),
    skuCode: readCode(row, 'skuCode'),
    status: readStatus(row, 'status', [dispensed, failed]),
  };
}

/**
 * The data of `/order/callback`, an object or its JSON text. Whether outStatus agrees with its rows is not judged here:
 * see {@link outStatusOf}.
 * @throws FieldError such as `outDetailList[0].status must be one of 200, 400`; outStatus 100 is refused.
 */
export function readOrderCallback(data: unknown): OrderCallback {
  const fields = parseData(data);
  return {
    orderViewId: readCode(fields, 'orderViewId'),
    outStatus: readStatus(fields, 'outStatus', [dispensed, partly, failed]),
    outDetailList: readRows(fields, 'outDetailList', readOutDetail),
  };
}

/**
 * The answer to `/order/query`. While the order is at 100, rows of 100 say nothing and are left out, and the list may be missing.
 * @throws FieldError.
 */
export function readOrderQueryAnswer(data: unknown): OrderOutcome {
  const fields = parseData(data);
  const orderViewId = readCode(fields, 'orderViewId');
  const outStatus = readStatus(fields, 'outStatus', Object.values(outStatuses));
  if (outStatus !== dispensing)
    return { orderViewId, outStatus, outDetailList: readRows(fields, 'outDetailList', readOutDetail) };
  if ((fields.outDetailList ?? null) === null) return { orderViewId, outStatus, outDetailList: [] };
  const rows = readRows(fields, 'outDetailList', (row) =>
    readStatus(row, 'status', [dispensing, dispensed, failed]) === dispensing ? undefined : readOutDetail(row),
  );
  return { orderViewId, outStatus, outDetailList: rows.filter((row) => row !== undefined) };
}

/** What the units make together. @throws FieldError when there is none. */
export function outStatusOf(units: readonly Pick<OutDetail, 'status'>[]): OrderCallback['outStatus'] {
  if (units.length === 0) throw new FieldError('outDetailList', 'must have at least one row');
  const fell = units.filter(({ status }) => status === dispensed).length;
  return fell === units.length ? dispensed : fell === 0 ? failed : partly;
}

/** The data of `/order/query`. @throws FieldError. */
export const readOrderRef = (data: unknown): OrderRefData => ({
  orderViewId: readCode(parseData(data), 'orderViewId'),
});
