import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { type ChannelUnit, readChannelUnits } from './channel-units.ts';
import { findChannelOrder } from './find-channel-order.ts';
import type { ToldUnit } from './tell-channel-outcome.ts';

export interface ChannelOutcome {
  orderId: number;
  /** The outcome was recorded: it says the same from now on. */
  final: boolean;
  /** A row per unit, in the order in which they were asked for. */
  units: Pick<ChannelUnit, 'slot' | 'goods' | 'status'>[];
}

/** What is told of an order that another platform took, by its number there. Refuses order.unknown. */
export async function getChannelOutcome(
  ledger: Ledger,
  merchantId: number,
  integrationId: number,
  channelNo: string,
): Promise<ChannelOutcome> {
  const order = await findChannelOrder(ledger.db, merchantId, integrationId, channelNo).executeTakeFirst();
  if (!order) refuse('order.unknown', channelNo);
  const { outcome } = await ledger.db
    .selectFrom('channel_orders')
    .select('outcome')
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', order.id)
    .executeTakeFirstOrThrow();
  const told = outcome as unknown as ToldUnit[] | null;
  const units = told
    ? told.map(({ slot, goods, dispensed }) => ({
        slot,
        goods,
        status: dispensed ? ('dispensed' as const) : ('failed' as const),
      }))
    : (await readChannelUnits(ledger.db, merchantId, order.id)).map(({ slot, goods, status }) => ({ slot, goods, status }));
  return { orderId: order.id, final: told !== null, units };
}
