import { type OrderOutcome, type OutDetail, outStatuses, outStatusOf } from '@polyvend/protocols/owitho';
import type { ChannelOutcome } from '../../../ledger/orders/get-channel-outcome.ts';
import type { ToldUnit } from '../../../ledger/orders/tell-channel-outcome.ts';

/** As it is called back: a row per unit. */
export function callbackOf(orderViewId: string, units: readonly ToldUnit[]) {
  const outDetailList = units.map(({ slot, goods, dispensed }) => rowOf(slot, goods, dispensed));
  return { orderViewId, outStatus: outStatusOf(outDetailList), outDetailList };
}

/** As it is answered to a query: 100 until the outcome is recorded, with the rows of what is decided. */
export function outcomeOf(orderViewId: string, { final, units }: ChannelOutcome): OrderOutcome {
  const outDetailList = units
    .filter(({ status }) => status !== 'pending')
    .map(({ slot, goods, status }) => rowOf(slot, goods, status === 'dispensed'));
  return { orderViewId, outStatus: final ? outStatusOf(outDetailList) : outStatuses.dispensing, outDetailList };
}

const rowOf = (slotNum: string, skuCode: string, dispensed: boolean): OutDetail => ({
  slotNum,
  skuCode,
  status: dispensed ? outStatuses.dispensed : outStatuses.failed,
});
