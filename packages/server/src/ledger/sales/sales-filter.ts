import { type RawBuilder, sql } from 'kysely';
import type { PayStyle } from './pay-style.ts';
import type { DeliverState, RefundState } from './trade.ts';

/** What trades are looked at; of each list one must fit. Places are those at which the machine stood when it was sold. */
export interface SalesFilter {
  machineIds?: readonly number[] | undefined;
  siteIds?: readonly number[] | undefined;
  lineIds?: readonly number[] | undefined;
  goodsIds?: readonly number[] | undefined;
  categoryIds?: readonly number[] | undefined;
  payStyles?: readonly PayStyle[] | undefined;
  /** Integrations through which it was sold. */
  channelIds?: readonly number[] | undefined;
  deliverStates?: readonly DeliverState[] | undefined;
  refundStates?: readonly RefundState[] | undefined;
  /** The machines that the asker may see at all; undefined: all. */
  scope?: readonly number[] | undefined;
}

export function isFiltered(filter: SalesFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

/** Of trades `t`. */
export function conditionsOf(filter: SalesFilter): RawBuilder<unknown>[] {
  const ids = (column: string, values: readonly number[] | undefined) =>
    values ? [sql`${sql.ref(column)} = any(${[...values]}::bigint[])`] : [];
  const words = (column: string, values: readonly string[] | undefined) =>
    values ? [sql`${sql.ref(column)} = any(${[...values]}::text[])`] : [];
  const { channelIds, scope } = filter;
  return [
    ...ids('t.machine_id', filter.machineIds),
    ...ids('t.site_id', filter.siteIds),
    ...ids('t.line_id', filter.lineIds),
    ...ids('t.goods_id', filter.goodsIds),
    ...ids('t.category_id', filter.categoryIds),
    ...words('t.pay_style', filter.payStyles),
    ...(channelIds ? [sql`coalesce(t.integration_id, t.upstream_integration_id) = any(${[...channelIds]}::bigint[])`] : []),
    ...words('t.deliver_state', filter.deliverStates),
    ...words('t.refund_state', filter.refundStates),
    ...ids('t.machine_id', scope),
  ];
}
